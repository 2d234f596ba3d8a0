// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "html_charts.h"

#include "format.h"

#include <algorithm>
#include <cmath>
#include <ostream>

namespace langone::report {

namespace {

constexpr double width = 900, height = 300;
constexpr double left = 78, right = 16, top = 22, bottom = 38;

std::string px(double value) {
    return decimal(value, 2);
}

double as_double(std::uint64_t bytes) {
    return static_cast<double>(bytes);
}

/// Where values lie in the picture: from 0 to `last` across, from 0 to `highest` up.
struct Frame {
    double last, highest;

    double x(double value) const { return left + value / last * (width - left - right); }
    double y(double bytes) const {
        return height - bottom - bytes / highest * (height - top - bottom);
    }
};

void text(std::ostream& out, const char* style, const char* anchor, double x, double y,
          const std::string& words) {
    out << "<text class=\"" << style << "\" text-anchor=\"" << anchor << "\" x=\"" << px(x)
        << "\" y=\"" << px(y) << "\">" << escaped(words) << "</text>";
}

void line(std::ostream& out, const char* style, double x1, double y1, double x2, double y2) {
    out << "<line class=\"" << style << "\" x1=\"" << px(x1) << "\" y1=\"" << px(y1) << "\" x2=\""
        << px(x2) << "\" y2=\"" << px(y2) << "\"/>";
}

/// A rectangle between two values; at least a hair wide and high, so that it is seen.
void rectangle(std::ostream& out, const Frame& frame, const char* style, double from, double to,
               double low, double high, const std::string& tooltip) {
    const double x = frame.x(from), y = frame.y(high);
    out << "<rect class=\"" << style << "\" x=\"" << px(x) << "\" y=\"" << px(y) << "\" width=\""
        << px(std::max(0.4, frame.x(to) - x)) << "\" height=\""
        << px(std::max(0.4, frame.y(low) - y)) << '"';
    if (tooltip.empty())
        out << "/>";
    else
        out << "><title>" << escaped(tooltip) << "</title></rect>";
}

void begin(std::ostream& out, const std::string& id, const std::string& title,
           const std::string& description) {
    out << "<svg role=\"img\" viewBox=\"0 0 " << width << ' ' << height << "\" aria-labelledby=\""
        << id << "t " << id << "d\"><title id=\"" << id << "t\">" << escaped(title)
        << "</title><desc id=\"" << id << "d\">" << escaped(description) << "</desc>\n";
}

/// `first` is the number at the left end.
void axes(std::ostream& out, const Frame& frame, std::int64_t first, const std::string& across) {
    // Powers of two, or 1.5 of them, so that labels are round in binary units.
    double step = std::exp2(std::floor(std::log2(frame.highest / 4)));
    if (frame.highest / step > 6)
        step *= 1.5;
    step = std::max(step, 1.0);
    const auto lines = static_cast<int>(frame.highest / step);
    for (int i = 0; i <= lines; ++i) {
        const double bytes = i * step;
        line(out, "grid", left, frame.y(bytes), width - right, frame.y(bytes));
        text(out, "", "end", left - 6, frame.y(bytes) + 4, short_bytes(bytes));
    }
    const double across_step = std::max(1.0, std::ceil(frame.last / 10));
    const auto ticks = static_cast<int>(frame.last / across_step);
    for (int i = 0; i <= ticks; ++i) {
        const double value = i * across_step;
        line(out, "axis", frame.x(value), height - bottom, frame.x(value), height - bottom + 4);
        text(out, "", "middle", frame.x(value), height - bottom + 16,
             decimal(static_cast<double>(first) + value, 0));
    }
    line(out, "axis", left, height - bottom, width - right, height - bottom);
    text(out, "", "middle", left + (width - left - right) / 2, height - 5, across);
    out << '\n';
}

/// A line across with its name, or a remark at the top if it lies above the picture.
void level(std::ostream& out, const Frame& frame, const char* style, const char* name,
           std::uint64_t bytes, bool at_left) {
    const std::string label = std::string("label-") + style;
    const double x = at_left ? left + 6 : width - right - 6;
    const char* anchor = at_left ? "start" : "end";
    const std::string words = std::string(name) + ' ' + short_bytes(bytes);
    if (as_double(bytes) > frame.highest) {
        text(out, label.c_str(), anchor, x, 14, words + ", above this picture \u2191");
        return;
    }
    const double y = frame.y(as_double(bytes));
    line(out, style, left, y, width - right, y);
    text(out, label.c_str(), anchor, x, y - 4, words);
}

std::string describe(const Function& function) {
    std::string words = "Over " + count(function.timeline.size(), "program point") + ", at most " +
                        exact_bytes(function.peak) + " are live, and at least " +
                        exact_bytes(function.lower_bound) + " at one of them";
    if (function.at_peak)
        words += "; the peak is at " + function.at_peak->location;
    if (function.budget)
        words += ". The budget is " + exact_bytes(*function.budget);
    return words + '.';
}

/// The outline of a footprint that changes at each point and stays until the next.
template <class Value>
void area(std::ostream& out, const Frame& frame, const char* style, const Function& function,
          Value&& value) {
    out << "<path class=\"" << style << "\" d=\"M" << px(frame.x(0)) << ' ' << px(frame.y(0));
    for (std::size_t i = 0; i < function.timeline.size(); ++i)
        out << 'V' << px(frame.y(std::min(value(function.timeline[i]), frame.highest))) << 'H'
            << px(frame.x(static_cast<double>(i) + 1));
    out << 'V' << px(frame.y(0)) << "Z\"/>\n";
}

void unbounded_stretches(std::ostream& out, const Frame& frame, const Function& function) {
    const auto& points = function.timeline;
    for (std::size_t i = 0; i < points.size();) {
        std::size_t end = i;
        while (end < points.size() && !points[end].upper)
            ++end;
        if (end > i) {
            rectangle(out, frame, "unbounded", static_cast<double>(i), static_cast<double>(end), 0,
                      frame.highest, "no finite bound is known here");
            text(out, "label-budget", "start", frame.x(static_cast<double>(i)) + 4, top + 12,
                 "unbounded");
        }
        i = std::max(end, i + 1);
    }
}

void peak_marker(std::ostream& out, const Frame& frame, const Function& function) {
    const auto& points = function.timeline;
    const auto estimate = [&](const Point& point) {
        return function.peak ? point.upper.value_or(0) : point.lower;
    };
    const auto highest =
        std::max_element(points.begin(), points.end(),
                         [&](const Point& a, const Point& b) { return estimate(a) < estimate(b); });
    if (highest == points.end() || estimate(*highest) == 0)
        return;
    const double x = frame.x(static_cast<double>(highest - points.begin()) + 0.5);
    out << "<circle class=\"peak\" r=\"4\" cx=\"" << px(x) << "\" cy=\""
        << px(frame.y(as_double(estimate(*highest)))) << "\"><title>"
        << escaped("peak: " + exact_bytes(estimate(*highest)) + " at " + highest->location)
        << "</title></circle>\n";
}

} // namespace

void write_timeline_chart(std::ostream& out, const Function& function, const std::string& id,
                          bool tooltips) {
    const auto& points = function.timeline;
    std::uint64_t most = std::max(function.peak.value_or(0), function.lower_bound);
    for (const Point& point : points)
        most = std::max({most, point.upper.value_or(0), point.lower});
    // A budget far above would press everything to the ground.
    if (function.budget && as_double(*function.budget) <= 3 * as_double(most))
        most = std::max(most, *function.budget);
    const Frame frame{static_cast<double>(points.size()),
                      std::max(1.0, (function.peak ? 1.08 : 1.5) * as_double(most))};
    begin(out, id, "Footprint of @" + function.name + " over program points", describe(function));
    axes(out, frame, 0, "program points in order");
    area(out, frame, "maybe", function,
         [](const Point& point) { return as_double(point.upper.value_or(point.lower)); });
    area(out, frame, "sure", function, [](const Point& point) {
        return as_double(std::min(point.lower, point.upper.value_or(point.lower)));
    });
    unbounded_stretches(out, frame, function);
    level(out, frame, "bound", "lower bound", function.lower_bound, true);
    if (function.budget)
        level(out, frame, "budget", "budget", *function.budget, false);
    if (tooltips)
        for (std::size_t i = 0; i < points.size(); ++i)
            rectangle(out, frame, "hover", static_cast<double>(i), static_cast<double>(i) + 1, 0,
                      frame.highest,
                      "point " + std::to_string(i) + ": at most " + exact_bytes(points[i].upper) +
                          ", at least " + exact_bytes(points[i].lower) + '\n' + points[i].location);
    peak_marker(out, frame, function);
    out << "</svg>\n";
}

namespace {

/// Short lifetimes cool, long ones warm: the class of each of `buffers`, by rank among all.
std::vector<int> lifetime_classes(const std::vector<PlannedBuffer>& buffers) {
    constexpr std::size_t classes = 6;
    const auto length = [](const PlannedBuffer& buffer) {
        return static_cast<std::uint64_t>(buffer.upper) - static_cast<std::uint64_t>(buffer.lower);
    };
    std::vector<std::uint64_t> lengths;
    for (const PlannedBuffer& buffer : buffers)
        lengths.push_back(length(buffer));
    std::sort(lengths.begin(), lengths.end());
    lengths.erase(std::unique(lengths.begin(), lengths.end()), lengths.end());
    std::vector<int> result;
    for (const PlannedBuffer& buffer : buffers) {
        const auto rank = static_cast<std::size_t>(
            std::lower_bound(lengths.begin(), lengths.end(), length(buffer)) - lengths.begin());
        result.push_back(static_cast<int>(rank * classes / lengths.size()));
    }
    return result;
}

/// Time since the first that is shown; differences of 64 bits do not fit into their own type.
double since(std::int64_t first, std::int64_t time) {
    return as_double(static_cast<std::uint64_t>(time) - static_cast<std::uint64_t>(first));
}

/// The name of a buffer, where there is room for it.
void name_buffer(std::ostream& out, const Frame& frame, const PlannedBuffer& buffer, double from,
                 double to) {
    constexpr double letter = 6.6, line_height = 12;
    const double x = frame.x(from);
    const double room = frame.x(to) - x - 8;
    const double y_low = frame.y(as_double(buffer.offset));
    const double y_high = frame.y(as_double(buffer.offset) + as_double(buffer.size));
    std::string name = buffer.site;
    if (letter * static_cast<double>(name.size()) > room)
        if (const auto hash = name.find('#'); hash != std::string::npos)
            name = name.substr(hash);
    if (y_low - y_high >= line_height && letter * static_cast<double>(name.size()) <= room)
        text(out, "on", "start", x + 4, (y_low + y_high) / 2 + 4, name);
}

} // namespace

void write_plan_chart(std::ostream& out, const Plan& plan, const std::string& id, bool tooltips) {
    std::int64_t first = plan.buffers.front().lower, last = plan.buffers.front().upper;
    for (const PlannedBuffer& buffer : plan.buffers) {
        first = std::min(first, buffer.lower);
        last = std::max(last, buffer.upper);
    }
    const Frame frame{since(first, last), std::max(1.0, 1.04 * as_double(plan.arena))};
    begin(out, id, "Plan of the arena",
          count(plan.buffers.size(), "buffer") + " in " + exact_bytes(plan.arena) +
              "; no plan needs less than " + exact_bytes(plan.lower_bound) +
              ". Time across, addresses up.");
    axes(out, frame, first, "time (positions of operations)");
    const std::vector<int> classes = lifetime_classes(plan.buffers);
    for (std::size_t i = 0; i < plan.buffers.size(); ++i) {
        const PlannedBuffer& buffer = plan.buffers[i];
        if (buffer.size == 0)
            continue;
        std::string tooltip;
        if (tooltips)
            tooltip = buffer.site + ": " + exact_bytes(buffer.size) + " at offset " +
                      std::to_string(buffer.offset) + ", live from " +
                      std::to_string(buffer.lower) + " until before " +
                      std::to_string(buffer.upper) + '\n' + buffer.location;
        const std::string style = "b b" + std::to_string(classes[i]);
        const double from = since(first, buffer.lower), to = since(first, buffer.upper);
        rectangle(out, frame, style.c_str(), from, to, as_double(buffer.offset),
                  as_double(buffer.offset) + as_double(buffer.size), tooltip);
        name_buffer(out, frame, buffer, from, to);
    }
    level(out, frame, "bound", "lower bound", plan.lower_bound, true);
    level(out, frame, "arena", "arena", plan.arena, false);
    out << "</svg>\n";
}

} // namespace langone::report
