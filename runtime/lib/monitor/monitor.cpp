// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The monitor's public face: start, stop, budgets and reports. The thread's work is in watcher.cpp.

#include "langone/rt/monitor.h"

#include "langone/rt/process_limit.h"
#include "monitor/watcher.h"

#include <cmath>
#include <new>

namespace langone::rt {

class ResourceMonitor::State : public Watcher {
public:
  using Watcher::Watcher;
};

namespace {

tl::unexpected<ResourceError> failed(std::string_view why) {
  return tl::make_unexpected(ResourceError(MonitoringFailed{why}));
}

ResourceResult<void> check_bytes(std::string_view resource, std::optional<std::uint64_t> used,
                                 std::uint64_t most) noexcept {
  if (!used || *used <= most)
    return {};
  return tl::make_unexpected(ResourceError(BudgetExceeded{resource, *used, 0, most}));
}

ResourceResult<void> check_percent(std::string_view resource, std::optional<double> used,
                                   double most) noexcept {
  if (!used || *used <= most)
    return {};
  return tl::make_unexpected(
      ResourceError(BudgetExceeded{resource, static_cast<std::uint64_t>(std::llround(*used)), 0,
                                   static_cast<std::uint64_t>(std::llround(most))}));
}

} // namespace

ResourceMonitor::ResourceMonitor(const ResourceBudget &budget, std::size_t history_size)
    : state_(std::make_shared<State>(budget, history_size)) {}

ResourceMonitor::~ResourceMonitor() { stop_monitoring(); }

ResourceResult<void> ResourceMonitor::set_budget(const ResourceBudget &budget) noexcept {
  return state_->set_budget(budget);
}

ResourceResult<void> ResourceMonitor::start_monitoring() {
  const ResourceBudget budget = state_->budget();
  if (auto valid = validate(budget); !valid)
    return valid;
  if (!budget.enable_monitoring)
    return {};
  try {
    if (!process_limit::enforce())
      return failed("out of memory");
    process_limit::set_budget(budget.max_memory);
    return state_->start();
  } catch (const std::bad_alloc &) {
    return failed("out of memory");
  }
}

void ResourceMonitor::stop_monitoring() noexcept { state_->stop(); }

bool ResourceMonitor::is_running() const noexcept { return state_->is_running(); }

ResourceResult<void> ResourceMonitor::check_budget() const {
  const ResourceBudget budget = state_->budget();
  const ResourceUsage usage = get_current_usage();
  return check_bytes("memory", usage.memory_used, budget.max_memory)
      .and_then(
          [&] { return check_bytes("gpu memory", usage.gpu_memory_used, budget.max_gpu_memory); })
      .and_then([&] { return check_percent("cpu", usage.cpu_usage, budget.max_cpu_usage); })
      .and_then(
          [&] { return check_percent("gpu", usage.gpu_utilization, budget.max_gpu_utilization); });
}

ResourceUsage ResourceMonitor::get_current_usage() const { return state_->current_usage(); }

std::vector<ResourceUsage> ResourceMonitor::get_usage_history() const { return state_->history(); }

ResourceReport ResourceMonitor::generate_report() const { return state_->report(); }

void ResourceMonitor::register_event_handler(EventHandler handler) {
  state_->dispatcher().add_handler(std::move(handler));
}

} // namespace langone::rt
