// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A comparison of two reports, told to people, to programs, and to tools that show findings in
// code.

#ifndef LANGONE_TOOLS_REPORT_DIFF_H
#define LANGONE_TOOLS_REPORT_DIFF_H

#include "compare.h"

namespace langone::report {

struct DiffOptions {
    std::string old_file, new_file;
    bool colour = false;
    /// Every buffer, however many.
    bool all = false;
};

/// Text of lines, ending in a newline.
std::string diff_text(const Comparison& comparison, const DiffOptions& options);

/// One object of schema "langone-report-diff/1", with a final newline.
std::string diff_json(const Comparison& comparison, const DiffOptions& options);

/// A log of SARIF 2.1.0: one result for each regression, at its function, with the buffers that
/// made it as related locations. Level "error" for what exceeds what is allowed, else "warning".
std::string diff_sarif(const Comparison& comparison, const DiffOptions& options);

} // namespace langone::report

#endif // LANGONE_TOOLS_REPORT_DIFF_H
