// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The picture of a plan, written as text without any library.

#include "langone/Planner/svg.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ostream>

namespace langone::planner {

namespace {

/// Pixels around the drawing: titles and axes.
constexpr double margin_left = 90, margin_right = 20, margin_top = 60, margin_bottom = 50;

/// Where times and addresses lie in the picture.
struct Frame {
    double first, last, top; // time, time, bytes
    double width, height;    // pixels of the drawing

    double x(double time) const { return margin_left + (time - first) / (last - first) * width; }
    double y(double address) const { return margin_top + height - address / top * height; }
};

std::string number(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.2f", value);
    std::string result = text.data();
    while (result.back() == '0')
        result.pop_back();
    if (result.back() == '.')
        result.pop_back();
    return result;
}

std::string bytes_with_unit(double bytes) {
    static constexpr std::array<const char*, 6> units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    std::size_t unit = 0;
    while (bytes >= 1024 && unit + 1 < units.size()) {
        bytes /= 1024;
        ++unit;
    }
    return number(bytes) + " " + units[unit];
}

std::string escaped(const std::string& text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        default:
            result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
    }
    return result;
}

/// Short lifetimes blue, long ones red, by rank among all lifetimes: readable for any distribution.
std::vector<int> hues(const Problem& problem) {
    std::vector<std::uint64_t> lengths;
    const auto length = [](const Buffer& buffer) {
        return static_cast<std::uint64_t>(buffer.upper) - static_cast<std::uint64_t>(buffer.lower);
    };
    for (const Buffer& buffer : problem.buffers)
        lengths.push_back(length(buffer));
    std::sort(lengths.begin(), lengths.end());
    lengths.erase(std::unique(lengths.begin(), lengths.end()), lengths.end());
    std::vector<int> result;
    for (const Buffer& buffer : problem.buffers) {
        const auto rank =
            std::lower_bound(lengths.begin(), lengths.end(), length(buffer)) - lengths.begin();
        const auto last = std::max<std::ptrdiff_t>(1, std::ssize(lengths) - 1);
        result.push_back(static_cast<int>(220 - 220 * rank / last));
    }
    return result;
}

Frame make_frame(const Problem& problem, const Solution& solution, const SvgOptions& options) {
    Frame frame{0, 1, std::max(1.0, static_cast<double>(solution.height)),
                std::max(100.0, options.width - margin_left - margin_right),
                std::max(100.0, options.height - margin_top - margin_bottom)};
    if (problem.buffers.empty())
        return frame;
    Time first = problem.buffers[0].lower, last = problem.buffers[0].upper;
    for (const Buffer& buffer : problem.buffers) {
        first = std::min(first, buffer.lower);
        last = std::max(last, buffer.upper);
    }
    frame.first = static_cast<double>(first);
    frame.last = std::max(static_cast<double>(last), frame.first + 1);
    return frame;
}

void write_text(std::ostream& out, double x, double y, const char* anchor,
                const std::string& text) {
    out << "<text x=\"" << number(x) << "\" y=\"" << number(y) << "\" text-anchor=\"" << anchor
        << "\">" << escaped(text) << "</text>\n";
}

void write_line(std::ostream& out, const char* style, double x1, double y1, double x2, double y2) {
    out << "<line class=\"" << style << "\" x1=\"" << number(x1) << "\" y1=\"" << number(y1)
        << "\" x2=\"" << number(x2) << "\" y2=\"" << number(y2) << "\"/>\n";
}

void write_axes(std::ostream& out, const Frame& frame) {
    constexpr int ticks = 8;
    const double bottom = frame.y(0), right = margin_left + frame.width;
    for (int i = 0; i <= ticks; ++i) {
        const double address = frame.top * i / ticks;
        const double time = frame.first + (frame.last - frame.first) * i / ticks;
        write_line(out, "grid", margin_left, frame.y(address), right, frame.y(address));
        write_text(out, margin_left - 6, frame.y(address) + 4, "end", bytes_with_unit(address));
        write_line(out, "axis", frame.x(time), bottom, frame.x(time), bottom + 4);
        write_text(out, frame.x(time), bottom + 17, "middle", number(time));
    }
    write_line(out, "axis", margin_left, margin_top, margin_left, bottom);
    write_line(out, "axis", margin_left, bottom, right, bottom);
    write_text(out, margin_left + frame.width / 2, bottom + 36, "middle", "time");
    write_text(out, 8, margin_top - 10, "start", "address");
}

void write_buffer(std::ostream& out, const Frame& frame, const Buffer& buffer, std::uint64_t offset,
                  int hue, const std::string& tooltip) {
    const auto rectangle = [&](Time lower, Time upper) {
        const double x = frame.x(static_cast<double>(lower));
        const double width = std::max(0.3, frame.x(static_cast<double>(upper)) - x);
        const double height =
            std::max(0.3, static_cast<double>(buffer.size) / frame.top * frame.height);
        const double y = frame.y(static_cast<double>(offset)) - height;
        out << "<rect x=\"" << number(x) << "\" y=\"" << number(y) << "\" width=\"" << number(width)
            << "\" height=\"" << number(height) << "\" fill=\"hsl(" << hue << ",65%,60%)\"";
        if (tooltip.empty())
            out << "/>\n";
        else
            out << "><title>" << escaped(tooltip) << "</title></rect>\n";
    };
    if (buffer.pieces.empty())
        rectangle(buffer.lower, buffer.upper);
    for (const Interval& piece : buffer.pieces)
        rectangle(piece.lower, piece.upper);
}

void write_buffers(std::ostream& out, const Frame& frame, const Problem& problem,
                   const Solution& solution, const SvgOptions& options) {
    const std::vector<int> hue = hues(problem);
    const bool tooltips = problem.buffers.size() <= options.tooltip_limit;
    // Thin outlines tell neighbours apart; among very many buffers they would paint everything
    // black.
    out << "<g stroke=\"#333\" stroke-width=\"" << (problem.buffers.size() <= 2000 ? "0.5" : "0.05")
        << "\">\n";
    for (std::size_t i = 0; i < problem.buffers.size(); ++i) {
        const Buffer& buffer = problem.buffers[i];
        if (buffer.size == 0)
            continue;
        std::string tooltip;
        if (tooltips)
            tooltip = display_name(problem, i) + ": " + std::to_string(buffer.size) +
                      " bytes at offset " + std::to_string(solution.offsets[i]) + ", live [" +
                      std::to_string(buffer.lower) + ", " + std::to_string(buffer.upper) + ")";
        write_buffer(out, frame, buffer, solution.offsets[i], hue[i], tooltip);
    }
    out << "</g>\n";
}

void write_bound(std::ostream& out, const Frame& frame, const LowerBound& bound) {
    const double y = frame.y(static_cast<double>(bound.bytes));
    const double x = frame.x(static_cast<double>(bound.at));
    write_line(out, "bound", margin_left, y, margin_left + frame.width, y);
    write_line(out, "bound", x, frame.y(0), x, margin_top);
    out << "<circle cx=\"" << number(x) << "\" cy=\"" << number(y)
        << "\" r=\"4\" fill=\"#c00\"><title>lower bound " << bound.bytes << " bytes at time "
        << bound.at << ", " << bound.buffers.size() << " buffers live</title></circle>\n";
}

} // namespace

void write_svg(std::ostream& out, const Problem& problem, const Solution& solution,
               const SvgOptions& options) {
    const Frame frame = make_frame(problem, solution, options);
    const LowerBound bound = lower_bound(problem);
    out << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << options.width << "\" height=\""
        << options.height << "\" viewBox=\"0 0 " << options.width << ' ' << options.height
        << "\" font-family=\"sans-serif\" font-size=\"11\">\n"
        << "<style>.axis{stroke:#000}.grid{stroke:#ddd}"
           ".bound{stroke:#c00;stroke-dasharray:5 3}</style>\n"
        << "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n";
    out << "<g font-size=\"16\">\n";
    write_text(out, margin_left, 22, "start", options.title);
    out << "</g>\n";
    write_text(out, margin_left, 40, "start",
               std::to_string(problem.buffers.size()) + " buffers, height " +
                   std::to_string(solution.height) + " bytes, lower bound " +
                   std::to_string(bound.bytes) + " bytes at time " + std::to_string(bound.at) +
                   " (red); colour: short lifetimes blue, long ones red");
    write_axes(out, frame);
    write_buffers(out, frame, problem, solution, options);
    write_bound(out, frame, bound);
    out << "</svg>\n";
}

} // namespace langone::planner
