// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One measurement of what the process uses, by the specification's fields, and one event. It owns
// the meaning of each field; what cannot be measured is absent, never 0.

#ifndef LANGONE_RT_USAGE_H
#define LANGONE_RT_USAGE_H

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace langone::rt {

struct ResourceUsage {
  std::chrono::system_clock::time_point timestamp;
  std::uint64_t memory_used = 0;     ///< bytes charged to the process account
  std::uint64_t resident_memory = 0; ///< bytes of the process in physical memory; 0 without /proc
  std::optional<std::uint64_t> gpu_memory_used; ///< bytes
  /// Processor time since the last sample (at the first: since monitoring was set up), in percent
  /// of what the processors that the process may use had to give.
  double cpu_usage = 0.0;
  std::optional<double> gpu_utilization; ///< percent
  std::uint64_t active_allocations = 0;  ///< live blocks of pools
  std::optional<std::uint64_t> gpu_allocations;
  std::optional<double> memory_pool_efficiency;     ///< percent: bytes in use of bytes held
  std::optional<double> gpu_memory_pool_efficiency; ///< percent
};

enum class EventKind : std::uint8_t {
  warning,  ///< use has risen above the warning threshold
  soft,     ///< use has risen above a soft limit
  critical, ///< use has risen above the critical threshold; of a scope that only warns: its limit
  pressure  ///< the system, or the container, is short of memory
};

struct ResourceEvent {
  EventKind kind = EventKind::warning;
  std::string_view resource; ///< "memory" or "cpu"; static storage
  std::uint64_t account = 0; ///< memory: Account::id; 0 is the process
  double level = 0.0;        ///< that was crossed: bytes or percent
  double value = 0.0;        ///< that crossed it
  ResourceUsage usage;       ///< as of the last sample
};

std::string_view name_of(EventKind kind) noexcept;

} // namespace langone::rt

#endif // LANGONE_RT_USAGE_H
