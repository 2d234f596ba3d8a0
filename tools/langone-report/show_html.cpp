// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The report as one page. Functions are folded, those that ask for attention open; every picture
// has its numbers in words, and in a table while the page stays small enough for that.

#include "format.h"
#include "html_charts.h"
#include "html_style.h"
#include "show.h"

#include <algorithm>
#include <sstream>

namespace langone::report {

namespace {

/// Functions that are open at first.
constexpr std::size_t most_open = 3;
/// Rows of a table before the rest is folded.
constexpr std::size_t most_rows = 100;
/// With more points or buffers on the page, tooltips and tables of pictures would make it heavy.
constexpr std::size_t most_points = 40000;

const char* style_of(std::optional<Verdict> verdict) {
    if (!verdict)
        return "none";
    static constexpr const char* styles[] = {"proven", "guarded", "refuted"};
    return styles[static_cast<int>(*verdict)];
}

class Page {
public:
    Page(const Report& report, const ShowOptions& options)
        : report_(report), options_(options), functions_(by_attention(report, options)) {
        std::size_t points = 0;
        for (const Function* function : functions_)
            points +=
                function->timeline.size() + (function->plan ? function->plan->buffers.size() : 0);
        is_rich_ = points <= most_points || options.all;
    }

    std::string write() {
        head();
        overview();
        if (functions_.size() > 1)
            table();
        out_ << "<main>\n";
        for (std::size_t i = 0; i < functions_.size(); ++i)
            describe(*functions_[i], i);
        out_ << "</main>\n<script>" << html_script << "</script>\n</body>\n</html>\n";
        return out_.str();
    }

private:
    void head() {
        out_ << "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n<title>Memory report: "
             << escaped(options_.file) << "</title>\n<style>" << html_style
             << "</style>\n</head>\n<body>\n"
                "<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\">"
                "<defs><pattern id=\"hatch\" width=\"8\" height=\"8\" "
                "patternUnits=\"userSpaceOnUse\" "
                "patternTransform=\"rotate(45)\"><line class=\"bound\" x1=\"0\" y1=\"0\" x2=\"0\" "
                "y2=\"8\" "
                "style=\"stroke:var(--budget);opacity:.5;stroke-dasharray:none\"/></pattern>"
                "</defs></svg>\n";
    }

    void tile(const std::string& name, const std::string& value) {
        out_ << "<li>" << name << "<b>" << value << "</b></li>";
    }

    void overview() {
        std::size_t counts[3] = {};
        for (const Function* function : functions_)
            if (const auto verdict = function->judged())
                ++counts[static_cast<int>(*verdict)];
        out_ << "<header><h1>Memory report <span class=\"muted\">" << escaped(options_.file)
             << "</span></h1>\n<ul class=\"tiles\">";
        tile("functions", std::to_string(functions_.size()));
        tile("peak of the module", short_bytes(report_.peak));
        tile("lower bound", short_bytes(report_.lower_bound));
        tile("constants", short_bytes(report_.constants));
        for (const Verdict verdict : {Verdict::refuted, Verdict::guarded, Verdict::proven})
            if (counts[static_cast<int>(verdict)] != 0)
                tile("<span class=\"" + std::string(style_of(verdict)) + "\">" +
                         to_string(verdict) + "</span>",
                     std::to_string(counts[static_cast<int>(verdict)]));
        out_ << "</ul>\n";
        if (!is_rich_)
            out_ << "<p class=\"muted\">A large report: pictures are without tooltips and tables "
                    "here. "
                    "--function shows one function with both, --all everything.</p>\n";
        out_ << "</header>\n";
    }

    void badge(std::optional<Verdict> verdict) {
        out_ << "<span class=\"badge " << style_of(verdict) << "\">"
             << (verdict ? to_string(*verdict) : "no budget") << "</span>";
    }

    /// A place in a table: without the folders, which would fill it.
    void place_cell(const std::string& location) {
        const std::string brief = short_place(location);
        out_ << "<td class=\"place\"";
        if (brief != location)
            out_ << " title=\"" << escaped(location) << '"';
        out_ << '>' << escaped(brief) << "</td>";
    }

    void track(double share, const char* style = "") {
        out_ << "<span class=\"track\" aria-hidden=\"true\"><span class=\"fill " << style
             << "\" style=\"width:" << decimal(100 * std::min(1.0, share), 2)
             << "%\"></span></span>";
    }

