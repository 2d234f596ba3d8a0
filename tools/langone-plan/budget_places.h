// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Derives from the steps of a planned function that no place of its arena is written over while its
// contents are still used.

#ifndef LANGONE_TOOLS_PLAN_BUDGET_PLACES_H
#define LANGONE_TOOLS_PLAN_BUDGET_PLACES_H

#include "budget_certificate.h"

namespace langone::plan {

/// Throws Rejected if `function`, with places, has one outside of its arena, hands a callee an
/// arena that is too small or not aligned, or uses a place after another one that shares bytes with
/// it has begun.
///
/// A forward analysis: each place is unused, valid or overwritten on some path to a step. `place`
/// makes it valid and overwrites all others that share bytes and are not unused; `drop` makes it
/// unused; `use` needs it to be there on some path and overwritten on none. Loops are followed
/// until nothing changes. That is the absence of overlaps in time and space at once: what is used
/// later is live, and what is placed over it would be seen. O(steps * places).
void check_places(const Certificate& certificate, const Function& function);

} // namespace langone::plan

#endif // LANGONE_TOOLS_PLAN_BUDGET_PLACES_H
