// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "langone/Planner/lower_bound.h"

#include <gtest/gtest.h>

namespace langone::planner {
namespace {

TEST(LowerBound, EmptyProblemNeedsNothing) {
    EXPECT_EQ(lower_bound(Problem{}).bytes, 0u);
}

TEST(LowerBound, IsTheLargestLoadWithItsWitness) {
    const Problem problem{{{.lower = 0, .upper = 4, .size = 10},
                           {.lower = 2, .upper = 6, .size = 20},
                           {.lower = 2, .upper = 3, .size = 0},
                           {.lower = 4, .upper = 8, .size = 15}},
                          {}};
    const LowerBound bound = lower_bound(problem);
    EXPECT_EQ(bound.bytes, 35u);
    EXPECT_EQ(bound.at, 4);
    EXPECT_EQ(bound.buffers, (std::vector<std::size_t>{1, 3}));
}

TEST(LowerBound, HalfOpenLifetimesDoNotMeet) {
    const Problem problem{
        {{.lower = 0, .upper = 4, .size = 10}, {.lower = 4, .upper = 8, .size = 10}}, {}};
    EXPECT_EQ(lower_bound(problem).bytes, 10u);
}

TEST(LowerBound, PiecesLeaveRoomBetweenThem) {
    const Problem problem{{{.lower = 0, .upper = 9, .size = 8, .pieces = {{0, 3}, {6, 9}}},
                           {.lower = 3, .upper = 6, .size = 8}},
                          {}};
    EXPECT_EQ(lower_bound(problem).bytes, 8u);
}

TEST(LowerBound, FixedBufferAboveTheLoadIsItsOwnWitness) {
    const Problem problem{{{.lower = 0, .upper = 9, .size = 8},
                           {.lower = 2, .upper = 6, .size = 8, .fixed_offset = 100}},
                          {}};
    const LowerBound bound = lower_bound(problem);
    EXPECT_EQ(bound.bytes, 108u);
    EXPECT_EQ(bound.buffers, (std::vector<std::size_t>{1}));
}

} // namespace
} // namespace langone::planner
