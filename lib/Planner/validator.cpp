// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A sweep over time that keeps the address ranges in use in an ordered map: a buffer that begins
// may touch neither its neighbour below nor the one above.

#include "langone/Planner/validator.h"

#include <algorithm>
#include <map>

namespace langone::planner {

namespace {

/// One buffer in use: map key is its first byte.
struct InUse {
    std::uint64_t end;
    std::size_t buffer;
};

struct Change {
    Time at;
    bool begins;
    std::size_t buffer;
};

std::optional<Violation> check_offsets(const Problem& problem, const Solution& solution) {
    for (std::size_t i = 0; i < problem.buffers.size(); ++i) {
        const Buffer& buffer = problem.buffers[i];
        const std::uint64_t offset = solution.offsets[i];
        if (offset % buffer.alignment != 0)
            return Violation{ViolationKind::misaligned, i, i, buffer.lower};
        if (buffer.fixed_offset && offset != *buffer.fixed_offset)
            return Violation{ViolationKind::moved, i, i, buffer.lower};
        if (buffer.size > solution.height || offset > solution.height - buffer.size)
            return Violation{ViolationKind::beyond_height, i, i, buffer.lower};
    }
    if (problem.capacity && solution.height > *problem.capacity)
        return Violation{ViolationKind::beyond_capacity, 0, 0, 0};
    return std::nullopt;
}

std::vector<Change> changes_in_time_order(const Problem& problem) {
    std::vector<Change> changes;
    changes.reserve(2 * problem.buffers.size());
    const auto add = [&](Time lower, Time upper, std::size_t buffer) {
        changes.push_back({lower, true, buffer});
        changes.push_back({upper, false, buffer});
    };
    for (std::size_t i = 0; i < problem.buffers.size(); ++i) {
        const Buffer& buffer = problem.buffers[i];
        if (buffer.size == 0)
            continue;
        if (buffer.pieces.empty())
            add(buffer.lower, buffer.upper, i);
        for (const Interval& piece : buffer.pieces)
            add(piece.lower, piece.upper, i);
    }
    std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
        if (a.at != b.at)
            return a.at < b.at;
        if (a.begins != b.begins)
            return !a.begins; // half-open lifetimes: free before use
        return a.buffer < b.buffer;
    });
    return changes;
}

} // namespace

std::optional<Violation> validate(const Problem& problem, const Solution& solution) {
    if (solution.offsets.size() != problem.buffers.size())
        return Violation{ViolationKind::wrong_count, 0, 0, 0};
    if (const auto violation = check_offsets(problem, solution))
        return violation;

    std::map<std::uint64_t, InUse> in_use;
    for (const Change& change : changes_in_time_order(problem)) {
        const std::uint64_t offset = solution.offsets[change.buffer];
        if (!change.begins) {
            in_use.erase(offset);
            continue;
        }
        const std::uint64_t end = offset + problem.buffers[change.buffer].size;
        const auto above = in_use.lower_bound(offset);
        if (above != in_use.end() && above->first < end)
            return Violation{ViolationKind::overlap, above->second.buffer, change.buffer,
                             change.at};
        if (above != in_use.begin()) {
            const auto below = std::prev(above);
            if (below->second.end > offset)
                return Violation{ViolationKind::overlap, below->second.buffer, change.buffer,
                                 change.at};
        }
        in_use.emplace_hint(above, offset, InUse{end, change.buffer});
    }
    return std::nullopt;
}

std::string Violation::message(const Problem& problem, const Solution& solution) const {
    const auto range = [&](std::size_t i) {
        const std::uint64_t offset = solution.offsets[i];
        return "buffer " + display_name(problem, i) + " [" + std::to_string(offset) + ", " +
               std::to_string(offset + problem.buffers[i].size) + ")";
    };
    switch (kind) {
    case ViolationKind::wrong_count:
        return "the solution has " + std::to_string(solution.offsets.size()) + " offsets for " +
               std::to_string(problem.buffers.size()) + " buffers";
    case ViolationKind::misaligned:
        return range(first) + " is not aligned to " +
               std::to_string(problem.buffers[first].alignment) + " bytes";
    case ViolationKind::moved:
        return range(first) + " is not at its fixed offset " +
               std::to_string(problem.buffers[first].fixed_offset.value_or(0));
    case ViolationKind::beyond_height:
        return range(first) + " ends above the height of " + std::to_string(solution.height) +
               " bytes";
    case ViolationKind::beyond_capacity:
        return "the height of " + std::to_string(solution.height) +
               " bytes is above the capacity of " + std::to_string(problem.capacity.value_or(0)) +
               " bytes";
    case ViolationKind::overlap:
        return range(first) + " and " + range(second) + " overlap at time " + std::to_string(at);
    }
    return "invalid";
}

} // namespace langone::planner
