// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The sum of what the registry counts and of failures.

#include "langone/rt/statistics.h"

#include "memory/failures.h"
#include "memory/live_blocks.h"

#include <atomic>

namespace langone::rt {

namespace {

constinit std::atomic<std::uint64_t> failures{0};

} // namespace

void count_failure() noexcept { failures.fetch_add(1, std::memory_order_relaxed); }

Statistics statistics() noexcept {
  Statistics sum = live_blocks::totals();
  sum.failures = failures.load(std::memory_order_relaxed);
  return sum;
}

} // namespace langone::rt
