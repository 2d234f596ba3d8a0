// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Measuring what is left for the process account.

#include "langone/rt/process_limit.h"

#include "langone/rt/account.h"
#include "monitor/container.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <new>
#include <vector>

namespace langone::rt::process_limit {

namespace {

constexpr std::uint64_t least_reserve = 1 << 20;
constexpr std::uint64_t least_step = 64 << 10;

/// A control group and what was in use beside the account when enforcement began.
struct Level {
  ControlGroup group;
  std::uint64_t base;
};

struct State {
  std::vector<Level> levels;
  std::uint64_t physical = 0;
};

constinit std::mutex mutex;
constinit State *state = nullptr; // never freed before stop: used until the program's very end
constinit std::atomic<std::uint64_t> budget{Account::no_limit};

std::uint64_t beside(std::uint64_t in_use, std::uint64_t charged) noexcept {
  return in_use > charged ? in_use - charged : 0;
}

std::uint64_t left_by(const Level &level, std::uint64_t charged) noexcept {
  const auto limit = level.group.limit();
  if (!limit)
    return Account::no_limit;
  const std::uint64_t other = std::max(level.base, beside(level.group.working_set(), charged)) +
                              std::max(least_reserve, *limit / 64);
  return *limit > other ? *limit - other : 0;
}

/// Under the mutex.
void measure() noexcept {
  const std::uint64_t charged = Account::process().current();
  std::uint64_t limit = std::min(budget.load(std::memory_order_relaxed), state->physical);
  std::uint64_t left = Account::no_limit;
  for (const Level &level : state->levels)
    left = std::min(left, left_by(level, charged));
  limit = std::min(limit, left);
  Account::process().set_limit(limit);
  if (left == Account::no_limit) {
    Account::set_checkpoint(0, nullptr);
    return;
  }
  const std::uint64_t room = limit > charged ? limit - charged : 0;
  Account::set_checkpoint(charged + std::max(room / 8, least_step), refresh);
}

std::uint64_t read_physical(const std::string &root) {
  char buffer[4096];
  const auto file = system::File::open_to_read((root + "/proc/meminfo").c_str());
  const auto total = system::number_after(file.read(buffer, sizeof buffer), "MemTotal:");
  return total ? *total * 1024 : Account::no_limit;
}

} // namespace

void set_budget(std::uint64_t bytes) noexcept {
  const std::lock_guard guard(mutex);
  budget.store(bytes, std::memory_order_relaxed);
  if (state)
    measure();
  else
    Account::process().set_limit(bytes);
}

bool enforce(const std::string &root) noexcept {
  try {
    auto *fresh = new State;
    fresh->physical = read_physical(root);
    const std::uint64_t charged = Account::process().current();
    for (ControlGroup &group : find_control_groups(root)) {
      const std::uint64_t base = beside(group.working_set(), charged);
      fresh->levels.push_back({std::move(group), base});
    }
    const std::lock_guard guard(mutex);
    if (!state)
      budget.store(Account::process().limit(), std::memory_order_relaxed);
    delete std::exchange(state, fresh);
    measure();
    return true;
  } catch (const std::bad_alloc &) {
    return false;
  }
}

void stop() noexcept {
  const std::lock_guard guard(mutex);
  if (!state)
    return;
  delete std::exchange(state, nullptr);
  Account::set_checkpoint(0, nullptr);
  Account::process().set_limit(budget.load(std::memory_order_relaxed));
}

void refresh() noexcept {
  const std::lock_guard guard(mutex);
  if (state)
    measure();
}

std::optional<std::uint64_t> container_bytes() noexcept {
  const std::lock_guard guard(mutex);
  std::optional<std::uint64_t> least;
  if (state)
    for (const Level &level : state->levels)
      if (const auto limit = level.group.limit())
        least = std::min(least.value_or(UINT64_MAX), *limit);
  return least;
}

std::optional<std::uint64_t> physical_bytes() noexcept {
  const std::lock_guard guard(mutex);
  return state ? std::optional(state->physical) : std::nullopt;
}

PressureSource pressure_source() {
  const std::lock_guard guard(mutex);
  if (!state || state->levels.empty())
    return {};
  const ControlGroup &own = state->levels.front().group;
  return {own.directory(), own.is_version_2()};
}

void lock() noexcept { mutex.lock(); }
void unlock() noexcept { mutex.unlock(); }

} // namespace langone::rt::process_limit
