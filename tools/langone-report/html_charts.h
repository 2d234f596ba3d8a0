// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pictures of the page, as inline SVG: the footprint over program points, and the plan.

#ifndef LANGONE_TOOLS_REPORT_HTML_CHARTS_H
#define LANGONE_TOOLS_REPORT_HTML_CHARTS_H

#include "report.h"

#include <iosfwd>

namespace langone::report {

/// The footprint of `function` with its budget and lower bound; `id` is unique on the page. With
/// `tooltips`, each point says where it is and how much is live.
void write_timeline_chart(std::ostream& out, const Function& function, const std::string& id,
                          bool tooltips);

/// What lies where and when in the arena of `plan`: time across, addresses up.
void write_plan_chart(std::ostream& out, const Plan& plan, const std::string& id, bool tooltips);

} // namespace langone::report

#endif // LANGONE_TOOLS_REPORT_HTML_CHARTS_H
