// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "langone/Planner/solver.h"

#include "langone/Planner/validator.h"
#include "random_problems.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace langone::planner {
namespace {

/// Asserts what holds for every answer.
void expect_sound(const Problem& problem, const Result& result) {
    ASSERT_FALSE(result.error);
    const bool has_plan = result.status == Status::optimal || result.status == Status::feasible;
    EXPECT_GE(result.bound, result.load.bytes);
    if (!has_plan) {
        EXPECT_TRUE(result.solution.offsets.empty());
        return;
    }
    const auto violation = validate(problem, result.solution);
    EXPECT_FALSE(violation) << violation->message(problem, result.solution);
    EXPECT_EQ(result.gap, result.solution.height - result.bound);
    EXPECT_EQ(result.status == Status::optimal, result.gap == 0);
}

TEST(Solver, EmptyProblem) {
    const Result result = solve(Problem{});
    EXPECT_EQ(result.status, Status::optimal);
    EXPECT_EQ(result.solution.height, 0u);
}

TEST(Solver, BuffersThatNeverMeetShareTheArena) {
    const Problem problem{{{.lower = 0, .upper = 2, .size = 64},
                           {.lower = 2, .upper = 4, .size = 128},
                           {.lower = 4, .upper = 6, .size = 32}},
                          {}};
    const Result result = solve(problem);
    expect_sound(problem, result);
    EXPECT_EQ(result.status, Status::optimal);
    EXPECT_EQ(result.solution.height, 128u);
}

TEST(Solver, MalformedProblemIsAnErrorValue) {
    const Result result = solve({{{.lower = 1, .upper = 1, .size = 8}}, {}});
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->kind, ProblemErrorKind::empty_lifetime);
}

TEST(Solver, LoadAboveTheCapacityIsInfeasibleWithTheLiveBuffersAsCore) {
    const Problem problem{{{.lower = 0, .upper = 2, .size = 64},
                           {.lower = 1, .upper = 4, .size = 64},
                           {.lower = 2, .upper = 4, .size = 8}},
                          100};
    const Result result = solve(problem);
    EXPECT_EQ(result.status, Status::infeasible);
    EXPECT_EQ(result.core, (std::vector<std::size_t>{0, 1}));
}

TEST(Solver, FixedBuffersThatOverlapAreInfeasible) {
    const Problem problem{{{.lower = 0, .upper = 2, .size = 64, .fixed_offset = 0},
                           {.lower = 0, .upper = 2, .size = 64, .fixed_offset = 200},
                           {.lower = 1, .upper = 4, .size = 64, .fixed_offset = 32}},
                          {}};
    const Result result = solve(problem);
    EXPECT_EQ(result.status, Status::infeasible);
    EXPECT_EQ(result.core, (std::vector<std::size_t>{0, 2}));
}

TEST(Solver, EmptyFixedBufferAboveAllOthersSetsTheHeight) {
    const Problem problem{{{.lower = 0, .upper = 2, .size = 64},
                           {.lower = 0, .upper = 2, .size = 0, .fixed_offset = 512}},
                          {}};
    const Result result = solve(problem);
    expect_sound(problem, result);
    EXPECT_EQ(result.solution.height, 512u);
}

TEST(Solver, SameProblemSamePlan) {
    test::Random random(7);
    const Problem problem = test::random_problem(
        random, {.buffers = 200, .horizon = 100, .longest = 40, .largest = 50});
    EXPECT_EQ(solve(problem).solution.offsets, solve(problem).solution.offsets);
}

/// Small problems of every kind that the planner accepts.
test::Shape small_shape(test::Random& random) {
    return {.buffers = 3 + test::below(random, 5),
            .horizon = static_cast<Time>(3 + test::below(random, 8)),
            .longest = static_cast<Time>(1 + test::below(random, 8)),
            .largest = 1 + test::below(random, 9),
            .aligned_percent = test::below(random, 2) ? 40u : 0u,
            .fixed_percent = test::below(random, 3) ? 0u : 30u,
            .pieces_percent = test::below(random, 3) ? 0u : 40u,
            .empty_percent = test::below(random, 4) ? 0u : 20u};
}

