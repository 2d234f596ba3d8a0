// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arenas: a block whose account is open for its thread.

#include "langone/rt/arena.h"

#include "memory/block.h"
#include "memory/failures.h"
#include "memory/thread.h"

namespace langone::rt::arena {

namespace {

Result<void *> open(std::uint64_t bytes, std::uint64_t alignment,
                    std::uint64_t limit_bytes) noexcept {
  Thread &thread = Thread::current();
  Thread::free_at_exit();
  Account &parent = thread.account();
  Account *account = thread.reserve_account() ? Account::create(parent, limit_bytes) : nullptr;
  if (!account)
    return tl::make_unexpected(AllocationFailed{"out of memory"});
  const auto block =
      allocate_block(BlockKind::arena, *account, thread.undo_log(), bytes, alignment);
  if (block)
    thread.open(*account);
  account->release();
  return block;
}

} // namespace

Result<void *> acquire(std::uint64_t bytes, std::uint64_t alignment,
                       std::uint64_t limit_bytes) noexcept {
  return counted(open(bytes, alignment, limit_bytes));
}

Result<void> release(void *arena) noexcept { return counted(free_block(BlockKind::arena, arena)); }

} // namespace langone::rt::arena
