// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Derives the peaks of a certificate from the steps of its functions, and holds the stated ones
// against them.

#ifndef LANGONE_TOOLS_PLAN_BUDGET_PEAKS_H
#define LANGONE_TOOLS_PLAN_BUDGET_PEAKS_H

#include "budget_certificate.h"

namespace langone::plan {

/// Throws Rejected for the first function whose derived peak or rest is not the stated one, or
/// whose peak is above its budget.
///
/// Functions are derived one by one, with what is stated for those that they call. A call within a
/// cycle costs nothing there; the cycle as a whole has the worst of L(f1, f2) + ... + P(fn) over
/// paths of at most N activations, of which all but the innermost are at a call, where at most
/// L bytes are live, and P within one; or, which is more, (N - 1) times the largest L, and P. That
/// derived and stated numbers agree proves both, by induction over the depth of calls. Linear for
/// graphs without cycles.
void check_peaks(const Certificate& certificate);

} // namespace langone::plan

#endif // LANGONE_TOOLS_PLAN_BUDGET_PEAKS_H
