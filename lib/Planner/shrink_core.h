// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Makes the reason for an infeasible answer small enough to be read. Private to the library.

#ifndef LANGONE_LIB_PLANNER_SHRINK_CORE_H
#define LANGONE_LIB_PLANNER_SHRINK_CORE_H

#include "instance.h"

#include <vector>

namespace langone::planner {

/// A subset of `core`, items that cannot be planned within `capacity`, of which that is still
/// proven: leaves out ever smaller groups as long as the search refutes the rest (a deletion
/// filter, as for unsatisfiable constraints: Chinneck and Dravnieks 1991). Minimal if the work
/// suffices.
std::vector<Index> shrink_core(const Instance& instance, std::vector<Index> core,
                               std::uint64_t capacity, std::uint64_t work_limit);

} // namespace langone::planner

#endif // LANGONE_LIB_PLANNER_SHRINK_CORE_H
