// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "certificate_check.h"

#include "certificate_reader.h"

#include "langone/Planner/validator.h"

#include <algorithm>

namespace langone::plan {

namespace {

using tools::Json;
using tools::Malformed;
using tools::Node;

Rejected wrong(std::string reason) {
    return {false, std::move(reason)};
}

void read_pieces(const Node& object, planner::Buffer& buffer) {
    const auto pieces = object.find("pieces");
    if (!pieces)
        return;
    pieces->each([&](const Node& piece) {
        std::vector<planner::Time> ends;
        piece.each([&](const Node& end) { ends.push_back(end.time()); });
        if (ends.size() != 2)
            piece.reject("is not a pair of times");
        buffer.pieces.push_back({ends[0], ends[1]});
    });
}

planner::Buffer read_buffer(const Node& object) {
    planner::Buffer buffer;
    buffer.id = object.at("site").string();
    buffer.lower = object.at("lower").time();
    buffer.upper = object.at("upper").time();
    buffer.size = object.at("size_bytes").bytes();
    buffer.alignment = object.at("alignment_bytes").bytes();
    read_pieces(object, buffer);
    return buffer;
}

/// Appends the numbers at and below `value`, in the order of `keys` for objects.
void collect_numbers(const Json& value, std::string& text) {
    static constexpr const char* keys[] = {
        "arena_bytes", "capacity_bytes", "bound",      "buffers",         "bytes",        "time",
        "lower",       "upper",          "size_bytes", "alignment_bytes", "offset_bytes", "pieces"};
    if (value.is_number())
        text += value.dump() + ",";
    else if (value.is_array())
        for (const Json& element : value)
            collect_numbers(element, text);
    else if (value.is_object())
        for (const char* key : keys)
            if (const auto found = value.find(key); found != value.end())
                collect_numbers(*found, text);
}

/// What `digest` has to be: FNV-1a of 64 bits.
std::string expected_digest(const Json& root) {
    std::string text;
    collect_numbers(root, text);
    std::uint64_t hash = 14695981039346656037u;
    for (const unsigned char byte : text) {
        hash ^= byte;
        hash *= 1099511628211u;
    }
    constexpr char digits[] = "0123456789abcdef";
    std::string hex = "fnv1a64:";
    for (int shift = 60; shift >= 0; shift -= 4)
        hex += digits[hash >> shift & 15];
    return hex;
}

bool live_at(const planner::Buffer& buffer, planner::Time time) {
    if (buffer.pieces.empty())
        return buffer.lower <= time && time < buffer.upper;
    return std::any_of(buffer.pieces.begin(), buffer.pieces.end(),
                       [time](const planner::Interval& piece) {
                           return piece.lower <= time && time < piece.upper;
                       });
}

} // namespace

namespace {

std::variant<Certified, Rejected> check(const Json& document) {
    const Node root(document);
    check_schema(root, "langone-certificate/1");
    planner::Problem problem;
    planner::Solution solution;
    solution.height = root.at("arena_bytes").bytes();
    if (const auto capacity = root.find("capacity_bytes"))
        problem.capacity = capacity->bytes();
    const Node bound = root.at("bound");
    const std::uint64_t bound_bytes = bound.at("bytes").bytes();
    const planner::Time bound_time = bound.at("time").time();
    root.at("buffers").each([&](const Node& object) {
        problem.buffers.push_back(read_buffer(object));
        solution.offsets.push_back(object.at("offset_bytes").bytes());
    });
    const Node digest = root.at("digest");
    if (!digest.is_string())
        digest.reject("is not a string");
    if (const auto error = planner::check(problem))
        return malformed({0, 0, "/buffers", error->message(problem)});
    if (const auto violation = planner::validate(problem, solution))
        return wrong(violation->message(problem, solution));
    std::uint64_t load = 0; // cannot wrap: check() bounds the sum of all sizes
    for (const planner::Buffer& buffer : problem.buffers)
        load += live_at(buffer, bound_time) ? buffer.size : 0;
    if (load != bound_bytes)
        return wrong("the load at time " + std::to_string(bound_time) + " is " +
                     std::to_string(load) + " bytes, not " + std::to_string(bound_bytes));
    if (digest.string() != expected_digest(document))
        return wrong("the digest does not match the numbers");
    return Certified{problem.buffers.size(), solution.height, bound_bytes};
}

} // namespace

std::variant<Certified, Rejected> check_certificate(std::string_view text) {
    try {
        return check(tools::parse_json(text, {.max_depth = 8, .unique_keys = true}));
    } catch (const Malformed& complaint) {
        return malformed(complaint);
    }
}

} // namespace langone::plan
