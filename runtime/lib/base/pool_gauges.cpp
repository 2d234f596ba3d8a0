// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The list of gauges, under a lock that is held while they are read.

#include "langone/rt/pool_gauges.h"

#include <algorithm>
#include <cstddef>
#include <mutex>

namespace langone::rt::pool_gauges {

namespace {

struct Entry {
  Gauge gauge;
  void *context;
};

constexpr std::size_t most_entries = 64;
constinit std::mutex mutex;
constinit Entry entries[most_entries] = {};
constinit std::size_t count = 0;

} // namespace

bool add_gauge(Gauge gauge, void *context) noexcept {
  const std::lock_guard guard(mutex);
  if (count == most_entries)
    return false;
  entries[count++] = {gauge, context};
  return true;
}

void remove_gauge(Gauge gauge, void *context) noexcept {
  const std::lock_guard guard(mutex);
  const auto is_it = [&](const Entry &entry) {
    return entry.gauge == gauge && entry.context == context;
  };
  count = static_cast<std::size_t>(std::remove_if(entries, entries + count, is_it) - entries);
}

Reading read() noexcept {
  const std::lock_guard guard(mutex);
  Reading sum;
  for (std::size_t i = 0; i < count; ++i)
    entries[i].gauge(entries[i].context, sum);
  return sum;
}

bool is_empty() noexcept {
  const std::lock_guard guard(mutex);
  return count == 0;
}

void lock() noexcept { mutex.lock(); }
void unlock() noexcept { mutex.unlock(); }

} // namespace langone::rt::pool_gauges
