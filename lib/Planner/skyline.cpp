// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The lowest-position-first heuristic, after the best-fit heuristic for strip packing (Burke,
// Kendall and Whitwell 2004; Imahori and Yagiura 2010 for its implementation), with positions in
// time given.

#include "greedy.h"

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

} // namespace

std::optional<Plan> place_lowest(const Instance& instance, const std::vector<Index>& sequence,
                                 std::uint64_t work_limit, std::uint64_t& work) {
    constexpr std::uint64_t work_per_step = 120;

    std::priority_queue<Waiting, std::vector<Waiting>, LaterFirst> waiting;
    for (Index rank = 0; rank < sequence.size(); ++rank)
        waiting.push({0, rank});
    Skyline skyline(instance.sections());
    Plan plan;
    plan.offsets.resize(instance.size());
    while (!waiting.empty()) {
        work += work_per_step;
        if (work > work_limit)
            return std::nullopt;
        const Waiting next = waiting.top();
        waiting.pop();
        const Index index = sequence[next.rank];
        const Item& item = instance[index];
        const Bytes offset = align_up(skyline.highest(item.span), item.alignment);
        if (offset > next.offset) { // offsets only grow: wait again
            waiting.push({offset, next.rank});
            continue;
        }
        skyline.assign(item.span, offset + item.size);
        plan.offsets[index] = offset;
        plan.height = std::max(plan.height, offset + item.size);
    }
    return plan;
}

} // namespace langone::planner
