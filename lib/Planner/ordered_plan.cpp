// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "langone/Planner/ordered_plan.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

namespace langone::planner {

namespace {

bool intersect(const Interval& a, const Interval& b) {
    return a.lower < b.upper && b.lower < a.upper;
}

std::vector<Interval> pieces_of(const Buffer& buffer) {
    return buffer.pieces.empty() ? std::vector<Interval>{{buffer.lower, buffer.upper}}
                                 : buffer.pieces;
}

/// Whether both may be live at one time, whatever their sizes.
bool conflict(const Buffer& a, const Buffer& b) {
    if (!intersect({a.lower, a.upper}, {b.lower, b.upper})) {
        return false;
    }
    if (a.pieces.empty() && b.pieces.empty()) {
        return true;
    }
    const std::vector<Interval> second = pieces_of(b);
    for (const Interval& piece : pieces_of(a)) {
        if (std::any_of(second.begin(), second.end(),
                        [&](const Interval& other) { return intersect(piece, other); })) {
            return true;
        }
    }
    return false;
}

/// Sets of buffers as bits.
class BitSet {
public:
    explicit BitSet(std::size_t count) : words_((count + 63) / 64) {}
    bool contains(std::size_t i) const { return (words_[i / 64] >> (i % 64) & 1) != 0; }
    void insert(std::size_t i) { words_[i / 64] |= std::uint64_t{1} << (i % 64); }
    void insert(const BitSet& other) {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            words_[i] |= other.words_[i];
        }
    }

private:
    std::vector<std::uint64_t> words_;
};

std::uint64_t align_up(std::uint64_t value, std::uint64_t alignment) {
    return (value + alignment - 1) & ~(alignment - 1);
}

/// Excess of `height` over `reference` in 1/1000, rounded up; without overflow.
std::uint64_t excess_permille(std::uint64_t height, std::uint64_t reference) {
    if (height <= reference) {
        return 0;
    }
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    const std::uint64_t excess = height - reference;
    if (reference == 0 || excess > most / 1000) {
        return reference == 0 ? most : excess / std::max<std::uint64_t>(1, reference / 1000) + 1;
    }
    return (excess * 1000 + reference - 1) / reference;
}

} // namespace

OrderedPlan order_of(const Problem& problem, const Solution& solution) {
    const std::size_t count = problem.buffers.size();
    OrderedPlan plan;
    plan.order.resize(count);
    std::iota(plan.order.begin(), plan.order.end(), std::size_t{0});
    // Buffers without bytes may lie inside of others: they come first, so that they lift nothing.
    const auto offset_of = [&](std::size_t i) {
        return problem.buffers[i].size == 0 ? 0 : solution.offsets[i];
    };
    std::sort(plan.order.begin(), plan.order.end(), [&](std::size_t a, std::size_t b) {
        return std::tuple(offset_of(a), problem.buffers[a].size, a) <
               std::tuple(offset_of(b), problem.buffers[b].size, b);
    });
    plan.below.resize(count);
    // Position in the order of everything that lies below a buffer, directly or not.
    std::vector<BitSet> reach(count, BitSet(count));
    BitSet covered(count);
    for (std::size_t position = 0; position < count; ++position) {
        const std::size_t buffer = plan.order[position];
        for (std::size_t lower = position; lower-- > 0;) {
            const std::size_t other = plan.order[lower];
            // What lies below something below needs no mention: sizes are not negative.
            if (reach[position].contains(lower) ||
                !conflict(problem.buffers[buffer], problem.buffers[other])) {
                continue;
            }
            plan.below[buffer].push_back(other);
            reach[position].insert(lower);
            reach[position].insert(reach[lower]);
            covered.insert(other);
        }
        std::sort(plan.below[buffer].begin(), plan.below[buffer].end());
    }
    for (std::size_t buffer = 0; buffer < count; ++buffer) {
        if (!covered.contains(buffer)) {
            plan.top.push_back(buffer);
        }
    }
    return plan;
}

