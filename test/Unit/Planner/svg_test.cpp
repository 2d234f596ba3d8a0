// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "langone/Planner/svg.h"

#include <gtest/gtest.h>
#include <sstream>

namespace langone::planner {
namespace {

std::string draw(const Problem& problem, const Solution& solution, const SvgOptions& options = {}) {
    std::ostringstream stream;
    write_svg(stream, problem, solution, options);
    return stream.str();
}

std::size_t count(const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
        ++found;
    return found;
}

const Problem two{{{.lower = 0, .upper = 4, .size = 1024, .id = "a<b>"},
                   {.lower = 2, .upper = 6, .size = 1024, .pieces = {{2, 3}, {4, 6}}}},
                  {}};

TEST(Svg, DrawsEveryPieceOnAFramedPage) {
    const std::string text = draw(two, {{0, 1024}, 2048});
    EXPECT_EQ(count(text, "<rect"), 1u + 3u); // the page and three pieces
    EXPECT_NE(text.find("2 KiB"), std::string::npos);
    EXPECT_NE(text.find("lower bound 2048 bytes at time 2"), std::string::npos);
    EXPECT_EQ(text.rfind("</svg>\n"), text.size() - 7);
}

TEST(Svg, EscapesIds) {
    EXPECT_NE(draw(two, {{0, 1024}, 2048}).find("a&lt;b&gt;: 1024 bytes"), std::string::npos);
}

TEST(Svg, LeavesOutTooltipsAboveTheLimit) {
    EXPECT_EQ(count(draw(two, {{0, 1024}, 2048}, {.tooltip_limit = 1}), "1024 bytes at"), 0u);
}

TEST(Svg, EmptyProblem) {
    EXPECT_EQ(count(draw({}, {}), "<rect"), 1u);
}

} // namespace
} // namespace langone::planner
