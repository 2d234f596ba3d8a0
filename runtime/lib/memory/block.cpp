// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Charged blocks: every way through, in the order memory, charge, undo log, live.

#include "memory/block.h"

#include "memory/fault.h"
#include "memory/thread.h"

#include <bit>

namespace langone::rt {

namespace {

Result<void> check_request(std::uint64_t bytes, std::uint64_t alignment) noexcept {
  if (!std::has_single_bit(alignment))
    return tl::make_unexpected(InvalidOperation{"alignment is not a power of two"});
  std::uint64_t together = 0;
  if (__builtin_add_overflow(bytes, alignment, &together) || together > PTRDIFF_MAX)
    return tl::make_unexpected(AllocationFailed{"size and alignment exceed the address space"});
  return {};
}

/// What a block was is settled with its account.
Result<void> settle(BlockKind kind, const Freed &freed) noexcept {
  Account &account = *freed.account;
  if (kind == BlockKind::arena) {
    account.close();
    Thread::current().forget_closed();
  }
  const auto uncharged = account.uncharge(freed.bytes);
  account.release();
  if (!uncharged)
    return tl::make_unexpected(uncharged.error());
  return {};
}

} // namespace

Result<void *> allocate_block(BlockKind kind, Account &account, UndoLog &log, std::uint64_t bytes,
                              std::uint64_t alignment) noexcept {
  if (const auto valid = check_request(bytes, alignment); !valid)
    return tl::make_unexpected(valid.error());
  if (log.active() && !log.reserve_one())
    return tl::make_unexpected(AllocationFailed{"out of memory"});
  std::uintptr_t corrupted = 0;
  const auto draft = Heap::prepare(bytes, alignment, kind, corrupted);
  if (!draft)
    return tl::make_unexpected(error_of(draft.error(), kind, corrupted));
  if (const auto charged = account.charge(bytes); !charged) {
    Heap::withdraw(*draft);
    return tl::make_unexpected(charged.error());
  }
  account.retain();
  auto *block = reinterpret_cast<void *>(draft->block);
  if (log.active()) {
    const std::uint64_t ticket = log.record(block);
    if (draft->large) {
      draft->large->log = &log;
      draft->large->ticket = ticket;
    }
  }
  Heap::publish(*draft, bytes, &account);
  return block;
}

Result<void> free_block(BlockKind kind, void *block) noexcept {
  Freed freed{};
  const Fault fault = Heap::free_slow(block, kind, freed);
  if (fault != Fault::none)
    return tl::make_unexpected(error_of(fault, kind, reinterpret_cast<std::uintptr_t>(block)));
  return settle(kind, freed);
}

Result<void> free_block_of(BlockKind kind, void *block, std::uint64_t bytes) noexcept {
  const auto view = Heap::view(block);
  if (view && view->kind == kind && view->bytes != bytes)
    return tl::make_unexpected(error_of(Fault::wrong_size, kind, 0));
  return free_block(kind, block);
}

void roll_back(std::uint64_t mark) noexcept {
  UndoLog &log = Thread::current().undo_log();
  for (LoggedBlock block{}; log.pop(mark, block);) {
    BlockKind kind{};
    Freed freed{};
    if (Heap::free_logged(block.address, &log, block.ticket, kind, freed) == Fault::none)
      settle(kind, freed);
  }
}

} // namespace langone::rt
