// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The monitor's thread and its memory: samples, history, thresholds, pressure. It owns when what is
// looked at; sampling itself, events and reports have files of their own.

#ifndef LANGONE_RT_MONITOR_WATCHER_H
#define LANGONE_RT_MONITOR_WATCHER_H

#include "monitor/dispatcher.h"
#include "monitor/pressure_watch.h"
#include "monitor/sampler.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

namespace langone::rt {

class Watcher : public std::enable_shared_from_this<Watcher> {
public:
  Watcher(const ResourceBudget &budget, std::size_t history_size);

  /// MonitoringFailed. May throw std::bad_alloc.
  ResourceResult<void> start();
  void stop() noexcept;
  bool is_running() const noexcept;

  ResourceBudget budget() const noexcept;
  /// MonitoringFailed while running.
  ResourceResult<void> set_budget(const ResourceBudget &budget) noexcept;
  ResourceUsage current_usage();
  std::vector<ResourceUsage> history() const;
  ResourceReport report();
  Dispatcher &dispatcher() noexcept { return *dispatcher_; }

  /// One turn of the thread, without the waiting: for tests and measurements.
  void tick();

private:
  friend struct WatcherFork;

  void run(int wake);
  void end() noexcept;
  void keep(const ResourceUsage &usage) noexcept;
  void set_thresholds() noexcept;
  void check_cpu(const ResourceUsage &usage) noexcept;
  void on_pressure() noexcept;
  static void on_threshold(const ThresholdEvent &event) noexcept;
  ResourceUsage last_usage() const noexcept;
  std::uint64_t taken() const noexcept;

  ResourceBudget budget_; ///< changed under the mutex, and only while the thread is not there
  const std::size_t history_size_;
  const std::shared_ptr<Dispatcher> dispatcher_;
  PressureWatch pressure_;

  mutable std::mutex mutex_;
  std::condition_variable ended_;
  Sampler sampler_;
  std::vector<ResourceUsage> history_; // a ring, full size from the start
  std::uint64_t taken_ = 0;
  system::File wake_;               ///< an eventfd: the thread is to end
  bool running_ = false;            ///< the thread is there
  std::uint64_t limits_read_ = 0;   ///< when; steady clock
  std::uint64_t thresholds_of_ = 0; ///< the bytes that 100 percent are
  std::array<bool, 2> cpu_crossed_{};
};

} // namespace langone::rt

#endif // LANGONE_RT_MONITOR_WATCHER_H
