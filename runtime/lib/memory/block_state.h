// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is known of one slot: 16 bytes outside the memory that users write. It owns the encoding;
// who may change a state, and when, is the heap's.

#ifndef LANGONE_RT_MEMORY_BLOCK_STATE_H
#define LANGONE_RT_MEMORY_BLOCK_STATE_H

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace langone::rt {

class Account;

/// Who asked for the block; only the same kind may free it.
enum class BlockKind : std::uint8_t { arena, pool, program };
constexpr std::size_t block_kinds = 3;

/// Bits of `BlockState::word`: 0..1 phase, 2..3 kind, 4 sampled by the profile, 5 large, 6..13
/// distance of the block from its slot in units of 16 bytes, 14..29 heap of the allocating thread,
/// 32..63 requested bytes (of a large block: in its span). So one comparison of the low half tells
/// the common case of a free.
struct BlockState {
  std::atomic<std::uint64_t> word;
  std::atomic<Account *> account;
};

namespace block_word {

constexpr std::uint64_t phase_mask = 3;
constexpr std::uint64_t never = 0;
constexpr std::uint64_t unused = 1; ///< poisoned, to be allocated
constexpr std::uint64_t live = 2;
constexpr std::uint64_t retired = 3; ///< found corrupted, or just being freed by another thread

constexpr unsigned kind_shift = 2;
constexpr std::uint64_t sampled = 1u << 4;
constexpr std::uint64_t large = 1u << 5;
constexpr unsigned distance_shift = 6;
constexpr unsigned heap_shift = 14;
constexpr unsigned bytes_shift = 32;

constexpr std::uint64_t phase(std::uint64_t word) noexcept { return word & phase_mask; }
constexpr BlockKind kind(std::uint64_t word) noexcept {
  return static_cast<BlockKind>(word >> kind_shift & 3);
}
constexpr std::uint32_t heap(std::uint64_t word) noexcept { return word >> heap_shift & 0xFFFF; }
constexpr std::uint64_t distance(std::uint64_t word) noexcept {
  return (word >> distance_shift & 0xFF) * 16;
}
constexpr std::uint64_t bytes(std::uint64_t word) noexcept { return word >> bytes_shift; }

/// The low half of a live block in its slot's first byte, neither sampled nor large.
constexpr std::uint32_t plain_live(std::uint32_t heap, BlockKind kind) noexcept {
  return heap << heap_shift | static_cast<std::uint32_t>(kind) << kind_shift |
         static_cast<std::uint32_t>(live);
}

} // namespace block_word
} // namespace langone::rt

#endif // LANGONE_RT_MEMORY_BLOCK_STATE_H
