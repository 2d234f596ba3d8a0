// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "certificate_check.h"

#include "langone/Planner/validator.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace langone::plan {

namespace {

using Json = nlohmann::json;

Rejected malformed(std::string reason) {
    return {true, std::move(reason)};
}
Rejected wrong(std::string reason) {
    return {false, std::move(reason)};
}

/// The unsigned number `object[key]`.
bool read(const Json& object, const char* key, std::uint64_t& number) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_unsigned())
        return false;
    number = found->get<std::uint64_t>();
    return true;
}

bool to_time(const Json& value, planner::Time& time) {
    if (!value.is_number_integer() ||
        (value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX))
        return false;
    time = value.get<planner::Time>();
    return true;
}

bool read(const Json& object, const char* key, planner::Time& time) {
    const auto found = object.find(key);
    return found != object.end() && to_time(*found, time);
}

bool read_pieces(const Json& object, planner::Buffer& buffer) {
    const auto pieces = object.find("pieces");
    if (pieces == object.end())
        return true;
    if (!pieces->is_array())
        return false;
    for (const Json& piece : *pieces) {
        planner::Interval interval;
        if (!piece.is_array() || piece.size() != 2 || !to_time(piece[0], interval.lower) ||
            !to_time(piece[1], interval.upper))
            return false;
        buffer.pieces.push_back(interval);
    }
    return true;
}

/// Reads one buffer; the name of what is wrong, or nothing.
const char* read_buffer(const Json& object, planner::Buffer& buffer, std::uint64_t& offset) {
    if (!object.is_object())
        return "it is not an object";
    const auto site = object.find("site");
    if (site == object.end() || !site->is_string())
        return "site";
    buffer.id = site->get<std::string>();
    if (!read(object, "lower", buffer.lower))
        return "lower";
    if (!read(object, "upper", buffer.upper))
        return "upper";
    if (!read(object, "size_bytes", buffer.size))
        return "size_bytes";
    if (!read(object, "alignment_bytes", buffer.alignment))
        return "alignment_bytes";
    if (!read(object, "offset_bytes", offset))
        return "offset_bytes";
    return read_pieces(object, buffer) ? nullptr : "pieces";
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

std::variant<Certified, Rejected> check_certificate(std::string_view text) {
    const Json root = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!root.is_object())
        return malformed("not a JSON object");
    const auto schema = root.find("schema");
    if (schema == root.end() || *schema != "langone-certificate/1")
        return malformed("schema is not \"langone-certificate/1\"");
    const auto bound = root.find("bound");
    const auto buffers = root.find("buffers");
    planner::Problem problem;
    planner::Solution solution;
    std::uint64_t bound_bytes = 0;
    planner::Time bound_time = 0;
    if (!read(root, "arena_bytes", solution.height))
        return malformed("arena_bytes is missing or not a number of bytes");
    if (root.contains("capacity_bytes") &&
        !read(root, "capacity_bytes", problem.capacity.emplace()))
        return malformed("capacity_bytes is not a number of bytes");
    if (bound == root.end() || !bound->is_object() || !read(*bound, "bytes", bound_bytes) ||
        !read(*bound, "time", bound_time))
        return malformed("bound is missing, or has no bytes or time");
    if (buffers == root.end() || !buffers->is_array())
        return malformed("buffers is missing or not an array");
    for (const Json& object : *buffers) {
        std::uint64_t offset = 0;
        if (const char* what = read_buffer(object, problem.buffers.emplace_back(), offset))
            return malformed("buffer " + std::to_string(problem.buffers.size() - 1) + ": " + what +
                             " is missing or malformed");
        solution.offsets.push_back(offset);
    }
    if (const auto error = planner::check(problem))
        return malformed(error->message(problem));
    if (const auto violation = planner::validate(problem, solution))
        return wrong(violation->message(problem, solution));
    std::uint64_t load = 0; // cannot wrap: check() bounds the sum of all sizes
    for (const planner::Buffer& buffer : problem.buffers)
        load += live_at(buffer, bound_time) ? buffer.size : 0;
    if (load != bound_bytes)
        return wrong("the load at time " + std::to_string(bound_time) + " is " +
                     std::to_string(load) + " bytes, not " + std::to_string(bound_bytes));
    // Optional, as other tools may write certificates; but what is there has to be right.
    if (const auto digest = root.find("digest");
        digest != root.end() && *digest != expected_digest(root))
        return wrong("the digest does not match the numbers");
    return Certified{problem.buffers.size(), solution.height, bound_bytes};
}

} // namespace langone::plan
