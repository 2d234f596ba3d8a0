// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A plan as a picture: time across, address up. Owns the drawing alone; it neither checks nor
// changes the plan.

#ifndef LANGONE_PLANNER_SVG_H
#define LANGONE_PLANNER_SVG_H

#include "langone/Planner/solution.h"

#include <iosfwd>
#include <string>

namespace langone::planner {

struct SvgOptions {
    std::string title = "Memory plan";
    /// Pixels of the whole picture.
    unsigned width = 1200;
    unsigned height = 800;
    /// Up to this many buffers each rectangle carries a tooltip with id, size and lifetime.
    std::size_t tooltip_limit = 4000;
};

/// Writes `solution` of `problem` as an SVG document: one rectangle per buffer and piece of
/// lifetime, coloured by the length of its lifetime, with axes in bytes and time and the point of
/// the lower bound marked. Buffers thinner than a pixel are kept visible. Both arguments must be
/// valid. The text depends on the arguments alone. O(n log n).
void write_svg(std::ostream& stream, const Problem& problem, const Solution& solution,
               const SvgOptions& options = {});

} // namespace langone::planner

#endif // LANGONE_PLANNER_SVG_H
