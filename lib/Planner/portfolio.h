// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The solver for one instance: runs heuristics, local improvement and exact search in turn, chosen
// by the instance's shape. Private to the library. Malformed input, capacities below the load and
// independent components have been dealt with by the caller (solver.cpp).

#ifndef LANGONE_LIB_PLANNER_PORTFOLIO_H
#define LANGONE_LIB_PLANNER_PORTFOLIO_H

#include "greedy.h"
#include "stop.h"

#include <algorithm>

namespace langone::planner {

/// What is asked for, and how much it may cost.
struct Target {
    Bytes bound = 0;                ///< no plan is lower
    Bytes enough = 0;               ///< stop when a plan is no higher
    Bytes capacity = max_height;    ///< plans above it are useless
    std::uint64_t work_limit = 0;   ///< units of about a nanosecond
    std::uint64_t memory_limit = 0; ///< bytes that the exact search may use
    bool heuristics_only = false;
    Stop stop;
    unsigned stream = 0; ///< workers of a race differ in it: other strategies, in the same order
};

struct Outcome {
    Plan best{{}, not_fixed}; ///< the lowest plan found; height not_fixed if there is none at all
    Bytes bound = 0;          ///< at least the target's
    bool refuted = false;     ///< no plan within the capacity exists
    std::vector<Index> core;  ///< if refuted: items that already cannot fit; empty: all
    std::uint64_t work = 0;

    /// Nothing is left to be found out.
    bool decided(const Target& target) const {
        return refuted || best.height <= std::max(target.enough, bound);
    }
};

/// `instance` has no two fixed items that overlap.
Outcome run_portfolio(const Instance& instance, const Target& target);

} // namespace langone::planner

#endif // LANGONE_LIB_PLANNER_PORTFOLIO_H
