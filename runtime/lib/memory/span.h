// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A span: consecutive units of the managed range that hold slots of one bin, or one large block. It
// owns the description, which lies outside the managed range, and the way from an address to it.

#ifndef LANGONE_RT_MEMORY_SPAN_H
#define LANGONE_RT_MEMORY_SPAN_H

#include "memory/block_state.h"
#include "memory/size_bins.h"

#include <atomic>
#include <cstdint>

namespace langone::rt {

class UndoLog;

/// As `Span::bin`: one slot, at `first`.
constexpr std::uint32_t large_bin = UINT32_MAX;

/// The first cache line is all that a free reads; it does not change while the span is in use.
/// Descriptions of a bin are reused for that bin only, so that a stray pointer that meets one in
/// change still indexes the right number of states.
struct alignas(64) Span {
  std::uintptr_t first;     ///< address of slot 0
  BlockState *states;       ///< one for each slot
  std::uint64_t reciprocal; ///< of slot_bytes; 0 for a large block
  std::uint32_t slot_bytes; ///< of a large block: 0
  std::uint32_t slots;
  std::uint32_t bin;

  std::uintptr_t begin = 0; ///< address of the first unit
  std::size_t units = 0;
  Span *next = nullptr;
  Span *previous = nullptr;

  /// Of a bin, under its lock: slots that are in nobody's hands (a stack of indices), and how many
  /// slots were ever handed out.
  std::uint16_t *free_slots = nullptr;
  std::uint32_t free_count = 0;
  std::uint32_t issued = 0;

  /// Of a large block.
  BlockState state{};
  std::uint64_t bytes = 0;
  const UndoLog *log = nullptr; ///< of the thread that is to undo the allocation, if any
  std::uint64_t ticket = 0;     ///< which of its acquisitions this is
};

struct SlotIndex {
  std::size_t index;       ///< may be `slots` or more: no slot
  std::uintptr_t distance; ///< of the address from the slot
};

/// `address` lies in the span's units.
inline SlotIndex slot_at(const Span &span, std::uintptr_t address) noexcept {
  const std::uintptr_t offset = address - span.first;
  const std::size_t index = offset * span.reciprocal >> reciprocal_shift;
  return {index, offset - index * span.slot_bytes};
}

} // namespace langone::rt

#endif // LANGONE_RT_MEMORY_SPAN_H
