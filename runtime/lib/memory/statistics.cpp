// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the heap counts for arenas and pools, and failures.

#include "langone/rt/statistics.h"

#include "memory/failures.h"
#include "memory/heap.h"

#include <atomic>

namespace langone::rt {

namespace {

constinit std::atomic<std::uint64_t> failures{0};

} // namespace

void count_failure() noexcept { failures.fetch_add(1, std::memory_order_relaxed); }

Statistics statistics() noexcept {
  const Heap::Totals arenas = Heap::totals(BlockKind::arena);
  const Heap::Totals pools = Heap::totals(BlockKind::pool);
  Statistics sum;
  sum.arena_bytes = arenas.allocated_bytes - arenas.freed_bytes;
  sum.pool_bytes = pools.allocated_bytes - pools.freed_bytes;
  sum.arena_acquires = arenas.allocations;
  sum.pool_allocations = pools.allocations;
  sum.pool_frees = pools.frees;
  sum.failures = failures.load(std::memory_order_relaxed);
  return sum;
}

} // namespace langone::rt
