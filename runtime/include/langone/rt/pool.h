// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pool: run-time allocation for what no arena holds, charged to the thread's current account.
// It owns no reuse of blocks: each comes from the system and goes back to it.

#ifndef LANGONE_RT_POOL_H
#define LANGONE_RT_POOL_H

#include "langone/rt/error.h"

#include <cstdint>

namespace langone::rt::pool {

/// A block of `bytes` aligned to `alignment`, a power of two; unique also for 0 bytes. Charges
/// exactly `bytes`.
Result<void *> allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept;

/// Frees a block of `allocate`, from any thread; null is no block and fine. Costs, beside the
/// system's free, one uncontended lock and a hash look-up: that is how a foreign or freed pointer
/// is told without reading its memory.
Result<void> free(void *block) noexcept;

} // namespace langone::rt::pool

#endif // LANGONE_RT_POOL_H
