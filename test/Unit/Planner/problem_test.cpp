// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "langone/Planner/problem.h"

#include <gtest/gtest.h>
#include <limits>

namespace langone::planner {
namespace {

std::optional<ProblemErrorKind> kind_of(const Buffer& buffer) {
    const auto error = check(Problem{{buffer}, {}});
    return error ? std::optional(error->kind) : std::nullopt;
}

TEST(Problem, EmptyIsWellFormed) {
    EXPECT_FALSE(check(Problem{}));
}

TEST(Problem, SizeZeroIsLegal) {
    EXPECT_FALSE(kind_of({.lower = 0, .upper = 1, .size = 0}));
}

TEST(Problem, WholeRangeOfTimesIsLegal) {
    EXPECT_FALSE(kind_of({.lower = std::numeric_limits<Time>::min(),
                          .upper = std::numeric_limits<Time>::max(),
                          .size = 1}));
}

TEST(Problem, EmptyLifetime) {
    EXPECT_EQ(kind_of({.lower = 3, .upper = 3, .size = 1}), ProblemErrorKind::empty_lifetime);
    EXPECT_EQ(kind_of({.lower = 4, .upper = 3, .size = 1}), ProblemErrorKind::empty_lifetime);
}

TEST(Problem, BadAlignment) {
    for (const std::uint64_t alignment : {0, 3, 12})
        EXPECT_EQ(kind_of({.lower = 0, .upper = 1, .size = 1, .alignment = alignment}),
                  ProblemErrorKind::bad_alignment);
}

TEST(Problem, MisalignedFixedOffset) {
    EXPECT_EQ(kind_of({.lower = 0, .upper = 1, .size = 1, .alignment = 8, .fixed_offset = 12}),
              ProblemErrorKind::misaligned_fixed_offset);
}

TEST(Problem, BadPieces) {
    const auto pieces = [](std::vector<Interval> list) {
        return kind_of({.lower = 0, .upper = 9, .size = 1, .pieces = std::move(list)});
    };
    EXPECT_FALSE(pieces({{0, 2}, {2, 9}}));
    EXPECT_EQ(pieces({{0, 2}}), ProblemErrorKind::bad_pieces);
    EXPECT_EQ(pieces({{1, 2}, {3, 9}}), ProblemErrorKind::bad_pieces);
    EXPECT_EQ(pieces({{0, 4}, {3, 9}}), ProblemErrorKind::bad_pieces);
    EXPECT_EQ(pieces({{0, 4}, {4, 4}, {5, 9}}), ProblemErrorKind::bad_pieces);
}

TEST(Problem, SumsThatWouldOverflow) {
    const std::uint64_t huge = std::numeric_limits<std::uint64_t>::max();
    EXPECT_EQ(kind_of({.lower = 0, .upper = 1, .size = huge}), ProblemErrorKind::too_large);
    EXPECT_EQ(kind_of({.lower = 0, .upper = 1, .size = 1, .fixed_offset = huge}),
              ProblemErrorKind::too_large);
    const Buffer half{.lower = 0, .upper = 1, .size = max_height / 2 + 1};
    const auto error = check(Problem{{half, half}, {}});
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind, ProblemErrorKind::too_large);
    EXPECT_EQ(error->buffer, 1u);
}

TEST(Problem, MessageNamesTheBuffer) {
    const Problem problem{{{.lower = 0, .upper = 1, .size = 1},
                           {.lower = 1, .upper = 1, .size = 1, .id = "weights"},
                           {.lower = 0, .upper = 1, .size = 1}},
                          {}};
    EXPECT_EQ(check(problem)->message(problem),
              "buffer weights: its lifetime is empty: lower must be less than upper");
    EXPECT_EQ(display_name(problem, 2), "#2");
}

} // namespace
} // namespace langone::planner
