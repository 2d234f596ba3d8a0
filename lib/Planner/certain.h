// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is certain without search: fixed buffers that overlap, and what alignment adds to the load.
// Private to the library.

#ifndef LANGONE_LIB_PLANNER_CERTAIN_H
#define LANGONE_LIB_PLANNER_CERTAIN_H

#include "instance.h"

#include <vector>

namespace langone::planner {

/// Two fixed items that overlap, or nothing. O(n log n).
std::vector<Index> fixed_conflict(const Instance& instance);

/// No plan of `items`, all live in one section, is lower than `bytes`.
struct PaddedLoad {
    Bytes bytes = 0;
    std::vector<Index> items = {};
};

/// The load with what is lost to alignment: if all offsets of some items are multiples of `a`,
/// their sizes count rounded up to `a`, but for the highest of them. The largest such sum over all
/// alignments `a` and the items that are aligned to at least `a`, each at its fullest section.
/// O(n) for each alignment that occurs.
PaddedLoad padded_load(const Instance& instance);

} // namespace langone::planner

#endif // LANGONE_LIB_PLANNER_CERTAIN_H
