// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The monitor of the process. Made when it is first wanted, and never destroyed: its thread may run
// until the very end.

#include "langone/rt/monitor.h"

#include "base/system_files.h"
#include "langone/rt/account.h"

#include <mutex>
#include <string_view>

namespace langone::rt::monitor {

namespace {

constinit std::mutex mutex;
constinit ResourceMonitor *process_monitor = nullptr; // under the mutex

/// Under the mutex.
ResourceMonitor &the_monitor() {
  if (!process_monitor)
    process_monitor = new ResourceMonitor;
  return *process_monitor;
}

} // namespace

ResourceResult<void> start(std::chrono::milliseconds interval) {
  const std::lock_guard guard(mutex);
  ResourceMonitor &monitor = the_monitor();
  if (monitor.is_running())
    return {};
  ResourceBudget budget;
  budget.max_memory = Account::process().limit();
  budget.monitoring_interval = interval;
  return monitor.set_budget(budget).and_then([&monitor] { return monitor.start_monitoring(); });
}

void stop() noexcept {
  const std::lock_guard guard(mutex);
  if (process_monitor)
    process_monitor->stop_monitoring();
}

ResourceReport report() {
  const std::lock_guard guard(mutex);
  return the_monitor().generate_report();
}

ResourceUsage usage() {
  const std::lock_guard guard(mutex);
  return the_monitor().get_current_usage();
}

void register_event_handler(EventHandler handler) {
  const std::lock_guard guard(mutex);
  the_monitor().register_event_handler(std::move(handler));
}

void lock() noexcept { mutex.lock(); }
void unlock() noexcept { mutex.unlock(); }

ResourceResult<void> start_as_told(const char *value) {
  const std::string_view text = value ? value : "off";
  if (text == "off" || text.empty())
    return {};
  if (text == "on")
    return start(ResourceBudget().monitoring_interval);
  const auto interval = system::parse_number(text);
  if (!interval || text.find_first_not_of("0123456789") != std::string_view::npos ||
      *interval > 3'600'000)
    return tl::make_unexpected(
        ResourceError(MonitoringFailed{"LANGONE_MONITOR is neither off, on, nor milliseconds"}));
  return start(std::chrono::milliseconds(*interval));
}

} // namespace langone::rt::monitor
