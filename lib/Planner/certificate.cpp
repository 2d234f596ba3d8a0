// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "langone/Planner/certificate.h"

#include <array>
#include <cstdio>
#include <ostream>
#include <sstream>

namespace langone::planner {

namespace {

/// A JSON string. Bytes outside ASCII pass as they are: ids are expected in UTF-8.
std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            result += '\\';
            result += c;
        } else if (byte < 0x20) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(byte));
            result += escape.data();
        } else {
            result += c;
        }
    }
    return result + '"';
}

/// FNV-1a of 64 bits (Fowler, Noll, Vo): a single changed byte always changes it.
std::string digest_of(const std::string& text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    std::array<char, 32> hex{};
    std::snprintf(hex.data(), hex.size(), "fnv1a64:%016llx", static_cast<unsigned long long>(hash));
    return hex.data();
}

/// All numbers of the certificate in its order, each followed by a comma.
std::string all_numbers(const Problem& problem, const Solution& solution, const LowerBound& bound) {
    std::ostringstream numbers;
    numbers << solution.height << ',';
    if (problem.capacity)
        numbers << *problem.capacity << ',';
    numbers << bound.bytes << ',' << bound.at << ',';
    for (std::size_t i = 0; i < problem.buffers.size(); ++i) {
        const Buffer& buffer = problem.buffers[i];
        numbers << buffer.lower << ',' << buffer.upper << ',' << buffer.size << ','
                << buffer.alignment << ',' << solution.offsets[i] << ',';
        for (const Interval& piece : buffer.pieces)
            numbers << piece.lower << ',' << piece.upper << ',';
    }
    return numbers.str();
}

void write_buffer(std::ostream& out, const Problem& problem, std::size_t index,
                  std::uint64_t offset, const std::string& location) {
    const Buffer& buffer = problem.buffers[index];
    out << "    {\"site\": " << quoted(display_name(problem, index))
        << ", \"location\": " << quoted(location) << ", \"lower\": " << buffer.lower
        << ", \"upper\": " << buffer.upper << ", \"size_bytes\": " << buffer.size
        << ", \"alignment_bytes\": " << buffer.alignment << ", \"offset_bytes\": " << offset;
    if (!buffer.pieces.empty()) {
        out << ", \"pieces\": [";
        for (std::size_t i = 0; i < buffer.pieces.size(); ++i)
            out << (i ? ", " : "") << '[' << buffer.pieces[i].lower << ", "
                << buffer.pieces[i].upper << ']';
        out << ']';
    }
    out << '}';
}

} // namespace

void write_certificate(std::ostream& out, const Problem& problem, const Solution& solution,
                       const std::vector<std::string>& locations) {
    // The load, without what fixed offsets add: a checker needs nothing but the live sizes.
    Problem free = problem;
    for (Buffer& buffer : free.buffers)
        buffer.fixed_offset.reset();
    const LowerBound bound = lower_bound(free);
    out << "{\n  \"schema\": \"langone-certificate/1\",\n  \"arena_bytes\": " << solution.height
        << ",\n";
    if (problem.capacity)
        out << "  \"capacity_bytes\": " << *problem.capacity << ",\n";
    out << "  \"bound\": {\"bytes\": " << bound.bytes << ", \"time\": " << bound.at
        << "},\n  \"buffers\": [\n";
    for (std::size_t i = 0; i < problem.buffers.size(); ++i) {
        write_buffer(out, problem, i, solution.offsets[i],
                     i < locations.size() ? locations[i] : std::string());
        out << (i + 1 < problem.buffers.size() ? ",\n" : "\n");
    }
    out << "  ],\n  \"digest\": \"" << digest_of(all_numbers(problem, solution, bound))
        << "\"\n}\n";
}

} // namespace langone::planner
