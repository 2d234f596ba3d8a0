// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The load of a problem and its witness, by one sweep over sorted events.

#include "langone/Planner/lower_bound.h"

#include <algorithm>

namespace langone::planner {

namespace {

struct Event {
    Time at;
    bool begins;
    std::uint64_t size;
};

void add_events(std::vector<Event>& events, const Buffer& buffer) {
    const auto add = [&](Time lower, Time upper) {
        events.push_back({lower, true, buffer.size});
        events.push_back({upper, false, buffer.size});
    };
    if (buffer.pieces.empty())
        add(buffer.lower, buffer.upper);
    for (const Interval& piece : buffer.pieces)
        add(piece.lower, piece.upper);
}

bool is_live(const Buffer& buffer, Time at) {
    if (buffer.pieces.empty())
        return buffer.lower <= at && at < buffer.upper;
    return std::any_of(buffer.pieces.begin(), buffer.pieces.end(), [at](const Interval& piece) {
        return piece.lower <= at && at < piece.upper;
    });
}

/// The largest load and the earliest time at which it is reached.
LowerBound largest_load(const Problem& problem) {
    std::vector<Event> events;
    events.reserve(2 * problem.buffers.size());
    for (const Buffer& buffer : problem.buffers)
        if (buffer.size > 0)
            add_events(events, buffer);
    // At one time, ends come before beginnings: lifetimes are half-open.
    std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
        return a.at != b.at ? a.at < b.at : a.begins < b.begins;
    });
    LowerBound bound;
    std::uint64_t load = 0;
    for (const Event& event : events) {
        load = event.begins ? load + event.size : load - event.size;
        if (load > bound.bytes) {
            bound.bytes = load;
            bound.at = event.at;
        }
    }
    return bound;
}

} // namespace

LowerBound lower_bound(const Problem& problem) {
    LowerBound bound = largest_load(problem);
    std::optional<std::size_t> highest_fixed;
    for (std::size_t i = 0; i < problem.buffers.size(); ++i) {
        const Buffer& buffer = problem.buffers[i];
        if (!buffer.fixed_offset || *buffer.fixed_offset + buffer.size <= bound.bytes)
            continue;
        bound.bytes = *buffer.fixed_offset + buffer.size;
        bound.at = buffer.lower;
        highest_fixed = i;
    }
    if (highest_fixed) {
        bound.buffers = {*highest_fixed};
        return bound;
    }
    for (std::size_t i = 0; i < problem.buffers.size(); ++i)
        if (problem.buffers[i].size > 0 && is_live(problem.buffers[i], bound.at))
            bound.buffers.push_back(i);
    return bound;
}

} // namespace langone::planner