Solution place(const Problem& problem, const OrderedPlan& plan) {
    Solution solution;
    solution.offsets.resize(problem.buffers.size());
    const auto end_of = [&](std::size_t buffer) {
        return solution.offsets[buffer] + problem.buffers[buffer].size;
    };
    for (const std::size_t buffer : plan.order) {
        std::uint64_t offset = 0;
        for (const std::size_t other : plan.below[buffer]) {
            offset = std::max(offset, end_of(other));
        }
        solution.offsets[buffer] = align_up(offset, problem.buffers[buffer].alignment);
    }
    for (const std::size_t buffer : plan.top) {
        solution.height = std::max(solution.height, end_of(buffer));
    }
    return solution;
}

namespace {

/// Heights of candidate orders at all probes, and the choice among them.
class Choice {
public:
    Choice(std::vector<std::vector<std::uint64_t>> heights,
           const std::vector<std::uint64_t>& reference)
        : heights_(std::move(heights)), reference_(reference) {}

    /// Adds the candidate that lowers the worst excess most; the first of equals.
    void add() {
        std::vector<std::uint64_t> best_heights;
        std::uint64_t best = std::numeric_limits<std::uint64_t>::max();
        std::size_t choice = 0;
        for (std::size_t candidate = 0; candidate < heights_.size(); ++candidate) {
            std::vector<std::uint64_t> together = with(candidate);
            const std::uint64_t excess = worst(together);
            if (best_heights.empty() || excess < best) {
                best = excess;
                choice = candidate;
                best_heights = std::move(together);
            }
        }
        chosen_.push_back(choice);
        lowest_ = std::move(best_heights);
        worst_ = best;
    }

    const std::vector<std::size_t>& chosen() const { return chosen_; }
    const std::vector<std::uint64_t>& lowest() const { return lowest_; }
    std::uint64_t worst() const { return worst_; }

private:
    std::vector<std::uint64_t> with(std::size_t candidate) const {
        std::vector<std::uint64_t> together = heights_[candidate];
        for (std::size_t probe = 0; probe < lowest_.size(); ++probe) {
            together[probe] = std::min(together[probe], lowest_[probe]);
        }
        return together;
    }

    std::uint64_t worst(const std::vector<std::uint64_t>& heights) const {
        std::uint64_t most = 0;
        for (std::size_t probe = 0; probe < heights.size(); ++probe) {
            most = std::max(most, excess_permille(heights[probe], reference_[probe]));
        }
        return most;
    }

    std::vector<std::vector<std::uint64_t>> heights_;
    const std::vector<std::uint64_t>& reference_;
    std::vector<std::size_t> chosen_;
    std::vector<std::uint64_t> lowest_;
    std::uint64_t worst_ = 0;
};

} // namespace

OrderedPlans plan_orders(const Problem& problem,
                         const std::vector<std::vector<std::uint64_t>>& probes,
                         const OrderOptions& options) {
    OrderedPlans result;
    std::vector<OrderedPlan> candidates;
    std::vector<Problem> sized(probes.size(), problem);
    for (std::size_t probe = 0; probe < probes.size(); ++probe) {
        for (std::size_t i = 0; i < problem.buffers.size(); ++i) {
            sized[probe].buffers[i].size = probes[probe][i];
        }
        const Result solved = solve(sized[probe], {.effort = options.effort});
        if (solved.error) {
            result.error = solved.error;
            return result;
        }
        result.static_heights.push_back(solved.solution.height);
        candidates.push_back(order_of(sized[probe], solved.solution));
    }
    std::vector<std::vector<std::uint64_t>> heights;
    for (const OrderedPlan& candidate : candidates) {
        std::vector<std::uint64_t>& row = heights.emplace_back();
        for (const Problem& probe : sized) {
            row.push_back(place(probe, candidate).height);
        }
    }
    Choice choice(std::move(heights), result.static_heights);
    do {
        choice.add();
    } while (choice.worst() > options.tolerance_permille &&
             choice.chosen().size() < std::min(options.max_orders, candidates.size()));
    for (const std::size_t candidate : choice.chosen()) {
        result.plans.push_back(candidates[candidate]);
    }
    result.heights = choice.lowest();
    result.worst_permille = choice.worst();
    return result;
}

} // namespace langone::planner
