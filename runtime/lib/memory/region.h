// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The managed range: one piece of address space, reserved at the first allocation and cut into
// units of 64 KiB. It owns which units are in use and which span a unit belongs to, the return of
// unused memory to the system, and the memory of all descriptions, which lies elsewhere. It knows
// nothing of blocks.

#ifndef LANGONE_RT_MEMORY_REGION_H
#define LANGONE_RT_MEMORY_REGION_H

#include "memory/span.h"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace langone::rt::region {

/// Where the range lies. `bytes` is 0 until the range is reserved, so that no address is in it.
struct Layout {
  std::atomic<std::uintptr_t> begin{0};
  std::atomic<std::size_t> bytes{0};
  std::atomic<std::atomic<Span *> *> spans{nullptr}; ///< one for each unit
};
extern constinit Layout layout;

/// The span that the address belongs to; null if none. Any value may be asked for: no memory of the
/// range is read.
inline Span *span_of(std::uintptr_t address) noexcept {
  const std::uintptr_t offset = address - layout.begin.load(std::memory_order_relaxed);
  if (offset >= layout.bytes.load(std::memory_order_relaxed)) [[unlikely]]
    return nullptr;
  return layout.spans.load(std::memory_order_relaxed)[offset >> unit_shift].load(
      std::memory_order_acquire);
}

/// Reserves the range once; false if the system has none. Thread-safe, as all that follows.
bool start() noexcept;

struct Units {
  std::uintptr_t begin; ///< 0: none
  bool zero;            ///< never written, or given back to the system since
};

/// `count` units that can be written.
Units acquire(std::size_t count) noexcept;
void release(std::uintptr_t begin, std::size_t count) noexcept;

/// Says which span the units belong to; null: none.
void set_span(std::uintptr_t begin, std::size_t count, Span *span) noexcept;

/// Memory for descriptions: zeros aligned to 64 bytes, never given back. Null if there is none.
void *describe(std::size_t bytes) noexcept;

/// What was taken from the system, without descriptions.
struct Usage {
  std::size_t held_bytes; ///< of units in use, and of those that were written and not given back
  std::uint64_t fetches;  ///< acquisitions that were served with memory new from the system
};
/// Takes no lock.
Usage usage() noexcept;

/// Gives the memory of all unused units back to the system; how many bytes that may have been.
std::size_t compact() noexcept;

/// Around a fork.
void lock() noexcept;
void unlock() noexcept;

} // namespace langone::rt::region

#endif // LANGONE_RT_MEMORY_REGION_H
