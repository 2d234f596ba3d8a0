// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The texts of ResourceError, and which budgets make sense.

#include "langone/rt/budget.h"

#include <cstdio>
#include <type_traits>

namespace langone::rt {

static_assert(std::is_trivially_destructible_v<ResourceError>);

namespace {

struct ResourceMessageWriter {
  char *buffer;
  std::size_t size;

  void operator()(const BudgetExceeded &error) const noexcept {
    write("Resource budget exceeded: ", error.resource);
  }
  void operator()(const MonitoringFailed &error) const noexcept {
    write("Resource monitoring failed: ", error.message);
  }
  void operator()(const AnalysisFailed &error) const noexcept {
    write("Resource analysis failed: ", error.reason);
  }
  void operator()(const OptimizationFailed &error) const noexcept {
    write("Resource optimization failed: ", error.optimization);
  }

private:
  void write(const char *what, std::string_view detail) const noexcept {
    std::snprintf(buffer, size, "%s%.*s", what, static_cast<int>(detail.size()), detail.data());
  }
};

bool is_percentage(double value) noexcept { return value >= 0.0 && value <= 100.0; }

} // namespace

void write_message(const ResourceError &error, char *buffer, std::size_t size) noexcept {
  std::visit(ResourceMessageWriter{buffer, size}, error);
}

std::string message(const ResourceError &error) {
  char buffer[256];
  write_message(error, buffer, sizeof buffer);
  return buffer;
}

ResourceResult<void> validate(const ResourceBudget &budget) noexcept {
  using std::chrono::hours;
  using std::chrono::milliseconds;
  const auto failed = [](std::string_view why) {
    return tl::make_unexpected(ResourceError(MonitoringFailed{why}));
  };
  if (!is_percentage(budget.max_cpu_usage))
    return failed("max_cpu_usage is not within 0 and 100");
  if (!is_percentage(budget.max_gpu_utilization))
    return failed("max_gpu_utilization is not within 0 and 100");
  if (!is_percentage(budget.warning_threshold))
    return failed("warning_threshold is not within 0 and 100");
  if (!is_percentage(budget.critical_threshold))
    return failed("critical_threshold is not within 0 and 100");
  if (budget.warning_threshold > budget.critical_threshold)
    return failed("warning_threshold is above critical_threshold");
  if (budget.monitoring_interval < milliseconds(1) || budget.monitoring_interval > hours(1))
    return failed("monitoring_interval is not within 1 ms and 1 h");
  return {};
}

std::uint64_t part_of(std::uint64_t bytes, double percent) noexcept {
  const long double part = static_cast<long double>(bytes) * percent / 100.0L;
  return part >= 18446744073709551615.0L ? UINT64_MAX : static_cast<std::uint64_t>(part);
}

} // namespace langone::rt
