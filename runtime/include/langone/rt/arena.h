// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arenas: one contiguous block that holds a plan, and the account under which a thread allocates
// while it is open. It owns the opening and closing of accounts per thread; the layout inside the
// block is the compiler's.

#ifndef LANGONE_RT_ARENA_H
#define LANGONE_RT_ARENA_H

#include "langone/rt/error.h"

#include <cstdint>

namespace langone::rt::arena {

/// Opens an account under this thread's current account, charges `bytes` to it and returns a block
/// aligned to `alignment`, unique also for 0 bytes. The account is this thread's current one until
/// `release`.
Result<void *> acquire(std::uint64_t bytes, std::uint64_t alignment,
                       std::uint64_t limit_bytes) noexcept;

/// Frees the block and closes the account. Any order, any thread: the acquiring thread's current
/// account is always that of its innermost arena still open. Blocks charged to the account keep it
/// alive, and its ancestors charged.
Result<void> release(void *arena) noexcept;

} // namespace langone::rt::arena

#endif // LANGONE_RT_ARENA_H
