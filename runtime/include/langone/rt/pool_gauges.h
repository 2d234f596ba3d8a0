// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How well the pools and heaps of the process do: each registers a gauge that the monitor reads. It
// owns the list and the sum; the numbers are the pools'.

#ifndef LANGONE_RT_POOL_GAUGES_H
#define LANGONE_RT_POOL_GAUGES_H

#include <cstdint>

namespace langone::rt::pool_gauges {

/// Of one pool, or of all together. Counts begin with the pool.
struct Reading {
  std::uint64_t bytes_in_use = 0; ///< of blocks handed out
  std::uint64_t bytes_held = 0;   ///< taken from the system
  std::uint64_t live_allocations = 0;
  std::uint64_t cache_hits = 0;        ///< allocations served from memory that was held
  std::uint64_t cache_misses = 0;      ///< allocations that went to the system
  std::uint64_t timed_operations = 0;  ///< allocations and frees whose time was taken
  std::uint64_t timed_nanoseconds = 0; ///< of those
};

/// Adds the pool's numbers to `sum`. Must not allocate, add or remove gauges, or block for long.
using Gauge = void (*)(void *context, Reading &sum) noexcept;

/// False if there are already 64.
bool add_gauge(Gauge gauge, void *context) noexcept;
/// Afterwards the gauge is not read, and never will be again.
void remove_gauge(Gauge gauge, void *context) noexcept;

/// Sum over all gauges.
Reading read() noexcept;
bool is_empty() noexcept;

/// For fork: nobody reads in between.
void lock() noexcept;
void unlock() noexcept;

} // namespace langone::rt::pool_gauges

#endif // LANGONE_RT_POOL_GAUGES_H
