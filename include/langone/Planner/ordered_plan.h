// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Plans for sizes that are not known yet. An order of the buffers gives offsets for any sizes: each
// buffer lies above those before it that it conflicts with. Owns how orders are found, compared and
// applied; what sizes depend on is the caller's business.

#ifndef LANGONE_PLANNER_ORDERED_PLAN_H
#define LANGONE_PLANNER_ORDERED_PLAN_H

#include "langone/Planner/solver.h"

namespace langone::planner {

/// An order in which buffers are placed, reduced to what decides about their offsets.
struct OrderedPlan {
    /// All buffers; each after those that lie below it.
    std::vector<std::size_t> order = {};
    /// For each buffer, those that it lies directly above: its offset is the largest of their ends,
    /// rounded up to its alignment; 0 where there is none. Ascending.
    std::vector<std::vector<std::size_t>> below = {};
    /// Buffers that no other lies above: the height is the largest of their ends. Ascending.
    std::vector<std::size_t> top = {};
};

/// The order of `solution`, a plan for `problem`, which must pass `check`. Two buffers whose
/// lifetimes intersect are ordered by it whatever their sizes, so offsets that follow the order
/// never overlap. Fixed offsets are not kept. Sizes in `problem` matter for the order alone.
/// O(n^2) time and n^2/8 bytes.
OrderedPlan order_of(const Problem& problem, const Solution& solution);

/// Offsets and height for the sizes in `problem`. At the sizes that the order was found with, the
/// height is at most that of the solution. Sums stay below 2^64 as `problem` passes `check`.
Solution place(const Problem& problem, const OrderedPlan& plan);

/// How good a choice of orders is.
struct OrderedPlans {
    /// For given sizes, the one with the lowest height is to be taken.
    std::vector<OrderedPlan> plans = {};
    /// For each probe: the height of a plan made for these sizes alone, and the lowest of `plans`.
    std::vector<std::uint64_t> static_heights = {};
    std::vector<std::uint64_t> heights = {};
    /// The largest excess of `heights` over `static_heights`, in units of 1/1000, rounded up.
    std::uint64_t worst_permille = 0;
    /// Set if a probe is malformed.
    std::optional<ProblemError> error = {};
};

struct OrderOptions {
    Effort effort = Effort::quick;
    /// Excess that needs no further order, in units of 1/1000 of the static height.
    std::uint64_t tolerance_permille = 20;
    std::size_t max_orders = 3;
};

/// Chooses orders for the buffers of `problem`, whose sizes are replaced by those of each probe in
/// turn: plans every probe, and takes the fewest orders, up to `max_orders`, that stay within the
/// tolerance at all probes; else those with the least excess that a greedy choice finds. There has
/// to be a probe. Deterministic.
OrderedPlans plan_orders(const Problem& problem,
                         const std::vector<std::vector<std::uint64_t>>& probes,
                         const OrderOptions& options = {});

} // namespace langone::planner

#endif // LANGONE_PLANNER_ORDERED_PLAN_H
