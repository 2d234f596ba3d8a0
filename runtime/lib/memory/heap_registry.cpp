// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Heaps and threads. A thread's end is seen by a key of the C library, whose destructors run after
// those of the language: what they free still finds the heap. A thread that allocates later still
// gets a heap again, and the key runs again.

#include "memory/heap_registry.h"

#include "base/system.h"
#include "langone/rt/pool_gauges.h"
#include "langone/rt/pressure.h"
#include "memory/large.h"
#include "memory/profile.h"

#include <algorithm>
#include <mutex>
#include <new>
#include <pthread.h>

namespace langone::rt {

namespace {

constexpr auto relaxed = std::memory_order_relaxed;
constexpr std::uint32_t most_heaps = 65535;

/// What a thread without a heap has: no slots and no identity.
constinit Heap no_heap;

constinit std::mutex mutex;
constinit bool started = false;
constinit pthread_key_t exit_key{};
constinit std::atomic<Heap *> all_heaps{nullptr};
constinit Heap *idle_heaps = nullptr;
constinit std::uint32_t heap_count = 0;
constinit std::atomic<std::uint64_t> current_settings{0};

} // namespace

constinit thread_local Heap *heap_detail::current = &no_heap;

std::uint64_t HeapRegistry::settings() noexcept { return current_settings.load(relaxed); }

Heap *HeapRegistry::mine() noexcept {
  Heap *heap = heap_detail::current;
  return heap != &no_heap ? heap : acquire();
}

Heap *HeapRegistry::acquire() noexcept {
  Heap *heap = nullptr;
  {
    const std::lock_guard guard(mutex);
    if (!started && !start())
      return nullptr;
    heap = idle_heaps;
    if (heap)
      idle_heaps = heap->next_idle_;
    else
      heap = create();
  }
  if (!heap)
    return nullptr;
  // Before the key, since that may allocate. If it fails, the heap is not handed on at the end.
  heap_detail::current = heap;
  ::pthread_setspecific(exit_key, heap);
  return heap;
}

Heap *HeapRegistry::create() noexcept {
  void *memory = heap_count < most_heaps ? region::describe(sizeof(Heap)) : nullptr;
  if (!memory)
    return nullptr;
  Heap *heap = new (memory) Heap();
  heap->id_ = ++heap_count;
  for (std::size_t kind = 0; kind < block_kinds; ++kind)
    heap->plain_live_[kind] = block_word::plain_live(heap->id_, static_cast<BlockKind>(kind));
  heap->next_ = all_heaps.load(relaxed);
  heap->settings_ = UINT64_MAX;
  all_heaps.store(heap, std::memory_order_release);
  return heap;
}

bool HeapRegistry::start() noexcept {
  if (!region::start() || ::pthread_key_create(&exit_key, leave) != 0)
    return false;
  guard::draw_secrets();
  started = true;
  return true;
}

void HeapRegistry::leave(void *heap) noexcept {
  auto *left = static_cast<Heap *>(heap);
  left->flush();
  heap_detail::current = &no_heap;
  const std::lock_guard guard(mutex);
  left->next_idle_ = idle_heaps;
  idle_heaps = left;
}

void HeapRegistry::before_fork() noexcept {
  mutex.lock();
  profile::lock();
  central::lock();
  large::lock();
  region::lock();
}

void HeapRegistry::after_fork() noexcept {
  region::unlock();
  large::unlock();
  central::unlock();
  profile::unlock();
  mutex.unlock();
}

void HeapRegistry::watch_forks() noexcept { system::at_fork(before_fork, after_fork); }

namespace {

/// Arenas count as bytes in use; live allocations are those of pools and programs.
void read_gauge(void *, pool_gauges::Reading &sum) noexcept {
  std::uint64_t allocations = 0;
  for (const BlockKind kind : {BlockKind::arena, BlockKind::pool, BlockKind::program}) {
    const Heap::Totals totals = Heap::totals(kind);
    allocations += totals.allocations;
    sum.bytes_in_use += totals.allocated_bytes - totals.freed_bytes;
    if (kind != BlockKind::arena)
      sum.live_allocations += totals.allocations - totals.frees;
  }
  const region::Usage usage = region::usage();
  sum.bytes_held += usage.held_bytes;
  const std::uint64_t misses = std::min(usage.fetches, allocations);
  sum.cache_misses += misses;
  sum.cache_hits += allocations - misses;
}

// Not at the first allocation: the C library allocates when it registers. If it cannot, the child
// of a process with several threads may find a lock taken.
[[gnu::constructor]] void join_process() noexcept {
  HeapRegistry::watch_forks();
  pressure::add_callback([](void *) noexcept { Heap::compact(); }, nullptr);
  pool_gauges::add_gauge(read_gauge, nullptr);
}

} // namespace

Heap *Heap::mine() noexcept { return HeapRegistry::mine(); }

void Heap::follow_settings() noexcept {
  const std::uint64_t settings = HeapRegistry::settings();
  if (settings_ == settings)
    return;
  const bool is_new = settings_ == UINT64_MAX;
  settings_ = settings;
  for (Counts &counts : counts_)
    counts.sample_at = profile::is_on()
                           ? counts.allocated_bytes.load(relaxed) + profile::next_distance()
                           : UINT64_MAX;
  if (!is_new)
    flush();
}

Heap::Totals Heap::totals(BlockKind kind) noexcept {
  Totals sum{};
  const auto for_each = [kind](const auto &visit) {
    for (const Heap *heap = all_heaps.load(std::memory_order_acquire); heap; heap = heap->next_)
      visit(heap->counts_of(kind));
  };
  // Frees first, so that what is held is never less than nothing.
  for_each([&sum](const Counts &counts) {
    sum.frees += counts.frees.load(std::memory_order_acquire);
    sum.freed_bytes += counts.freed_bytes.load(std::memory_order_acquire);
  });
  for_each([&sum](const Counts &counts) {
    sum.allocations += counts.allocations.load(std::memory_order_acquire);
    sum.allocated_bytes += counts.allocated_bytes.load(std::memory_order_acquire);
  });
  return sum;
}

std::size_t Heap::compact() noexcept {
  current_settings.fetch_add(1, relaxed);
  if (&current() != &no_heap)
    current().follow_settings();
  for (Heap *heap = all_heaps.load(std::memory_order_acquire); heap; heap = heap->next_)
    free_spares(*heap);
  central::compact();
  return region::compact();
}

void Heap::set_sampling(std::uint64_t bytes) noexcept {
  profile::set_distance(bytes);
  current_settings.fetch_add(1, relaxed);
}

} // namespace langone::rt
