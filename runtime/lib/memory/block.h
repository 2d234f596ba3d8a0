// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Charged blocks: the one way in which arenas and pools get memory and give it back. It owns the
// order in which charge, memory and undo log are done and undone; not who allocates when, nor how
// the heap does it.

#ifndef LANGONE_RT_MEMORY_BLOCK_H
#define LANGONE_RT_MEMORY_BLOCK_H

#include "base/account_fast.h"
#include "langone/rt/error.h"
#include "memory/heap.h"
#include "memory/undo_log.h"

#include <cstdint>

namespace langone::rt {

/// Allocates a block charged to `account`, which it keeps alive; recorded in `log`, the calling
/// thread's, if that is active. On an error nothing has changed, the high-water included.
/// CorruptionDetected: a block that was freed before was written since; it is not used again, and
/// the next allocation takes another.
Result<void *> allocate_block(BlockKind kind, Account &account, UndoLog &log, std::uint64_t bytes,
                              std::uint64_t alignment) noexcept;

/// Frees and uncharges the block; with an arena, closes its account.
Result<void> free_block(BlockKind kind, void *block) noexcept;

/// As `free_block`, but the block must have been asked for with `bytes`.
Result<void> free_block_of(BlockKind kind, void *block, std::uint64_t bytes) noexcept;

/// Frees, newest first, every block that this thread recorded after the mark and that is still
/// live. A corrupted one stays, charged.
void roll_back(std::uint64_t mark) noexcept;

/// The fast part of `allocate_block`: null where that has to see.
inline void *try_allocate_block(BlockKind kind, Account &account, UndoLog &log, std::uint64_t bytes,
                                std::uint64_t alignment) noexcept {
  if (bytes > largest_binned || alignment - 1 >= 64 || (alignment & (alignment - 1)) != 0)
      [[unlikely]]
    return nullptr;
  const std::size_t bin = alignment <= 16 ? plain_bin(bytes) : line_bin(bytes);
  Heap &heap = Heap::current();
  if (!heap.peek(bin) || heap.wants_sample(kind)) [[unlikely]]
    return nullptr;
  if (log.active() && !log.reserve_one()) [[unlikely]]
    return nullptr;
  if (!AccountFast::try_charge(account, bytes)) [[unlikely]]
    return nullptr;
  AccountFast::retain(account);
  void *block = heap.pop(bin, bytes, kind, &account);
  if (log.active()) [[unlikely]]
    log.record(block);
  return block;
}

/// The fast part of `free_block` for any kind but arenas: false where that has to see.
inline bool try_free_block(BlockKind kind, void *block) noexcept {
  Freed freed;
  if (!Heap::current().try_free(block, kind, freed)) [[unlikely]]
    return false;
  AccountFast::uncharge(*freed.account, freed.bytes);
  AccountFast::release(*freed.account);
  return true;
}

} // namespace langone::rt

#endif // LANGONE_RT_MEMORY_BLOCK_H
