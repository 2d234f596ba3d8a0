// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two open hash tables under one lock: scopes are left, and guards fail, rarely enough for that.

#include "langone/rt/site_records.h"

#include "base/system.h"

#include <algorithm>
#include <cstdio>
#include <mutex>

namespace langone::rt::site_records {

namespace {

constinit std::mutex mutex;
constinit ScopeRecord scopes[most_records];
constinit bool scope_used[most_records];
constinit GuardRecord guards[most_records];
constinit bool guard_used[most_records];
constinit std::uint64_t lost = 0;

/// The record of `id`, a new one if there is none yet; null if the table is full.
template <class Record>
Record *find(Record (&records)[most_records], bool (&used)[most_records],
             std::uint64_t id) noexcept {
  const std::uint64_t start = (id * 0x9E3779B97F4A7C15) >> 32;
  for (std::size_t i = 0; i < most_records; ++i) {
    const std::size_t place = (start + i) % most_records;
    if (!used[place]) {
      used[place] = true;
      records[place].id = id;
      return &records[place];
    }
    if (records[place].id == id)
      return &records[place];
  }
  ++lost;
  return nullptr;
}

void copy_sites(ScopeRecord &record, std::span<const SitePrediction> sites) noexcept {
  if (record.sites || sites.empty())
    return;
  auto *copy = static_cast<SitePrediction *>(system::allocate(sites.size_bytes()));
  if (!copy)
    return;
  std::copy(sites.begin(), sites.end(), copy);
  record.sites = copy;
  record.site_count = sites.size();
}

} // namespace

bool record_exit(const ScopeBudget &budget, const ScopeOutcome &outcome) noexcept {
  const std::lock_guard guard(mutex);
  ScopeRecord *record = find(scopes, scope_used, budget.id);
  if (!record)
    return false;
  if (record->exits++ == 0)
    std::snprintf(record->name, sizeof record->name, "%s", budget.name ? budget.name : "");
  copy_sites(*record, budget.sites);
  record->largest_peak = std::max(record->largest_peak, outcome.peak);
  record->last_peak = outcome.peak;
  record->predicted_peak = outcome.predicted_peak;
  record->hard = budget.hard;
  return outcome.exceeded && record->exceeded++ == 0;
}

bool record_failure(std::uint64_t id, std::uint64_t value, std::uint64_t bound) noexcept {
  const std::lock_guard guard(mutex);
  GuardRecord *record = find(guards, guard_used, id);
  if (!record)
    return false;
  record->largest_value = std::max(record->largest_value, value);
  record->bound = bound;
  return record->failures++ == 0;
}

std::uint64_t unrecorded() noexcept {
  const std::lock_guard guard(mutex);
  return lost;
}

void for_each_scope(void (*visit)(void *, const ScopeRecord &), void *context) {
  const std::lock_guard guard(mutex);
  for (std::size_t i = 0; i < most_records; ++i)
    if (scope_used[i])
      visit(context, scopes[i]);
}

void for_each_guard(void (*visit)(void *, const GuardRecord &), void *context) {
  const std::lock_guard guard(mutex);
  for (std::size_t i = 0; i < most_records; ++i)
    if (guard_used[i])
      visit(context, guards[i]);
}

void lock() noexcept { mutex.lock(); }
void unlock() noexcept { mutex.unlock(); }

} // namespace langone::rt::site_records
