// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What arenas and pools hold and have done, summed over the process. Bytes per account are the
// account's own.

#ifndef LANGONE_RT_STATISTICS_H
#define LANGONE_RT_STATISTICS_H

#include <cstdint>

namespace langone::rt {

struct Statistics {
  std::uint64_t arena_bytes = 0; ///< held now
  std::uint64_t pool_bytes = 0;  ///< held now
  std::uint64_t arena_acquires = 0;
  std::uint64_t pool_allocations = 0;
  std::uint64_t pool_frees = 0;
  std::uint64_t failures = 0; ///< arena and pool operations that ended with an error
};

/// Each number is exact by itself; while other threads allocate, together they are no snapshot.
Statistics statistics() noexcept;

} // namespace langone::rt

#endif // LANGONE_RT_STATISTICS_H