    void table() {
        std::uint64_t largest = 1;
        for (const Function* function : functions_)
            largest = std::max(largest, function->peak.value_or(function->lower_bound));
        out_ << "<section><h2>Functions</h2>\n<input id=\"filter\" type=\"search\" hidden "
                "placeholder=\"Filter by name, verdict, place\" aria-label=\"Filter functions\">\n"
                "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Functions\">"
                "<table id=\"functions\"><thead><tr><th>Function</th><th>Verdict</th>"
                "<th class=\"n\">Peak</th><th><span class=\"muted\">of the largest</span></th>"
                "<th class=\"n\">Lower bound</th><th class=\"n\">Budget</th>"
                "<th class=\"n\">Arena</th></tr></thead>\n<tbody>\n";
        for (std::size_t i = 0; i < functions_.size(); ++i) {
            const Function& function = *functions_[i];
            out_ << "<tr><td><a href=\"#f" << i << "\">@" << escaped(function.name)
                 << "</a></td><td>";
            badge(function.judged());
            out_ << "</td><td class=\"n\">" << short_bytes(function.peak)
                 << "</td><td class=\"share\">";
            track(function.peak ? static_cast<double>(*function.peak) / static_cast<double>(largest)
                                : 1,
                  function.peak ? "" : "unknown");
            out_ << "</td><td class=\"n\">" << short_bytes(function.lower_bound)
                 << "</td><td class=\"n\">"
                 << (function.budget ? short_bytes(*function.budget) : "")
                 << "</td><td class=\"n\">"
                 << (function.plan ? short_bytes(function.plan->arena) : "") << "</td></tr>\n";
        }
        out_ << "</tbody></table></div></section>\n";
    }

    void describe(const Function& function, std::size_t index) {
        const std::string id = "f" + std::to_string(index);
        out_ << "<details class=\"function\" id=\"" << id << '"'
             << (index < most_open ? " open" : "") << "><summary><h2>@" << escaped(function.name)
             << "</h2> ";
        badge(function.judged());
        out_ << " <span class=\"muted\">" << short_bytes(function.peak)
             << "</span></summary>\n<div class=\"body\">\n<p class=\"place\">"
             << escaped(function.location) << "</p>\n";
        if (function.budget && !function.verdict)
            out_ << "<p class=\"muted\">Not checked yet: the verdict is what the estimates "
                    "say.</p>\n";
        meters(function);
        notes("Why no bound is known", function.unbounded);
        notes("Under these assumptions", function.assumptions);
        notes("What would save memory", function.suggestions);
        timeline(function, id);
        live(function);
        plan(function, id);
        out_ << "</div></details>\n";
    }

    void meter(const char* name, const char* style, const Bytes& bytes, std::uint64_t largest) {
        out_ << "<span>" << name << "</span>";
        track(bytes ? static_cast<double>(*bytes) /
                          static_cast<double>(std::max<std::uint64_t>(largest, 1))
                    : 1,
              bytes ? style : "unknown");
        out_ << "<span class=\"n\">" << exact_bytes(bytes) << "</span>\n";
    }

    void meters(const Function& function) {
        const std::uint64_t arena = function.plan ? function.plan->arena : 0;
        const std::uint64_t largest = std::max(
            {function.budget.value_or(0), function.peak.value_or(0), function.lower_bound, arena});
        out_ << "<div class=\"meters\">\n";
        if (function.budget)
            meter("budget", "budget", function.budget, largest);
        meter("peak", "", function.peak, largest);
        meter("lower bound", "bound", function.lower_bound, largest);
        if (function.plan)
            meter("arena", "arena", arena, largest);
        out_ << "</div>\n";
        if (function.symbolic)
            out_ << "<p>Peak as an expression: <code>" << escaped(*function.symbolic)
                 << "</code></p>\n";
        if (function.retained != Bytes(0))
            out_ << "<p class=\"muted\">Still live at the end: " << exact_bytes(function.retained)
                 << "</p>\n";
    }

    void notes(const char* title, const std::vector<Note>& notes) {
        if (notes.empty())
            return;
        out_ << "<h3>" << title << "</h3>\n<ul class=\"notes\">\n";
        for (const Note& note : notes) {
            out_ << "<li>";
            if (note.saved)
                out_ << "<b>" << exact_bytes(*note.saved) << "</b>: ";
            out_ << escaped(note.message);
            if (!note.location.empty())
                out_ << " <span class=\"place\">" << escaped(note.location) << "</span>";
            out_ << "</li>\n";
        }
        out_ << "</ul>\n";
    }

    void timeline(const Function& function, const std::string& id) {
        if (function.timeline.size() < 2)
            return;
        out_ << "<h3>Footprint over program points</h3>\n";
        write_timeline_chart(out_, function, id + 't', is_rich_);
        out_ << "<p class=\"legend\" aria-hidden=\"true\">"
                "<span><i style=\"background:var(--sure)\"></i>live for sure</span>"
                "<span><i style=\"background:var(--maybe)\"></i>live at most</span>"
                "<span><i class=\"line dots\" style=\"color:var(--bound)\"></i>lower bound</span>";
        if (function.budget)
            out_ << "<span><i class=\"line\" style=\"color:var(--budget)\"></i>budget</span>";
        out_ << "</p>\n";
        if (!is_rich_)
            return;
        out_ << "<details class=\"more\"><summary>The same as a table</summary><div "
                "class=\"scroll\" "
                "tabindex=\"0\"><table><thead><tr><th class=\"n\">Point</th><th class=\"n\">At most"
                "</th><th class=\"n\">At least</th><th>Where</th></tr></thead><tbody>\n";
        for (std::size_t i = 0; i < function.timeline.size(); ++i) {
            const Point& point = function.timeline[i];
            out_ << "<tr><td class=\"n\">" << i << "</td><td class=\"n\">"
                 << short_bytes(point.upper) << "</td><td class=\"n\">" << short_bytes(point.lower)
                 << "</td>";
            place_cell(point.location);
            out_ << "</tr>\n";
        }
        out_ << "</tbody></table></div></details>\n";
    }

