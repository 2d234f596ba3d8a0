// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ResourceBudget and ResourceError: the specification's defaults and messages to the letter.

#include "langone/rt/budget.h"

#include <cmath>
#include <functional>
#include <gtest/gtest.h>

namespace langone::rt {
namespace {

TEST(BudgetTest, DefaultsAreTheSpecifications) {
  const ResourceBudget budget;
  EXPECT_EQ(budget.max_memory, 1'000'000'000u);
  EXPECT_EQ(budget.max_gpu_memory, 2'000'000'000u);
  EXPECT_EQ(budget.max_cpu_usage, 80.0);
  EXPECT_EQ(budget.max_gpu_utilization, 90.0);
  EXPECT_TRUE(budget.enable_monitoring);
  EXPECT_EQ(budget.monitoring_interval.count(), 100);
  EXPECT_EQ(budget.warning_threshold, 70.0);
  EXPECT_EQ(budget.critical_threshold, 90.0);
  EXPECT_TRUE(validate(budget));
}

TEST(BudgetTest, MessagesAreTheSpecifications) {
  EXPECT_EQ(message(ResourceError(BudgetExceeded{"cpu", 90, 0, 80})),
            "Resource budget exceeded: cpu");
  EXPECT_EQ(message(ResourceError(MonitoringFailed{"no thread"})),
            "Resource monitoring failed: no thread");
  EXPECT_EQ(message(ResourceError(AnalysisFailed{"why"})), "Resource analysis failed: why");
  EXPECT_EQ(message(ResourceError(OptimizationFailed{"what"})),
            "Resource optimization failed: what");
}

TEST(BudgetTest, SenselessBudgetsAreNamed) {
  using Change = std::function<void(ResourceBudget &)>;
  const std::pair<Change, const char *> changes[] = {
      {[](auto &budget) { budget.max_cpu_usage = -1; }, "max_cpu_usage"},
      {[](auto &budget) { budget.max_gpu_utilization = 101; }, "max_gpu_utilization"},
      {[](auto &budget) { budget.warning_threshold = std::nan(""); }, "warning_threshold"},
      {[](auto &budget) { budget.critical_threshold = 100.5; }, "critical_threshold"},
      {[](auto &budget) { budget.warning_threshold = 95; }, "above critical_threshold"},
      {[](auto &budget) { budget.monitoring_interval = std::chrono::milliseconds(0); },
       "monitoring_interval"},
      {[](auto &budget) { budget.monitoring_interval = std::chrono::hours(2); },
       "monitoring_interval"}};
  for (const auto &[change, named] : changes) {
    ResourceBudget budget;
    change(budget);
    const auto valid = validate(budget);
    ASSERT_FALSE(valid) << named;
    EXPECT_NE(message(valid.error()).find(named), std::string::npos) << message(valid.error());
  }
}

TEST(BudgetTest, PartsOfBytes) {
  EXPECT_EQ(part_of(1000, 70.0), 700u);
  EXPECT_EQ(part_of(UINT64_MAX, 100.0), UINT64_MAX);
  EXPECT_EQ(part_of(3, 50.0), 1u);
}

} // namespace
} // namespace langone::rt
