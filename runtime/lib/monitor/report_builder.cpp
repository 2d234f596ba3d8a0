// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Gathering a report.

#include "langone/rt/pool_gauges.h"
#include "langone/rt/pressure.h"
#include "langone/rt/process_limit.h"
#include "monitor/watcher.h"

#include <algorithm>

namespace langone::rt {

namespace {

double percent(double part, double whole) noexcept { return 100.0 * part / whole; }

ResourceReport::Indicators indicators(const ResourceUsage &usage) noexcept {
  const pool_gauges::Reading pools = pool_gauges::read();
  ResourceReport::Indicators result;
  result.memory_efficiency = usage.memory_pool_efficiency;
  result.gpu_utilization = usage.gpu_utilization;
  if (pools.timed_operations > 0)
    result.allocation_nanoseconds =
        static_cast<double>(pools.timed_nanoseconds) / static_cast<double>(pools.timed_operations);
  if (const std::uint64_t all = pools.cache_hits + pools.cache_misses; all > 0)
    result.cache_hit_rate =
        percent(static_cast<double>(pools.cache_hits), static_cast<double>(all));
  return result;
}

ResourceReport::History summarize(const std::vector<ResourceUsage> &samples) {
  ResourceReport::History history;
  history.samples = samples.size();
  if (samples.empty())
    return history;
  history.seconds =
      std::chrono::duration<double>(samples.back().timestamp - samples.front().timestamp).count();
  history.least_memory = UINT64_MAX;
  for (const ResourceUsage &usage : samples) {
    history.least_memory = std::min(history.least_memory, usage.memory_used);
    history.most_memory = std::max(history.most_memory, usage.memory_used);
    history.mean_memory += static_cast<double>(usage.memory_used);
    history.mean_cpu += usage.cpu_usage;
    history.most_cpu = std::max(history.most_cpu, usage.cpu_usage);
  }
  history.mean_memory /= static_cast<double>(samples.size());
  history.mean_cpu /= static_cast<double>(samples.size());
  return history;
}

/// Keeps the first ten by `is_before`; equals in the order of their ids.
template <class T, class Before> void keep_first(std::vector<T> &records, const Before &is_before) {
  const auto ordered = [&is_before](const T &left, const T &right) {
    if (is_before(left, right) != is_before(right, left))
      return is_before(left, right);
    return left.id < right.id;
  };
  std::sort(records.begin(), records.end(), ordered);
  records.resize(std::min(records.size(), ResourceReport::kept_sites));
}

/// All records; room for them is made first, since the visit is under a lock.
template <class Record>
std::vector<Record> collect(void (*for_each)(void (*)(void *, const Record &), void *)) {
  std::vector<Record> records;
  records.reserve(site_records::most_records);
  for_each(
      [](void *context, const Record &record) {
        static_cast<std::vector<Record> *>(context)->push_back(record);
      },
      &records);
  return records;
}

void add_sites(ResourceReport &report) {
  report.scopes = collect<site_records::ScopeRecord>(site_records::for_each_scope);
  for (const auto &scope : report.scopes)
    report.sites.insert(report.sites.end(), scope.sites, scope.sites + scope.site_count);
  report.guards = collect<site_records::GuardRecord>(site_records::for_each_guard);
  keep_first(report.scopes,
             [](const auto &a, const auto &b) { return a.largest_peak > b.largest_peak; });
  keep_first(report.sites, [](const auto &a, const auto &b) { return a.bytes > b.bytes; });
  keep_first(report.guards, [](const auto &a, const auto &b) { return a.failures > b.failures; });
  report.unrecorded = site_records::unrecorded();
}

} // namespace

ResourceReport Watcher::report() {
  ResourceReport report;
  report.budget = budget();
  report.usage = current_usage();
  report.memory = {Account::process().high_water(), Account::process().limit(),
                   process_limit::container_bytes(), process_limit::physical_bytes()};
  report.indicators = indicators(report.usage);
  report.history = summarize(history());
  report.history.taken = taken();
  const Dispatcher::Counts counts = dispatcher_->counts();
  report.events.counts = counts.by_kind;
  report.events.dropped = counts.dropped;
  report.events.failed_handlers = counts.failed_handlers;
  report.events.reliefs = pressure::relief_count();
  report.events.last = dispatcher_->last();
  add_sites(report);
  return report;
}

std::uint64_t Watcher::taken() const noexcept {
  const std::lock_guard lock(mutex_);
  return taken_;
}

} // namespace langone::rt
