// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a program may use, by the specification's fields and defaults, and the errors of watching
// over it. It owns no enforcement: accounts refuse memory, the monitor reports the rest.

#ifndef LANGONE_RT_BUDGET_H
#define LANGONE_RT_BUDGET_H

#include "langone/rt/error.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace langone::rt {

struct ResourceBudget {
  std::uint64_t max_memory = 1'000'000'000;     ///< bytes: limit of the process account
  std::uint64_t max_gpu_memory = 2'000'000'000; ///< bytes
  double max_cpu_usage = 80.0;                  ///< percent of the processors this process may use
  double max_gpu_utilization = 90.0;            ///< percent
  bool enable_monitoring = true;                ///< false: start_monitoring does nothing
  std::chrono::milliseconds monitoring_interval{100};
  double warning_threshold = 70.0;  ///< percent of each maximum
  double critical_threshold = 90.0; ///< percent of each maximum
};

/// ResourceError: the monitor cannot do its work. The text has static storage.
struct MonitoringFailed {
  std::string_view message;
};

/// ResourceError: an analysis of resources failed. The text has static storage.
struct AnalysisFailed {
  std::string_view reason;
};

/// ResourceError: an optimisation of resources failed. The text has static storage.
struct OptimizationFailed {
  std::string_view optimization;
};

using ResourceError =
    std::variant<BudgetExceeded, MonitoringFailed, AnalysisFailed, OptimizationFailed>;
template <class T> using ResourceResult = tl::expected<T, ResourceError>;

/// Writes the error's text and a terminating zero to `buffer`, cut to `size` > 0 bytes. Allocates
/// nothing.
void write_message(const ResourceError &error, char *buffer, std::size_t size) noexcept;

/// The error's text, such as "Resource monitoring failed: no thread". May throw std::bad_alloc.
std::string message(const ResourceError &error);

/// MonitoringFailed, saying which field, unless: all percentages are within 0 and 100, the warning
/// threshold is not above the critical one, the interval is at least 1 ms and at most an hour.
ResourceResult<void> validate(const ResourceBudget &budget) noexcept;

/// `percent` of `bytes`, rounded down.
std::uint64_t part_of(std::uint64_t bytes, double percent) noexcept;

} // namespace langone::rt

#endif // LANGONE_RT_BUDGET_H
