// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "diff.h"
#include "format.h"

#include <algorithm>
#include <sstream>

namespace langone::report {

namespace {

constexpr std::size_t most_buffers = 12;

std::string from_to(const std::string& from, const std::string& to) {
    return from == to ? to : from + " -> " + to;
}

std::string bytes_from_to(const Bytes& from, const Bytes& to) {
    std::string text = from_to(short_bytes(from), short_bytes(to));
    if (from && to && *from != *to)
        text += " (" + difference(*from, *to) + ')';
    return text;
}

std::string name_of(std::optional<Verdict> verdict) {
    return verdict ? to_string(*verdict) : "no budget";
}

class Writer {
public:
    Writer(const Comparison& comparison, const DiffOptions& options)
        : comparison_(comparison), options_(options) {}

    std::string write() {
        out_ << options_.old_file << " -> " << options_.new_file << ": peak "
             << bytes_from_to(comparison_.before->peak, comparison_.now->peak) << ", lower bound "
             << bytes_from_to(comparison_.before->lower_bound, comparison_.now->lower_bound)
             << ", constants "
             << bytes_from_to(comparison_.before->constants, comparison_.now->constants) << '\n';
        for (const FunctionChange& change : comparison_.functions)
            describe(change);
        out_ << '\n' << count(comparison_.unchanged, "function") << " unchanged";
        std::size_t worse = comparison_.regressions.size(), beyond = 0;
        for (const FunctionChange& change : comparison_.functions)
            worse += change.regressions.size();
        const auto count_beyond = [&](const std::vector<Regression>& regressions) {
            beyond += static_cast<std::size_t>(
                std::count_if(regressions.begin(), regressions.end(),
                              [](const Regression& regression) { return regression.exceeds; }));
        };
        count_beyond(comparison_.regressions);
        for (const FunctionChange& change : comparison_.functions)
            count_beyond(change.regressions);
        out_ << ", " << count(worse, "regression");
        if (worse != beyond)
            out_ << ", " << beyond << " beyond what is allowed";
        out_ << '\n';
        return out_.str();
    }

private:
    std::string paint(const std::string& text, const char* code) const {
        return options_.colour ? std::string("\033[") + code + 'm' + text + "\033[0m" : text;
    }

    void describe(const FunctionChange& change) {
        const Function& function = change.any();
        const Function& before = change.before ? *change.before : function;
        const Function& now = change.now ? *change.now : function;
        const std::string verdict = from_to(name_of(before.judged()), name_of(now.judged()));
        out_ << '\n' << paint('@' + function.name, "1") << ' ';
        if (change.before && change.now)
            out_ << verdict;
        else
            out_ << (change.now ? "is new" : "is gone") << " (" << verdict << ')';
        out_ << "  " << function.location << '\n';
        line("budget", before.budget, now.budget, before.budget || now.budget,
             before.budget != now.budget);
        line("peak", before.peak, now.peak, true, before.peak != now.peak);
        line("lower bound", before.lower_bound, now.lower_bound, true,
             before.lower_bound != now.lower_bound);
        line("left at the end", before.retained, now.retained, before.retained != now.retained,
             before.retained != now.retained);
        line("constants", before.constants, now.constants, before.constants != now.constants, true);
        arenas(before, now);
        for (const Regression& regression : change.regressions)
            out_ << "  "
                 << paint(regression.exceeds ? "worse:" : "allowed:",
                          regression.exceeds ? "31;1" : "33;1")
                 << ' ' << regression.message << '\n';
        buffers(change.buffers);
        for (const Note& note : now.unbounded)
            if (change.before && before.peak && !now.peak)
                out_ << "  unbounded: " << note.message << " (" << note.location << ")\n";
    }

    void line(const std::string& name, const Bytes& from, const Bytes& to, bool is_told,
              bool differs) {
        if (!is_told)
            return;
        std::string label = "  " + name;
        label.resize(18, ' ');
        out_ << label << (differs ? bytes_from_to(from, to) : short_bytes(to)) << '\n';
    }

    void arenas(const Function& before, const Function& now) {
        const auto arena = [](const Function& function) {
            return function.plan ? short_bytes(function.plan->arena) : std::string("not planned");
        };
        if (before.plan && now.plan)
            line("arena", before.plan->arena, now.plan->arena, true,
                 before.plan->arena != now.plan->arena);
        else if (before.plan || now.plan)
            out_ << "  arena           " << from_to(arena(before), arena(now)) << '\n';
    }

    void buffers(const std::vector<BufferChange>& changes) {
        const std::size_t shown =
            options_.all ? changes.size() : std::min(changes.size(), most_buffers);
        for (std::size_t i = 0; i < shown; ++i)
            buffer(changes[i]);
        if (shown < changes.size())
            out_ << "    ... and " << count(changes.size() - shown, "buffer")
                 << " with smaller differences; --all shows them\n";
    }

    void buffer(const BufferChange& change) {
        using Kind = BufferChangeKind;
        const bool is_more = change.now > change.before;
        const std::uint64_t bytes =
            is_more ? change.now - change.before : change.before - change.now;
        std::string kind = to_string(change.kind);
        kind.resize(13, ' ');
        std::string effect = (is_more ? "+" : "-") + short_bytes(bytes);
        effect.insert(0, 12 - std::min<std::size_t>(12, effect.size()), ' ');
        out_ << "    " << paint(effect, is_more ? "31" : "32") << "  " << kind << ' '
             << change.site;
        if (!change.old_site.empty() && change.old_site != change.site)
            out_ << " (was " << change.old_site << ')';
        const bool is_both = change.kind == Kind::grew || change.kind == Kind::shrank;
        out_ << "  "
             << (is_both                   ? from_to(change.old_type, change.new_type)
                 : change.new_type.empty() ? change.old_type
                                           : change.new_type)
             << "  " << change.location << '\n';
    }

    const Comparison& comparison_;
    const DiffOptions& options_;
    std::ostringstream out_;
};

} // namespace

std::string diff_text(const Comparison& comparison, const DiffOptions& options) {
    return Writer(comparison, options).write();
}

} // namespace langone::report
