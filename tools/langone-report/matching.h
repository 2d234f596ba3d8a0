// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which allocation of one version of a function is which of another. Sites are numbered in program
// order and places are line numbers, so that one new allocation shifts all behind it: what stays is
// the order, the types and the shape of the text around.

#ifndef LANGONE_TOOLS_REPORT_MATCHING_H
#define LANGONE_TOOLS_REPORT_MATCHING_H

#include "report.h"

#include <unordered_map>

namespace langone::report {

/// Sites of `before` with their counterparts in `now`, both in program order. The matching keeps
/// the order and has the largest total likeness (Needleman and Wunsch 1970, in a band around the
/// diagonal); what is left over then was moved, and is matched by type. O(n * band) after what is
/// the same at the beginning; the band is the difference in length and some more, less where that
/// would be too much work.
std::unordered_map<std::string, std::string>
match_allocations(const std::vector<Allocation>& before, const std::vector<Allocation>& now);

} // namespace langone::report

#endif // LANGONE_TOOLS_REPORT_MATCHING_H
