// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The monitor: watches the process's use of resources from a thread of its own, keeps a history,
// tells handlers of events, reports. It owns no enforcement: memory is refused by accounts, whether
// a monitor runs or not.

#ifndef LANGONE_RT_MONITOR_H
#define LANGONE_RT_MONITOR_H

#include "langone/rt/budget.h"
#include "langone/rt/report.h"
#include "langone/rt/usage.h"

#include <functional>
#include <memory>
#include <vector>

namespace langone::rt {

/// Called on the monitor's dispatching thread, one event at a time, without locks held. One that
/// throws is counted and called again for the next event. While one blocks, the monitor goes on;
/// events beyond 256 that wait are dropped and counted.
using EventHandler = std::function<void(const ResourceEvent &)>;

/// All members are thread-safe, but for the destructor. One monitor at a time can run in a process.
///
/// In the child of a fork the monitor does not run, and can be started again there.
class ResourceMonitor {
public:
  /// Costs nothing until it is started. `history_size`: samples that are kept, 120 bytes each.
  explicit ResourceMonitor(const ResourceBudget &budget = {}, std::size_t history_size = 600);
  /// Stops. Not to be called by a handler.
  ~ResourceMonitor();
  ResourceMonitor(const ResourceMonitor &) = delete;
  ResourceMonitor &operator=(const ResourceMonitor &) = delete;

  /// For the next start. MonitoringFailed while the monitor runs.
  ResourceResult<void> set_budget(const ResourceBudget &budget) noexcept;

  /// Makes the budget's memory the limit of the process account, and its thresholds that account's;
  /// respects the container from then on (process_limit.h); samples every interval; relieves memory
  /// pressure (pressure.h). Does nothing if monitoring is not enabled in the budget.
  /// MonitoringFailed: a budget that makes no sense, another monitor that runs, no memory, no
  /// thread.
  ResourceResult<void> start_monitoring();
  /// Limits stay. A handler that does not return within a second is left behind, with its thread.
  void stop_monitoring() noexcept;
  bool is_running() const noexcept;

  /// BudgetExceeded for the first of "memory", "gpu memory", "cpu", "gpu" that is above its maximum
  /// now; percentages are rounded to whole numbers. What is unavailable is not checked.
  ResourceResult<void> check_budget() const;

  /// Measured in the call.
  ResourceUsage get_current_usage() const;
  /// Oldest first.
  std::vector<ResourceUsage> get_usage_history() const;
  ResourceReport generate_report() const;

  void register_event_handler(const EventHandler &handler);

private:
  class State;
  std::shared_ptr<State> state_;
};

namespace monitor {

/// The monitor of the process, for compiled code and LANGONE_MONITOR: never destroyed. Its budget
/// is the process account's limit at the start, with the default thresholds. Starting twice is
/// fine.
ResourceResult<void> start(std::chrono::milliseconds interval);
void stop() noexcept;
/// Of the monitor of the process, started or not.
ResourceReport report();
ResourceUsage usage();
void register_event_handler(const EventHandler &handler);

/// For fork: nobody starts or stops in between.
void lock() noexcept;
void unlock() noexcept;

/// What LANGONE_MONITOR says: off, on, or an interval in milliseconds. MonitoringFailed: anything
/// else.
ResourceResult<void> start_as_told(const char *value);

} // namespace monitor

} // namespace langone::rt

#endif // LANGONE_RT_MONITOR_H
