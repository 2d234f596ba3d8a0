// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pool's fast paths, inline for the C ABI: what they cannot do, pool.h's functions can. It owns
// nothing beyond the choice of account and log.

#ifndef LANGONE_RT_MEMORY_POOL_FAST_H
#define LANGONE_RT_MEMORY_POOL_FAST_H

#include "memory/block.h"
#include "memory/thread.h"

namespace langone::rt::pool {

/// Null if `allocate` has to see; nothing happened then.
inline void *try_allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept {
  Thread &thread = Thread::current();
  return try_allocate_block(BlockKind::pool, thread.account(), thread.undo_log(), bytes, alignment);
}

/// False if `free` has to see; nothing happened then.
inline bool try_free(void *block) noexcept { return try_free_block(BlockKind::pool, block); }

} // namespace langone::rt::pool

#endif // LANGONE_RT_MEMORY_POOL_FAST_H
