// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks the certificate of proven budgets without the analysis: from what each function allocates,
// frees and calls, in which order and under which control flow, it derives the peak again.

#ifndef LANGONE_TOOLS_PLAN_BUDGET_CHECK_H
#define LANGONE_TOOLS_PLAN_BUDGET_CHECK_H

#include "certificate_check.h"

namespace langone::plan {

/// What a certificate of budgets proves.
struct BudgetsCertified {
    std::size_t functions = 0;
    std::size_t budgets = 0; ///< proven ones
};

/// Accepts or rejects the text of a certificate, schema "langone-budget-certificate/1". Never
/// throws.
///
/// Peaks are derived function by function, with what the certificate states for callees. That the
/// derived numbers equal the stated ones proves these for recursive functions too, by induction
/// over the depth of calls. Linear in the size of the certificate for graphs without cycles.
std::variant<BudgetsCertified, Rejected> check_budgets(std::string_view contents);

} // namespace langone::plan

#endif // LANGONE_TOOLS_PLAN_BUDGET_CHECK_H
