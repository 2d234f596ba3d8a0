// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pool: a block of the thread's current account.

#include "langone/rt/pool.h"

#include "memory/failures.h"
#include "memory/pool_fast.h"

namespace langone::rt::pool {

Result<void *> allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept {
  if (void *block = try_allocate(bytes, alignment)) [[likely]]
    return block;
  Thread &thread = Thread::current();
  return counted(
      allocate_block(BlockKind::pool, thread.account(), thread.undo_log(), bytes, alignment));
}

Result<void> free(void *block) noexcept {
  if (!block || try_free(block)) [[likely]]
    return {};
  return counted(free_block(BlockKind::pool, block));
}

std::size_t compact() noexcept { return Heap::compact(); }

} // namespace langone::rt::pool
