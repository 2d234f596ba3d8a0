// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A value that no plan can beat, with the reason in words that a user can check by hand: one time
// and the buffers that are live then. Stronger bounds need search and belong to the solver.

#ifndef LANGONE_PLANNER_LOWER_BOUND_H
#define LANGONE_PLANNER_LOWER_BOUND_H

#include "langone/Planner/problem.h"

namespace langone::planner {

/// No plan is lower than `bytes`, because at time `at` all of `buffers` are live.
struct LowerBound {
    std::uint64_t bytes = 0;
    /// The earliest time with the largest load.
    Time at = 0;
    /// Indices of the buffers with a size that are live at `at`, ascending.
    std::vector<std::size_t> buffers = {};
};

/// The load of `problem`: the largest sum of sizes live at one time, or the end of a fixed buffer
/// where that is higher (its witness is then that one buffer). `problem` must pass `check`.
/// O(n log n) time, O(n) memory.
LowerBound lower_bound(const Problem& problem);

} // namespace langone::planner

#endif // LANGONE_PLANNER_LOWER_BOUND_H
