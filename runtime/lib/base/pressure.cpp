// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The list of callbacks, under a lock that is held while they run: so `remove_callback` can promise
// that its callback has ended.

#include "langone/rt/pressure.h"

#include <algorithm>
#include <mutex>

namespace langone::rt::pressure {

namespace {

struct Entry {
  Callback callback;
  void *context;
};

constexpr std::size_t most_entries = 1 + 64; // the heap, and others
constinit std::mutex mutex;
constinit Entry entries[most_entries] = {};
constinit std::size_t count = 0;
constinit std::uint64_t reliefs = 0;

} // namespace

bool add_callback(Callback callback, void *context) noexcept {
  const std::lock_guard guard(mutex);
  if (count == most_entries)
    return false;
  entries[count++] = {callback, context};
  return true;
}

void remove_callback(Callback callback, void *context) noexcept {
  const std::lock_guard guard(mutex);
  const auto is_it = [&](const Entry &entry) {
    return entry.callback == callback && entry.context == context;
  };
  count = static_cast<std::size_t>(std::remove_if(entries, entries + count, is_it) - entries);
}

void relieve() noexcept {
  const std::lock_guard guard(mutex);
  ++reliefs;
  for (std::size_t i = 0; i < count; ++i)
    entries[i].callback(entries[i].context);
}

std::uint64_t relief_count() noexcept {
  const std::lock_guard guard(mutex);
  return reliefs;
}

void lock() noexcept { mutex.lock(); }
void unlock() noexcept { mutex.unlock(); }

} // namespace langone::rt::pressure
