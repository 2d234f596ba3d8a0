// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks the certificate of proven budgets without the analysis and without the planner: from what
// each function allocates, frees, places and calls, in which order and under which control flow, it
// derives the peak again, and that places of an arena do not overlap while they are used.

#ifndef LANGONE_TOOLS_PLAN_BUDGET_CHECK_H
#define LANGONE_TOOLS_PLAN_BUDGET_CHECK_H

#include "certificate_check.h"

#include <vector>

namespace langone::plan {

/// What a certificate proves.
struct BudgetsCertified {
    std::size_t functions = 0;
    std::size_t budgets = 0; ///< proven ones
    std::size_t places = 0;  ///< in arenas, without overlaps
    /// What all of this rests on and is not shown by the file, a sentence each.
    std::vector<std::string> assumptions;
};

/// Accepts or rejects the text of a certificate, schema "langone-budget-certificate/1". Never
/// throws.
std::variant<BudgetsCertified, Rejected> check_budgets(std::string_view contents);

} // namespace langone::plan

#endif // LANGONE_TOOLS_PLAN_BUDGET_CHECK_H
