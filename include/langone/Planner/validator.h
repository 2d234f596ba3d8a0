// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The independent check of a plan. It shares no code and no idea with the solver, so that an error
// in one is not an error in the other; it depends on the plain data of problem.h and solution.h
// alone.

#ifndef LANGONE_PLANNER_VALIDATOR_H
#define LANGONE_PLANNER_VALIDATOR_H

#include "langone/Planner/solution.h"

#include <string>

namespace langone::planner {

/// How a solution can be wrong.
enum class ViolationKind {
    wrong_count,     ///< not as many offsets as buffers
    misaligned,      ///< the offset of `first` is not a multiple of its alignment
    moved,           ///< `first` is not at its fixed offset
    beyond_height,   ///< `first` ends above the solution's height
    beyond_capacity, ///< the solution's height is above the capacity
    overlap,         ///< `first` and `second` share a byte at time `at`
};

/// One thing wrong with a solution; `first` and `second` are indices of buffers.
struct Violation {
    ViolationKind kind = ViolationKind::wrong_count;
    std::size_t first = 0;
    std::size_t second = 0;
    /// For an overlap: a time at which both are live.
    Time at = 0;

    /// One line for people, without a final period.
    std::string message(const Problem& problem, const Solution& solution) const;
};

/// The first violation found, or nothing if `solution` is a plan for `problem`, which must pass
/// `check`. Sweeps time with an ordered map of the address space in use: O(n log n) time, O(n)
/// memory.
std::optional<Violation> validate(const Problem& problem, const Solution& solution);

} // namespace langone::planner

#endif // LANGONE_PLANNER_VALIDATOR_H
