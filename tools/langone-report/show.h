// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A report as people read it: text for the terminal, a page for the browser.

#ifndef LANGONE_TOOLS_REPORT_SHOW_H
#define LANGONE_TOOLS_REPORT_SHOW_H

#include "report.h"

namespace langone::report {

struct ShowOptions {
    /// The name of the file, for titles.
    std::string file;
    /// Show this function only.
    std::optional<std::string> function = {};
    /// Every function and buffer, however many.
    bool all = false;
    bool colour = false;
};

/// Functions in the order in which they ask for attention: by verdict, worst first, then by peak.
std::vector<const Function*> by_attention(const Report& report, const ShowOptions& options);

/// What is live at a peak, the largest first; of equal size, as in the file.
std::vector<const LiveBuffer*> largest_first(const Peak& peak);

/// Text of lines, ending in a newline.
std::string show_text(const Report& report, const ShowOptions& options);

/// One HTML page that refers to nothing outside itself.
std::string show_html(const Report& report, const ShowOptions& options);

} // namespace langone::report

#endif // LANGONE_TOOLS_REPORT_SHOW_H
