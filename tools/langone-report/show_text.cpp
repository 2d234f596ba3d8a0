// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The report on a terminal: a table of all functions, then the details of those that matter.

#include "format.h"
#include "show.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <tuple>

namespace langone::report {

namespace {

// What fits on a few screens; `all` shows the rest.
constexpr std::size_t most_functions = 40, most_details = 12, most_buffers = 12;
constexpr std::size_t bar_width = 32;

enum class Colour { red, green, yellow, bold, dim };

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

std::string right(const std::string& text, std::size_t width) {
    return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string last_used(const LiveBuffer& buffer) {
    return buffer.last_used_at ? ", last used " + *buffer.last_used_at : ", never used";
}

class Writer {
public:
    Writer(const Report& report, const ShowOptions& options)
        : report_(report), options_(options), functions_(by_attention(report, options)) {}

    std::string write() {
        if (!options_.function) {
            heading();
            table();
        }
        std::vector<const Function*> details;
        for (const Function* function : functions_)
            if (options_.all || options_.function ||
                (details.size() < most_details && is_interesting(*function)))
                details.push_back(function);
        for (const Function* function : details)
            describe(*function);
        return out_.str();
    }

private:
    static bool is_interesting(const Function& function) {
        return function.budget || function.at_peak || !function.unbounded.empty();
    }

    std::string paint(const std::string& text, Colour colour) const {
        if (!options_.colour)
            return text;
        static constexpr const char* codes[] = {"31;1", "32;1", "33;1", "1", "2"};
        return std::string("\033[") + codes[static_cast<int>(colour)] + 'm' + text + "\033[0m";
    }

    std::string paint(std::optional<Verdict> verdict, std::size_t width) const {
        if (!verdict)
            return padded("no budget", width);
        static constexpr Colour colours[] = {Colour::green, Colour::yellow, Colour::red};
        return paint(padded(to_string(*verdict), width), colours[static_cast<int>(*verdict)]);
    }

    void heading() {
        out_ << paint(options_.file, Colour::bold) << ": "
             << count(report_.functions.size(), "function") << ", peak "
             << short_bytes(report_.peak) << ", lower bound " << short_bytes(report_.lower_bound)
             << ", constants " << short_bytes(report_.constants) << "\n";
    }

    void table() {
        if (functions_.empty())
            return;
        const std::size_t rows =
            options_.all ? functions_.size() : std::min(functions_.size(), most_functions);
        std::size_t width = 8;
        for (std::size_t i = 0; i < rows; ++i)
            width = std::max(width, functions_[i]->name.size() + 1);
        width = std::min<std::size_t>(width, 40);
        out_ << '\n'
             << paint(padded("function", width) + "  " + padded("verdict", 9) + right("peak", 14) +
                          right("lower bound", 14) + right("budget", 14) + right("arena", 14),
                      Colour::dim)
             << '\n';
        for (std::size_t i = 0; i < rows; ++i) {
            const Function& function = *functions_[i];
            out_ << padded('@' + function.name, width) << "  " << paint(function.judged(), 9)
                 << right(short_bytes(function.peak), 14)
                 << right(short_bytes(function.lower_bound), 14)
                 << right(function.budget ? short_bytes(*function.budget) : "-", 14)
                 << right(function.plan ? short_bytes(function.plan->arena) : "-", 14) << '\n';
        }
        if (rows < functions_.size())
            out_ << "... and " << count(functions_.size() - rows, "function")
                 << " with smaller peaks; --all shows them\n";
    }

    void describe(const Function& function) {
        out_ << '\n'
             << paint('@' + function.name, Colour::bold) << "  " << paint(function.judged(), 0)
             << "  " << function.location << '\n';
        if (function.budget && !function.verdict)
            out_ << "  not checked yet: the verdict is what the estimates say\n";
        bars(function);
        peak(function);
        plan(function);
        for (const Note& note : function.unbounded)
            note_line("unbounded", note, Colour::yellow);
        for (const Note& note : function.assumptions)
            note_line("assuming", note, Colour::dim);
        for (const Note& note : function.suggestions)
            note_line(note.saved ? "save " + short_bytes(*note.saved) : "suggestion", note,
                      Colour::green);
    }

    void note_line(const std::string& what, const Note& note, Colour colour) {
        out_ << "  " << paint(what + ':', colour) << ' ' << note.message;
        if (!note.location.empty())
            out_ << " (" << note.location << ')';
        out_ << '\n';
    }

    void bar(const char* name, const Bytes& bytes, std::uint64_t largest, Colour colour) {
        const double share = !bytes ? 1
                             : *bytes == 0
                                 ? 0
                                 : static_cast<double>(*bytes) / static_cast<double>(largest);
        auto filled = static_cast<std::size_t>(std::lround(share * bar_width));
        if (bytes && *bytes != 0)
            filled = std::max<std::size_t>(filled, 1);
        std::string drawn(filled, '#');
        if (!bytes)
            drawn.back() = '>';
        out_ << "  " << padded(name, 12) << '[' << paint(drawn, colour)
             << std::string(bar_width - filled, '.') << "]  " << exact_bytes(bytes) << '\n';
    }

    void bars(const Function& function) {
        const std::uint64_t arena = function.plan ? function.plan->arena : 0;
        const std::uint64_t largest = std::max(
            {function.budget.value_or(0), function.peak.value_or(0), function.lower_bound, arena});
        if (function.budget)
            bar("budget", function.budget, largest, Colour::dim);
        static constexpr Colour colours[] = {Colour::green, Colour::yellow, Colour::red};
        const auto verdict = function.judged();
        bar("peak", function.peak, largest,
            verdict ? colours[static_cast<int>(*verdict)] : Colour::bold);
        bar("lower bound", function.lower_bound, largest, Colour::dim);
        if (function.plan)
            bar("arena", arena, largest, Colour::dim);
        if (function.symbolic)
            out_ << "  peak as an expression: " << *function.symbolic << '\n';
        if (function.retained != Bytes(0))
            out_ << "  still live at the end: " << exact_bytes(function.retained) << '\n';
    }

    void peak(const Function& function) {
        if (!function.at_peak)
            return;
        out_ << "  " << paint(function.peak ? "peak" : "lower bound", Colour::bold) << " at "
             << function.at_peak->location << '\n';
        for (const std::string& call : function.at_peak->call_chain)
            out_ << "    called from " << call << '\n';
        const std::vector<const LiveBuffer*> live = largest_first(*function.at_peak);

        std::size_t site = 0, type = 0;
        const std::size_t shown = options_.all ? live.size() : std::min(live.size(), most_buffers);
        for (std::size_t i = 0; i < shown; ++i) {
            site = std::max(site, live[i]->site.size());
            type = std::max(type, live[i]->type.value_or("").size());
        }
        for (std::size_t i = 0; i < shown; ++i) {
            const LiveBuffer& buffer = *live[i];

            out_ << "    " << right(short_bytes(buffer.bytes), 12) << "  "
                 << padded(buffer.site, site) << "  " << padded(buffer.type.value_or(""), type)
                 << "  " << buffer.allocated_at << paint(last_used(buffer), Colour::dim);
            if (buffer.symbolic)
                out_ << "  = " << *buffer.symbolic;
            out_ << '\n';
        }
        if (shown < live.size()) {
            std::uint64_t rest = 0;
            for (std::size_t i = shown; i < live.size(); ++i)
                rest += live[i]->bytes;
            out_ << "    " << right(short_bytes(rest), 12) << "  in "
                 << count(live.size() - shown, "smaller buffer") << "; --all shows them\n";
        }
    }

    void plan(const Function& function) {
        if (!function.plan)
            return;
        const Plan& plan = *function.plan;
        out_ << "  " << paint("plan", Colour::bold) << ": arena of " << exact_bytes(plan.arena)
             << ", " << plan.status;
        if (plan.arena > plan.lower_bound)
            out_ << ", " << difference(plan.lower_bound, plan.arena)
                 << " over the bound of any plan";
        out_ << "; aligned to " << plan.alignment << " B, placement " << plan.placement;
        if (!plan.buffers.empty())
            out_ << ", " << count(plan.buffers.size(), "buffer");
        out_ << '\n';
        if (plan.symbolic)
            out_ << "  arena as an expression: " << *plan.symbolic << '\n';
    }

    const Report& report_;
    const ShowOptions& options_;
    std::vector<const Function*> functions_;
    std::ostringstream out_;
};

} // namespace

std::vector<const Function*> by_attention(const Report& report, const ShowOptions& options) {
    std::vector<const Function*> functions;
    for (const Function& function : report.functions)
        if (!options.function || function.name == *options.function)
            functions.push_back(&function);
    const auto rank = [](const Function* function) {
        const auto verdict = function->judged();
        const int urgency = verdict == Verdict::refuted   ? 3
                            : verdict == Verdict::guarded ? 2
                            : verdict == Verdict::proven  ? 1
                                                          : 0;
        return std::make_tuple(urgency, !function->peak, function->peak.value_or(0),
                               function->lower_bound);
    };
    // Of one vector: the addresses are the order in the file.
    std::sort(functions.begin(), functions.end(), [&](const Function* a, const Function* b) {
        return std::make_pair(rank(b), a) < std::make_pair(rank(a), b);
    });
    return functions;
}

std::vector<const LiveBuffer*> largest_first(const Peak& peak) {
    std::vector<const LiveBuffer*> live;
    for (const LiveBuffer& buffer : peak.live)
        live.push_back(&buffer);
    std::sort(live.begin(), live.end(), [](const LiveBuffer* a, const LiveBuffer* b) {
        return std::make_pair(b->bytes, a) < std::make_pair(a->bytes, b);
    });
    return live;
}

std::string show_text(const Report& report, const ShowOptions& options) {
    return Writer(report, options).write();
}

} // namespace langone::report
