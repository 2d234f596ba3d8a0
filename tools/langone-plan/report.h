// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What langone-plan says about a result: text for people, JSON for programs.

#ifndef LANGONE_TOOLS_PLAN_REPORT_H
#define LANGONE_TOOLS_PLAN_REPORT_H

#include "langone/Planner/solution.h"

#include <optional>
#include <string>

namespace langone::plan {

/// A few lines, with a final newline.
std::string text_report(const std::string& file, const planner::Problem& problem,
                        const planner::Result& result);

/// One object of schema "langone-plan/1", with a final newline.
std::string json_report(const std::string& file, const planner::Problem& problem,
                        const planner::Result& result);

/// How `given` differs from `asked` in ids, lifetimes, sizes, alignments or fixed offsets, if it
/// does; the order is free.
std::optional<std::string> first_difference(const std::vector<planner::Buffer>& asked,
                                            const std::vector<planner::Buffer>& given);

} // namespace langone::plan

#endif // LANGONE_TOOLS_PLAN_REPORT_H
