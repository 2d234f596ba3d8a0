// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Large blocks.

#include "memory/large.h"

#include "memory/guard.h"
#include "memory/region.h"

#include <algorithm>
#include <mutex>
#include <new>

namespace langone::rt::large {

namespace {

/// In front of each block, with its guard: so much that common alignments need no more.
constexpr std::uint64_t least_front = 64;

constinit std::mutex mutex;
constinit Span *idle = nullptr; ///< descriptions without memory

Span *describe() noexcept {
  {
    const std::lock_guard guard(mutex);
    if (Span *span = idle) {
      idle = span->next;
      return span;
    }
  }
  void *memory = region::describe(sizeof(Span));
  if (!memory)
    return nullptr;
  Span *span = new (memory) Span{};
  span->states = &span->state;
  span->slots = 1;
  span->bin = large_bin;
  return span;
}

void forget(Span &span) noexcept {
  const std::lock_guard guard(mutex);
  span.next = idle;
  idle = &span;
}

} // namespace

std::size_t units_for(std::uint64_t bytes, std::uint64_t alignment) noexcept {
  return (std::max(alignment, least_front) + bytes + guard_bytes + unit_bytes - 1) / unit_bytes;
}

Span *create(std::size_t units, std::uint64_t alignment, bool &zero) noexcept {
  Span *span = describe();
  if (!span)
    return nullptr;
  const region::Units memory = region::acquire(units);
  if (memory.begin == 0) {
    forget(*span);
    return nullptr;
  }
  zero = memory.zero;
  alignment = std::max(alignment, least_front);
  span->begin = memory.begin;
  span->units = units;
  span->first = (memory.begin + alignment) & -alignment;
  guard::write_before(span->first);
  // Only the first byte is a block; every other address of it belongs to no span.
  region::set_span(span->first & -unit_bytes, 1, span);
  return span;
}

void destroy(Span &span) noexcept {
  region::set_span(span.first & -unit_bytes, 1, nullptr);
  span.state.word.store(block_word::never, std::memory_order_relaxed);
  region::release(span.begin, span.units);
  forget(span);
}

void lock() noexcept { mutex.lock(); }

void unlock() noexcept { mutex.unlock(); }

} // namespace langone::rt::large
