// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pool: a block of the thread's current account.

#include "langone/rt/pool.h"

#include "memory/block.h"
#include "memory/failures.h"
#include "memory/thread.h"

namespace langone::rt::pool {

Result<void *> allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept {
  Thread &thread = Thread::current();
  Account &account = thread.account();
  UndoLog &log = thread.undo_log();
  if (void *block = try_allocate_block(BlockKind::pool, account, log, bytes, alignment)) [[likely]]
    return block;
  return counted(allocate_block(BlockKind::pool, account, log, bytes, alignment));
}

Result<void> free(void *block) noexcept {
  if (!block)
    return {};
  return counted(free_block(BlockKind::pool, block));
}

std::size_t compact() noexcept { return Heap::compact(); }

} // namespace langone::rt::pool
