// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pool: a block of the thread's current account.

#include "langone/rt/pool.h"

#include "memory/block.h"
#include "memory/failures.h"
#include "memory/thread.h"

namespace langone::rt::pool {

Result<void *> allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept {
  Account &account = Thread::current().account();
  return counted(allocate_block(BlockKind::pool, account, bytes, alignment));
}

Result<void> free(void *block) noexcept {
  if (!block)
    return {};
  return counted(free_block(BlockKind::pool, block));
}

} // namespace langone::rt::pool
