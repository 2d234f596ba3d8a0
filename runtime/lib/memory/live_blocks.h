// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which addresses are blocks of ours right now. It owns the set of live addresses, the check of
// their headers, and the totals per kind; it neither allocates nor frees the blocks.
//
// A pointer that a user hands in is looked up before its memory is read: that tells foreign
// pointers and double frees, and lets exactly one of two racing frees win. The set is split by
// address into shards with a lock each; a table of addresses, 16 to 32 bytes per live block at its
// peak, never shrinks.

#ifndef LANGONE_RT_MEMORY_LIVE_BLOCKS_H
#define LANGONE_RT_MEMORY_LIVE_BLOCKS_H

#include "langone/rt/error.h"
#include "langone/rt/statistics.h"

#include <cstdint>

namespace langone::rt {

class Account;

enum class BlockKind : std::uint64_t { arena, pool };

/// Stands directly before each block and never changes after `seal_header`. The seal comes last,
/// where an underflow of the user's block hits first.
struct BlockHeader {
  std::uint64_t bytes;
  void *system_block;
  Account *account;
  BlockKind kind;
  /// Which acquisition this is: the n-th logged one (0: not logged) of the thread whose undo log is
  /// `log`.
  const void *log;
  std::uint64_t ticket;
  std::uint64_t seal;
};

/// An acquisition to be undone.
struct LoggedBlock {
  void *address;
  std::uint64_t ticket;
};

void seal_header(BlockHeader &header) noexcept;
void *address_of(BlockHeader &header) noexcept;

namespace live_blocks {

/// Adds a block with a sealed header, commits its reserved charge and makes it retain its account:
/// in one step, so that even a stray free of a stale pointer meets a block that is charged. False
/// if the system has no memory for the table.
bool insert(BlockHeader &header) noexcept;

/// Removes the block; its header is the caller's from then on. InvalidOperation: not live, or of
/// another kind. CorruptionDetected: the seal does not fit; the block stays in the set.
Result<BlockHeader *> take(void *block, BlockKind kind) noexcept;

/// Removes the block if it is still the acquisition that `log` recorded, and intact; else null.
BlockHeader *take(const LoggedBlock &block, const void *log) noexcept;

/// Whether the block is still the acquisition that `log` recorded.
bool contains(const LoggedBlock &block, const void *log) noexcept;

/// Sum over all shards; `failures` is not counted here.
Statistics totals() noexcept;

} // namespace live_blocks
} // namespace langone::rt

#endif // LANGONE_RT_MEMORY_LIVE_BLOCKS_H