    void live_rows(const std::vector<const LiveBuffer*>& live, std::size_t from, std::size_t to,
                   std::uint64_t largest) {
        out_ << "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th class=\"n\">Bytes</th>"
                "<th><span class=\"muted\">share</span></th><th>Buffer</th><th>Type</th>"
                "<th>Allocated</th><th>Last used</th></tr></thead><tbody>\n";
        for (std::size_t i = from; i < to; ++i) {
            const LiveBuffer& buffer = *live[i];
            out_ << "<tr><td class=\"n\">" << short_bytes(buffer.bytes);
            if (buffer.symbolic)
                out_ << "<br><code>" << escaped(*buffer.symbolic) << "</code>";
            out_ << "</td><td class=\"share\">";
            track(static_cast<double>(buffer.bytes) / static_cast<double>(largest));
            out_ << "</td><td><code>" << escaped(buffer.site) << "</code></td><td><code>"
                 << escaped(buffer.type.value_or("")) << "</code></td>";
            place_cell(buffer.allocated_at);
            place_cell(buffer.last_used_at.value_or("never"));
            out_ << "</tr>\n";
        }
        out_ << "</tbody></table></div>\n";
    }

    void live(const Function& function) {
        if (!function.at_peak)
            return;
        const std::vector<const LiveBuffer*> live = largest_first(*function.at_peak);
        out_ << "<h3>Live at the " << (function.peak ? "peak" : "lower bound") << "</h3>\n<p>"
             << count(live.size(), "buffer") << " at <span class=\"place\">"
             << escaped(function.at_peak->location) << "</span>";
        for (const std::string& call : function.at_peak->call_chain)
            out_ << "<br>called from <span class=\"place\">" << escaped(call) << "</span>";
        out_ << "</p>\n";
        if (live.empty())
            return;
        const std::uint64_t largest = std::max<std::uint64_t>(1, live.front()->bytes);
        const std::size_t shown = std::min(live.size(), most_rows);
        live_rows(live, 0, shown, largest);
        if (shown == live.size())
            return;
        out_ << "<details class=\"more\"><summary>" << count(live.size() - shown, "smaller buffer")
             << "</summary>\n";
        live_rows(live, shown, live.size(), largest);
        out_ << "</details>\n";
    }

    void plan(const Function& function, const std::string& id) {
        if (!function.plan)
            return;
        const Plan& plan = *function.plan;
        out_ << "<h3>Plan</h3>\n<p>An arena of " << exact_bytes(plan.arena) << ", "
             << escaped(plan.status);
        if (plan.arena > plan.lower_bound)
            out_ << ", " << difference(plan.lower_bound, plan.arena)
                 << " over the bound of any plan";
        out_ << "; aligned to " << plan.alignment << " B, placement " << escaped(plan.placement)
             << ".</p>\n";
        if (plan.symbolic)
            out_ << "<p>Arena as an expression: <code>" << escaped(*plan.symbolic)
                 << "</code></p>\n";
        if (plan.buffers.empty())
            return;
        write_plan_chart(out_, plan, id + 'p', is_rich_);
        out_ << "<p class=\"legend\" aria-hidden=\"true\">"
                "<span><i style=\"background:var(--b0)\"></i>short lifetime</span>"
                "<span><i style=\"background:var(--b5)\"></i>long lifetime</span></p>\n";
        if (!is_rich_)
            return;
        out_ << "<details class=\"more\"><summary>The same as a table</summary><div "
                "class=\"scroll\" "
                "tabindex=\"0\"><table><thead><tr><th>Buffer</th><th class=\"n\">Offset</th>"
                "<th class=\"n\">Bytes</th><th class=\"n\">Live from</th><th class=\"n\">until "
                "before"
                "</th><th>Where</th></tr></thead><tbody>\n";
        for (const PlannedBuffer& buffer : plan.buffers) {
            out_ << "<tr><td><code>" << escaped(buffer.site) << "</code></td><td class=\"n\">"
                 << buffer.offset << "</td><td class=\"n\">" << buffer.size
                 << "</td><td class=\"n\">" << buffer.lower << "</td><td class=\"n\">"
                 << buffer.upper << "</td>";
            place_cell(buffer.location);
            out_ << "</tr>\n";
        }
        out_ << "</tbody></table></div></details>\n";
    }

    const Report& report_;
    const ShowOptions& options_;
    std::vector<const Function*> functions_;
    bool is_rich_ = true;
    std::ostringstream out_;
};

} // namespace

std::string show_html(const Report& report, const ShowOptions& options) {
    return Page(report, options).write();
}

} // namespace langone::report
