// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The lowest-position-first heuristic, after the best-fit heuristic for strip packing (Burke,
// Kendall and Whitwell 2004; Imahori and Yagiura 2010 for its implementation), with positions in
// time given. Fixed items are obstacles in mid-air, under which other items may still go.

#include "greedy.h"

#include "interval_index.h"

#include <algorithm>
#include <bit>
#include <queue>

namespace langone::planner {

namespace {

/// The height of what is placed, per section: assignment to a range and maximum over a range in
/// O(log sections).
class Skyline {
public:
    explicit Skyline(Index sections)
        : leaves_(std::bit_ceil(std::max<Index>(1, sections))), highest_(std::size_t{2} * leaves_),
          uniform_(std::size_t{2} * leaves_, true) {}

    void assign(Span span, Bytes height) { assign(1, 0, leaves_, span, height); }
    Bytes highest(Span span) const { return highest(1, 0, leaves_, span); }

private:
    void assign(Index node, Index first, Index last, Span span, Bytes height) {
        if (span.lower <= first && last <= span.upper) {
            highest_[node] = height;
            uniform_[node] = true;
            return;
        }
        const Index left = 2 * node, right = left + 1, middle = first + (last - first) / 2;
        if (uniform_[node]) {
            highest_[left] = highest_[right] = highest_[node];
            uniform_[left] = uniform_[right] = true;
            uniform_[node] = false;
        }
        if (span.lower < middle)
            assign(left, first, middle, span, height);
        if (span.upper > middle)
            assign(right, middle, last, span, height);
        highest_[node] = std::max(highest_[left], highest_[right]);
    }

    Bytes highest(Index node, Index first, Index last, Span span) const {
        if (uniform_[node] || (span.lower <= first && last <= span.upper))
            return highest_[node];
        const Index left = 2 * node, middle = first + (last - first) / 2;
        Bytes result = 0;
        if (span.lower < middle)
            result = highest(left, first, middle, span);
        if (span.upper > middle)
            result = std::max(result, highest(left + 1, middle, last, span));
        return result;
    }

    Index leaves_;
    std::vector<Bytes> highest_; // node 1 is the root
    std::vector<char> uniform_;  // all sections below have the node's height
};

struct Waiting {
    Bytes offset; // no higher than the lowest possible one
    Index rank;
};

struct LaterFirst {
    bool operator()(const Waiting& a, const Waiting& b) const {
        return a.offset != b.offset ? a.offset > b.offset : a.rank > b.rank;
    }
};

/// Where fixed items lie.
class Obstacles {
public:
    explicit Obstacles(const Instance& instance) : instance_(instance) {
        if (!instance.has_fixed())
            return;
        index_.emplace(instance.sections());
        for (Index i = 0; i < instance.size(); ++i)
            if (instance[i].fixed != not_fixed)
                instance.for_each_piece(i, [&](Span piece) { index_->insert(piece, i); });
    }

    /// The lowest aligned offset from `offset` up at which `item` touches no fixed item. Adds the
    /// number of fixed items looked at to `seen`.
    Bytes clear(Index item, Bytes offset, std::uint64_t& seen) const {
        const Bytes size = instance_[item].size, alignment = instance_[item].alignment;
        offset = align_up(offset, alignment);
        for (bool hit = index_.has_value(); hit;) {
            hit = false;
            instance_.for_each_piece(item, [&](Span piece) {
                index_->for_each_overlap(piece, [&](Index other) {
                    const Bytes begin = instance_[other].fixed;
                    const Bytes end = begin + instance_[other].size;
                    ++seen;
                    if (begin < offset + size && offset < end) {
                        offset = align_up(end, alignment);
                        hit = true;
                    }
                });
            });
        }
        return offset;
    }

private:
    const Instance& instance_;
    std::optional<IntervalIndex<Index>> index_;
};

} // namespace

std::optional<Plan> place_lowest(const Instance& instance, const std::vector<Index>& sequence,
                                 std::uint64_t work_limit, std::uint64_t& work) {
    constexpr std::uint64_t work_per_step = 120, work_per_obstacle = 3;

    Skyline skyline(instance.sections());
    const Obstacles obstacles(instance);
    Plan plan;
    plan.offsets.resize(instance.size());
    const auto place = [&](Index item, Bytes offset) {
        plan.offsets[item] = offset;
        plan.height = std::max(plan.height, offset + instance[item].size);
    };
    std::priority_queue<Waiting, std::vector<Waiting>, LaterFirst> waiting;
    for (Index rank = 0; rank < sequence.size(); ++rank) {
        const Index item = sequence[rank];
        if (instance[item].fixed != not_fixed)
            place(item, instance[item].fixed);
        else
            waiting.push({0, rank});
    }
    while (!waiting.empty()) {
        work += work_per_step;
        if (work > work_limit)
            return std::nullopt;
        const Waiting next = waiting.top();
        waiting.pop();
        const Index item = sequence[next.rank];
        Bytes highest = 0;
        instance.for_each_piece(
            item, [&](Span piece) { highest = std::max(highest, skyline.highest(piece)); });
        std::uint64_t seen = 0;
        const Bytes offset = obstacles.clear(item, highest, seen);
        work += work_per_obstacle * seen;
        if (offset > next.offset) { // offsets only grow: wait again
            waiting.push({offset, next.rank});
            continue;
        }
        instance.for_each_piece(
            item, [&](Span piece) { skyline.assign(piece, offset + instance[item].size); });
        place(item, offset);
    }
    return plan;
}

} // namespace langone::planner
