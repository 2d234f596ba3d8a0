// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What threads may change: nothing for the worse, and nothing by chance. Works with small limits,
// so that many searches end undecided.

#include "race.h"

#include "langone/Planner/solver.h"
#include "random_problems.h"

#include <gtest/gtest.h>

namespace langone::planner {
namespace {

Target target_for(test::Random& random, const Instance& instance) {
    Target target;
    target.bound = largest_load(instance);
    target.enough = target.bound;
    if (test::below(random, 3) == 0) // does it fit into a little more than the load?
        target.enough = target.capacity = target.bound + test::below(random, target.bound / 8 + 1);
    target.work_limit = 100'000 + test::below(random, 2'000'000);
    target.memory_limit = 100'000'000;
    return target;
}

TEST(Race, IsNoWorseThanOneThreadAndDeterministic) {
    test::Random random(test::seed(1));
    int undecided = 0;
    for (int round = 0; round < 60; ++round) {
        const test::Shape shape{.buffers = 20 + test::below(random, 80),
                                .horizon = static_cast<Time>(10 + test::below(random, 40)),
                                .longest = static_cast<Time>(3 + test::below(random, 30)),
                                .largest = 5 + test::below(random, 1000),
                                .aligned_percent = round % 4 ? 0u : 30u,
                                .pieces_percent = round % 5 ? 0u : 20u};
        const Instance instance(test::random_problem(random, shape));
        const Target target = target_for(random, instance);
        SCOPED_TRACE("round " + std::to_string(round));
        const Outcome one = run_portfolio(instance, target);
        undecided += !one.decided(target);
        for (const unsigned threads : {2u, 3u}) {
            const Outcome first = run_race(instance, target, threads);
            const Outcome second = run_race(instance, target, threads);
            EXPECT_EQ(first.best.offsets, second.best.offsets);
            EXPECT_EQ(first.bound, second.bound);
            EXPECT_EQ(first.work, second.work);
            EXPECT_EQ(first.refuted, second.refuted);
            if (one.decided(target)) {
                EXPECT_TRUE(first.decided(target));
                EXPECT_EQ(first.refuted, one.refuted);
            } else if (!first.decided(target)) {
                EXPECT_LE(first.best.height, one.best.height);
                EXPECT_GE(first.bound, one.bound);
            }
        }
    }
    EXPECT_GT(undecided, 5);
}

TEST(Race, SolveAnswersTheSameForAnyNumberOfThreads) {
    test::Random random(test::seed(2));
    for (int round = 0; round < 30; ++round) {
        const Problem problem = test::random_problem(
            random, {.buffers = 24, .horizon = 12, .longest = 8, .largest = 40});
        const Result one = solve(problem);
        const Result many = solve(problem, {.threads = 3});
        EXPECT_EQ(one.status, Status::optimal);
        EXPECT_EQ(many.status, Status::optimal);
        EXPECT_EQ(one.solution.height, many.solution.height);
    }
}

} // namespace
} // namespace langone::planner
