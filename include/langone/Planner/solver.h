// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one entry point of the planner: compiler, command-line tool and runtime all call `solve`.
// Which algorithms run is chosen here by the shape of the problem, never by the caller.

#ifndef LANGONE_PLANNER_SOLVER_H
#define LANGONE_PLANNER_SOLVER_H

#include "langone/Planner/solution.h"

#include <atomic>

namespace langone::planner {

/// What counts as done.
enum class Objective {
    /// The lowest plan, within the capacity where there is one.
    minimize,
    /// Any plan within the capacity; like `minimize` where there is no capacity.
    fit,
};

/// How much work is worth spending. Effort counts work, not time: the answer depends on the problem
/// and on these options alone, never on the machine.
enum class Effort {
    quick,    ///< constructive heuristics alone: milliseconds for thousands of buffers
    standard, ///< the default: seconds where the problem is hard
    thorough, ///< minutes where the problem is hard
};

struct Options {
    Objective objective = Objective::minimize;
    Effort effort = Effort::standard;
    /// Threads that search, each with the whole effort and its own strategies; the quick effort
    /// uses one. More threads never make a component's plan or bound worse. The answer depends on
    /// their number, not on their timing.
    unsigned threads = 1;
    /// If set, `solve` returns soon after it becomes true, with the best that it has so far: for
    /// interactive use, as the answer then depends on when that happens.
    const std::atomic<bool>* cancel = nullptr;
};

/// Plans `problem`. Never throws; a malformed problem is reported in `Result::error`.
/// Deterministic, and safe to call from several threads at once. Memory is O(n), and up to 200 MB
/// a thread for the exact search; time grows with the effort and is O(n log n) for the quick effort
/// on problems where few buffers live together.
Result solve(const Problem& problem, const Options& options = {});

} // namespace langone::planner

#endif // LANGONE_PLANNER_SOLVER_H
