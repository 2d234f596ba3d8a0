// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The exact search alone against brute force. Through `solve` it would hardly be tested: on small
// problems some heuristic mostly reaches the load.

#include "exact.h"

#include "random_problems.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace langone::planner {
namespace {

constexpr std::uint64_t plenty = 1'000'000'000;

/// Few distinct lifetimes and sizes, so that twins, stacks without slack and equal states occur.
test::Shape shape(test::Random& random) {
    const auto some = [&](unsigned percent) { return test::below(random, 3) ? 0u : percent; };
    const auto horizon = static_cast<Time>(2 + test::below(random, 8));
    return {.buffers = 4 + test::below(random, 5),
            .horizon = horizon,
            .longest = static_cast<Time>(1 + test::below(random, 8)),
            .largest = 1 + test::below(random, 12),
            .aligned_percent = some(50),
            .fixed_percent = some(20),
            .pieces_percent = some(40)};
}

std::vector<Strategy> all_strategies(std::uint64_t seed) {
    std::vector<Strategy> result;
    for (const auto section : {SectionRule::fewest_then_tightest, SectionRule::fewest_then_lowest,
                               SectionRule::lowest, SectionRule::least_slack})
        for (const auto value :
             {ValueRule::size, ValueRule::lifetime, ValueRule::area, ValueRule::long_area,
              ValueRule::large_area, ValueRule::random, ValueRule::guided})
            result.push_back({section, value, seed});
    return result;
}

bool is_plan(const Problem& problem, const Instance& instance, const Plan& plan) {
    Solution solution;
    solution.height = plan.height;
    for (const Buffer& buffer : problem.buffers)
        solution.offsets.push_back(buffer.fixed_offset.value_or(0));
    for (Index i = 0; i < instance.size(); ++i)
        solution.offsets[instance.buffer_of(i)] = plan.offsets[i];
    return test::brute_force_valid(problem, solution);
}

/// Problems with a plan, and the height of the lowest.
template <class Visit>
void for_each_problem(std::uint64_t seed, int rounds, Visit&& visit) {
    test::Random random(seed);
    for (int round = 0; round < rounds; ++round) {
        const Problem problem = test::random_problem(random, shape(random));
        const auto optimum = test::brute_force_height(problem);
        if (!optimum || *optimum == 0)
            continue;
        SCOPED_TRACE("round " + std::to_string(round));
        visit(problem, *optimum, random());
    }
}

TEST(ExactSearch, EveryStrategySolvesAtTheOptimumAndRefutesBelow) {
    for_each_problem(test::seed(1), 1500, [](const Problem& problem, Bytes optimum, auto seed) {
        const Instance instance(problem);
        for (const Strategy& strategy : all_strategies(seed)) {
            ExactSearch search(instance);
            EXPECT_EQ(search.run(optimum - 1, strategy, plenty), Verdict::refuted);
            ASSERT_EQ(search.run(optimum, strategy, plenty), Verdict::solved);
            EXPECT_LE(search.plan().height, optimum);
            EXPECT_TRUE(is_plan(problem, instance, search.plan()));
        }
    });
}

/// Runs that end too early leave refuted states behind, which later runs rely on.
TEST(ExactSearch, WhatInterruptedRunsRememberIsRight) {
    for_each_problem(test::seed(2), 3000, [](const Problem& problem, Bytes optimum, auto seed) {
        const Instance instance(problem);
        ExactSearch search(instance);
        for (const Bytes capacity : {optimum + 1, optimum, optimum - 1}) {
            Verdict verdict = Verdict::exhausted;
            std::uint64_t slice = 1;
            for (const Strategy& strategy : all_strategies(seed)) {
                verdict = search.run(capacity, strategy, slice += slice / 4 + 1);
                if (verdict != Verdict::exhausted)
                    EXPECT_EQ(verdict, capacity < optimum ? Verdict::refuted : Verdict::solved);
            }
            if (verdict == Verdict::solved)
                EXPECT_TRUE(is_plan(problem, instance, search.plan()));
        }
    });
}

TEST(ExactSearch, MinimizeMeetsTheOptimum) {
    for_each_problem(test::seed(3), 3000, [](const Problem& problem, Bytes optimum, auto) {
        const Instance instance(problem);
        ExactPortfolio portfolio(instance);
        const Bytes unit = height_unit(instance);
        Plan best{{}, (optimum / unit + 4) * unit};
        Bytes bound = 0;
        portfolio.minimize(best, bound, plenty);
        EXPECT_EQ(best.height, optimum);
        EXPECT_EQ(bound, optimum);
        EXPECT_TRUE(is_plan(problem, instance, best));
    });
}

} // namespace
} // namespace langone::planner
