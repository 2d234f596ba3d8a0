// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "langone/Planner/validator.h"

#include "random_problems.h"

#include <gtest/gtest.h>

namespace langone::planner {
namespace {

const Problem two{{{.lower = 0, .upper = 4, .size = 8, .id = "a"},
                   {.lower = 2, .upper = 6, .size = 8, .alignment = 8, .id = "b"}},
                  {}};

std::string violation(const Problem& problem, const Solution& solution) {
    const auto found = validate(problem, solution);
    return found ? found->message(problem, solution) : "";
}

TEST(Validator, AcceptsAPlan) {
    EXPECT_EQ(violation(two, {{0, 8}, 16}), "");
}

TEST(Validator, WrongCount) {
    EXPECT_EQ(violation(two, {{0}, 16}), "the solution has 1 offsets for 2 buffers");
}

TEST(Validator, Misaligned) {
    EXPECT_EQ(violation(two, {{0, 9}, 32}), "buffer b [9, 17) is not aligned to 8 bytes");
}

TEST(Validator, Moved) {
    Problem problem = two;
    problem.buffers[0].fixed_offset = 4;
    EXPECT_EQ(violation(problem, {{0, 16}, 32}), "buffer a [0, 8) is not at its fixed offset 4");
}

TEST(Validator, BeyondHeight) {
    EXPECT_EQ(violation(two, {{0, 8}, 15}), "buffer b [8, 16) ends above the height of 15 bytes");
}

TEST(Validator, OffsetNearTheEndOfTheRangeDoesNotWrap) {
    const auto found = validate(two, {{~std::uint64_t{0} - 3, 8}, 16});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->kind, ViolationKind::beyond_height);
}

TEST(Validator, BeyondCapacity) {
    Problem problem = two;
    problem.capacity = 15;
    EXPECT_EQ(violation(problem, {{0, 8}, 16}),
              "the height of 16 bytes is above the capacity of 15 bytes");
}

TEST(Validator, Overlap) {
    EXPECT_EQ(violation(two, {{4, 8}, 16}),
              "buffer a [4, 12) and buffer b [8, 16) overlap at time 2");
    EXPECT_EQ(violation(two, {{0, 0}, 16}),
              "buffer a [0, 8) and buffer b [0, 8) overlap at time 2");
}

TEST(Validator, EmptyBuffersOverlapNothing) {
    const Problem problem{
        {{.lower = 0, .upper = 4, .size = 8}, {.lower = 0, .upper = 4, .size = 0}}, {}};
    EXPECT_EQ(violation(problem, {{0, 4}, 8}), "");
}

TEST(Validator, PiecesMayInterleave) {
    const Problem problem{{{.lower = 0, .upper = 9, .size = 8, .pieces = {{0, 3}, {6, 9}}},
                           {.lower = 3, .upper = 6, .size = 8}},
                          {}};
    EXPECT_EQ(violation(problem, {{0, 0}, 8}), "");
}

TEST(Validator, AgreesWithTheDefinitionOnRandomOffsets) {
    test::Random random(test::seed(1));
    const test::Shape shape{.buffers = 5,
                            .aligned_percent = 30,
                            .fixed_percent = 10,
                            .pieces_percent = 20,
                            .empty_percent = 10};
    int valid = 0;
    for (int round = 0; round < 20000; ++round) {
        Problem problem = test::random_problem(random, shape);
        if (test::below(random, 4) == 0)
            problem.capacity = 30;
        Solution solution;
        solution.height = 20 + test::below(random, 20);
        for (const Buffer& buffer : problem.buffers)
            solution.offsets.push_back(buffer.fixed_offset.value_or(
                test::below(random, 32 / buffer.alignment) * buffer.alignment));
        const bool expected = test::brute_force_valid(problem, solution);
        EXPECT_EQ(!validate(problem, solution), expected) << "round " << round;
        valid += expected;
    }
    EXPECT_GT(valid, 500);
}

} // namespace
} // namespace langone::planner
