// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pool: run-time allocation for what no arena holds, charged to the thread's current account.
// Its blocks come from the hardened heap: docs/Runtime.md says what is checked and what it costs.

#ifndef LANGONE_RT_POOL_H
#define LANGONE_RT_POOL_H

#include "langone/rt/error.h"

#include <cstddef>
#include <cstdint>

namespace langone::rt::pool {

/// A block of `bytes` aligned to `alignment`, a power of two; unique also for 0 bytes. Charges
/// exactly `bytes`. CorruptionDetected: the block that was to be used again was written after its
/// free; it is set aside, and the next allocation takes another.
Result<void *> allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept;

/// Frees a block of `allocate`, from any thread; null is no block and fine. InvalidOperation: not a
/// live block, told without reading its memory; nothing happened. CorruptionDetected: written out
/// of its bounds; it stays live and charged.
Result<void> free(void *block) noexcept;

/// Gives memory that no block uses back to the system; how many bytes that may have been. Other
/// threads give what they keep when they next exchange blocks with the shared lists.
std::size_t compact() noexcept;

} // namespace langone::rt::pool

#endif // LANGONE_RT_POOL_H
