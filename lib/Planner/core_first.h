// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Large instances are mostly easy: the load comes close to its maximum in few sections, and only
// what is live there has to be packed well. This file owns the choice of such a core, its exact
// plan, and the completion to a plan of all. Private to the library.

#ifndef LANGONE_LIB_PLANNER_CORE_FIRST_H
#define LANGONE_LIB_PLANNER_CORE_FIRST_H

#include "portfolio.h"

namespace langone::planner {

/// Plans ever larger cores exactly, each time completed in several greedy orders. Improves
/// `outcome`: the best plan, the bound (a core that is refuted bounds the whole), `core` if it
/// refutes the capacity. Returns when the target is reached, the work is spent, or no larger core
/// is affordable.
void plan_core_first(const Instance& instance, const Target& target, Outcome& outcome);

} // namespace langone::planner

#endif // LANGONE_LIB_PLANNER_CORE_FIRST_H
