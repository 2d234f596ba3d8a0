// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Orders of random problems at random sizes, against the validator.

#include "langone/Planner/ordered_plan.h"
#include "langone/Planner/validator.h"

#include "random_problems.h"

#include <gtest/gtest.h>

namespace langone::planner {
namespace {

constexpr int rounds = 2000;

test::Shape random_shape(test::Random& random) {
    return {.buffers = 1 + test::below(random, 20),
            .horizon = 20,
            .longest = static_cast<Time>(1 + test::below(random, 12)),
            .largest = 1 + test::below(random, 100),
            .aligned_percent = 30,
            .pieces_percent = 30,
            .empty_percent = 10};
}

Problem with_random_sizes(test::Random& random, Problem problem, std::uint64_t largest) {
    for (Buffer& buffer : problem.buffers) {
        buffer.size = test::below(random, largest + 1);
    }
    return problem;
}

TEST(OrderedPlan, IsNoWorseThanTheSolutionAtItsSizes) {
    test::Random random(test::seed(1));
    for (int round = 0; round < rounds; ++round) {
        const Problem problem = test::random_problem(random, random_shape(random));
        const Result result = solve(problem, {.effort = Effort::quick});
        ASSERT_FALSE(result.solution.offsets.empty());
        const Solution placed = place(problem, order_of(problem, result.solution));
        EXPECT_LE(placed.height, result.solution.height) << "round " << round;
    }
}

TEST(OrderedPlan, IsValidForAnySizes) {
    test::Random random(test::seed(2));
    for (int round = 0; round < rounds; ++round) {
        const Problem problem = test::random_problem(random, random_shape(random));
        const Result result = solve(problem, {.effort = Effort::quick});
        const OrderedPlan plan = order_of(problem, result.solution);
        for (const std::uint64_t largest : {0, 3, 1000, 1 << 30}) {
            const Problem sized = with_random_sizes(random, problem, largest);
            const Solution placed = place(sized, plan);
            const auto violation = validate(sized, placed);
            ASSERT_FALSE(violation)
                << "round " << round << ": " << violation->message(sized, placed);
            EXPECT_EQ(place(sized, plan).offsets, placed.offsets);
        }
    }
}

// The reduction leaves out what follows from the rest, and nothing else.
TEST(OrderedPlan, LeavesOutWhatFollows) {
    // Three that live together: the third lies above the second, which lies above the first.
    const Problem problem{{{.lower = 0, .upper = 3, .size = 8},
                           {.lower = 0, .upper = 3, .size = 8},
                           {.lower = 0, .upper = 3, .size = 8}},
                          {}};
    const OrderedPlan plan = order_of(problem, {{16, 0, 8}, 24});
    EXPECT_EQ(plan.order, (std::vector<std::size_t>{1, 2, 0}));
    EXPECT_EQ(plan.below, (std::vector<std::vector<std::size_t>>{{2}, {}, {1}}));
    EXPECT_EQ(plan.top, (std::vector<std::size_t>{0}));
}

TEST(OrderedPlans, SayWhatTheyCost) {
    test::Random random(test::seed(3));
    for (int round = 0; round < rounds / 10; ++round) {
        const Problem problem = test::random_problem(random, random_shape(random));
        std::vector<std::vector<std::uint64_t>> probes;
        for (int probe = 0; probe < 5; ++probe) {
            std::vector<std::uint64_t>& sizes = probes.emplace_back();
            for (const Buffer& buffer :
                 with_random_sizes(random, problem, std::uint64_t{1} << (3 * probe)).buffers) {
                sizes.push_back(buffer.size);
            }
        }
        const OrderedPlans plans = plan_orders(problem, probes);
        ASSERT_FALSE(plans.error);
        ASSERT_GE(plans.plans.size(), 1U);
        EXPECT_LE(plans.plans.size(), 3U);
        std::uint64_t worst = 0;
        for (std::size_t probe = 0; probe < probes.size(); ++probe) {
            Problem sized = problem;
            std::uint64_t lowest = ~std::uint64_t{0};
            for (std::size_t i = 0; i < sized.buffers.size(); ++i) {
                sized.buffers[i].size = probes[probe][i];
            }
            for (const OrderedPlan& plan : plans.plans) {
                lowest = std::min(lowest, place(sized, plan).height);
            }
            EXPECT_EQ(plans.heights[probe], lowest);
            EXPECT_GE(lowest, lower_bound(sized).bytes);
            if (lowest > plans.static_heights[probe]) {
                const std::uint64_t reference = plans.static_heights[probe];
                worst = std::max(worst, ((lowest - reference) * 1000 + reference - 1) / reference);
            }
        }
        EXPECT_EQ(plans.worst_permille, worst);
        // Further orders only where they were needed.
        EXPECT_TRUE(plans.plans.size() == 1 || plans.plans.size() == 3 || worst <= 20);
    }
}

TEST(OrderedPlans, RefuseWhatIsTooLarge) {
    const Problem problem{{{.lower = 0, .upper = 1}}, {}};
    EXPECT_TRUE(plan_orders(problem, {{~std::uint64_t{0}}}).error);
}

} // namespace
} // namespace langone::planner
