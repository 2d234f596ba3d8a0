// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the planner answers: offsets, the height of the arena, and how good they are known to be.
// Plain data; how it was found is the solver's business, whether it is right the validator's.

#ifndef LANGONE_PLANNER_SOLUTION_H
#define LANGONE_PLANNER_SOLUTION_H

#include "langone/Planner/lower_bound.h"
#include "langone/Planner/problem.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace langone::planner {

/// A plan: where each buffer lies in the arena.
struct Solution {
    /// Byte offset of each buffer, in the order of `Problem::buffers`.
    std::vector<std::uint64_t> offsets = {};
    /// Bytes of the arena: no buffer ends beyond it.
    std::uint64_t height = 0;
};

/// What is known about the problem.
enum class Status {
    optimal,    ///< a plan, and no plan is lower
    feasible,   ///< a plan; a lower one may exist, by at most `Result::gap` bytes
    infeasible, ///< no plan: proven; `Result::core` says why
    undecided,  ///< no plan within the capacity was found with this effort, none was excluded
};

/// "optimal", "feasible", "infeasible" or "undecided".
std::string_view to_string(Status status);

/// The answer of `solve`.
struct Result {
    Status status = Status::undecided;
    /// The best plan; offsets are empty unless `status` is optimal or feasible.
    Solution solution = {};
    /// The load with its witness.
    LowerBound load = {};
    /// No plan is lower than this many bytes; at least `load.bytes`.
    std::uint64_t bound = 0;
    /// `solution.height - bound`, bytes; 0 without a plan.
    std::uint64_t gap = 0;
    /// If infeasible: indices of a small set of buffers that already cannot be planned, ascending.
    std::vector<std::size_t> core = {};
    /// Set if the problem is malformed; `status` is then undecided and nothing else is meaningful.
    std::optional<ProblemError> error = {};
    /// Units of work spent; the same on every machine.
    std::uint64_t work = 0;
};

} // namespace langone::planner

#endif // LANGONE_PLANNER_SOLUTION_H
