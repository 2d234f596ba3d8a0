// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Charged blocks: the one way in which arenas and pools get memory and give it back. It owns a
// block's layout in system memory and the order in which charge, memory, registry and undo log are
// done and undone; not who allocates when.

#ifndef LANGONE_RT_MEMORY_BLOCK_H
#define LANGONE_RT_MEMORY_BLOCK_H

#include "langone/rt/account.h"
#include "langone/rt/error.h"
#include "memory/live_blocks.h"

#include <cstdint>

namespace langone::rt {

/// Allocates a block charged to `account`, which it keeps alive; recorded in this thread's undo log
/// if that is active. On an error nothing has changed, the high-water included.
Result<void *> allocate_block(BlockKind kind, Account &account, std::uint64_t bytes,
                              std::uint64_t alignment) noexcept;

/// Frees and uncharges the block; with an arena, closes its account.
Result<void> free_block(BlockKind kind, void *block) noexcept;

/// Frees, newest first, every block that this thread recorded after the mark and that is still
/// live. A corrupted one stays, charged.
void roll_back(std::uint64_t mark) noexcept;

} // namespace langone::rt

#endif // LANGONE_RT_MEMORY_BLOCK_H
