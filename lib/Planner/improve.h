// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Improvement of a plan by placing all items again and again in other sequences. Private to the
// library.

#ifndef LANGONE_LIB_PLANNER_IMPROVE_H
#define LANGONE_LIB_PLANNER_IMPROVE_H

#include "portfolio.h"

namespace langone::planner {

/// Lowers the plan of `outcome`, which must have one, with at most `work_share` units of work, or
/// until the target is reached. Two kinds of sequences alternate: by random powers of size and
/// lifetime, and squeaky wheel (Joslin and Clements 1999): in the order of offsets, which cannot
/// raise any item, but with those that stick out somewhere earlier.
void improve(const Instance& instance, const Target& target, std::uint64_t work_share,
             Outcome& outcome);

} // namespace langone::planner

#endif // LANGONE_LIB_PLANNER_IMPROVE_H
