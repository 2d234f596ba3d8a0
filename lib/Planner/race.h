// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Several portfolios on one instance, each in a thread of its own. Private to the library.

#ifndef LANGONE_LIB_PLANNER_RACE_H
#define LANGONE_LIB_PLANNER_RACE_H

#include "portfolio.h"

namespace langone::planner {

/// As `run_portfolio`, by `threads` workers with different strategies, of which the first does what
/// a single one would do. The one that decides with the least work wins; if none does, the lowest
/// plan and the highest bound of all count. So the outcome is never worse than with one thread, and
/// depends on `threads` but not on timing. Memory grows with `threads`.
Outcome run_race(const Instance& instance, const Target& target, unsigned threads);

} // namespace langone::planner

#endif // LANGONE_LIB_PLANNER_RACE_H