TEST(Solver, SmallProblemsAreSolvedToTheOptimum) {
    test::Random random(test::seed(2));
    for (int round = 0; round < 4000; ++round) {
        const Problem problem = test::random_problem(random, small_shape(random));
        const auto optimum = test::brute_force_height(problem);
        const Result result = solve(problem);
        SCOPED_TRACE("round " + std::to_string(round));
        expect_sound(problem, result);
        if (!optimum) {
            EXPECT_EQ(result.status, Status::infeasible);
            continue;
        }
        EXPECT_EQ(result.status, Status::optimal);
        EXPECT_EQ(result.solution.height, *optimum);
    }
}

/// The part of `problem` that a core names, under the same capacity.
Problem restricted(const Problem& problem, const std::vector<std::size_t>& core) {
    Problem part{{}, problem.capacity};
    for (const std::size_t i : core)
        part.buffers.push_back(problem.buffers[i]);
    return part;
}

bool fits_in_capacity(const Problem& problem) {
    const auto least = test::brute_force_height(problem);
    return least && *least <= *problem.capacity;
}

TEST(Solver, CapacitiesAreDecidedAndCoresAreMinimal) {
    test::Random random(test::seed(3));
    int infeasible = 0;
    for (int round = 0; round < 4000; ++round) {
        Problem problem = test::random_problem(random, small_shape(random));
        const auto optimum = test::brute_force_height(problem);
        problem.capacity =
            optimum.value_or(10) + 1 - std::min(optimum.value_or(1), test::below(random, 3));
        const bool fits = optimum && *optimum <= *problem.capacity;
        SCOPED_TRACE("round " + std::to_string(round));
        for (const Objective objective : {Objective::fit, Objective::minimize}) {
            const Result result = solve(problem, {.objective = objective});
            expect_sound(problem, result);
            EXPECT_EQ(result.status != Status::infeasible, fits);
            EXPECT_NE(result.status, Status::undecided);
            if (fits)
                continue;
            ++infeasible;
            EXPECT_TRUE(std::is_sorted(result.core.begin(), result.core.end()));
            EXPECT_FALSE(fits_in_capacity(restricted(problem, result.core)));
            for (std::size_t out = 0; out < result.core.size(); ++out) {
                std::vector<std::size_t> smaller = result.core;
                smaller.erase(smaller.begin() + static_cast<std::ptrdiff_t>(out));
                EXPECT_TRUE(fits_in_capacity(restricted(problem, smaller)));
            }
        }
    }
    EXPECT_GT(infeasible, 500);
}

TEST(Solver, LargeRandomProblemsAreValid) {
    test::Random random(test::seed(4));
    for (int round = 0; round < 10; ++round) {
        const test::Shape shape{.buffers = 2000,
                                .horizon = 1000,
                                .longest = static_cast<Time>(10 + test::below(random, 500)),
                                .largest = 1 + test::below(random, 100000),
                                .aligned_percent = 20,
                                .pieces_percent = round % 2 ? 10u : 0u,
                                .empty_percent = 2};
        Problem problem = test::random_problem(random, shape);
        // Fixed buffers high above each other cannot overlap.
        for (std::size_t i = 0; i < 5; ++i)
            problem.buffers[i * 7].fixed_offset = (i + 1) << 24;
        SCOPED_TRACE("round " + std::to_string(round));
        expect_sound(problem, solve(problem, {.effort = Effort::quick}));
    }
}

TEST(Solver, LongChainIsPlannedAtItsBound) {
    Problem problem;
    for (Time i = 0; i < 100000; ++i)
        problem.buffers.push_back(
            {.lower = i, .upper = i + 2, .size = static_cast<std::uint64_t>(64 + i % 2 * 64)});
    const Result result = solve(problem);
    expect_sound(problem, result);
    EXPECT_EQ(result.status, Status::optimal);
    EXPECT_EQ(result.solution.height, 192u);
}

} // namespace
} // namespace langone::planner
