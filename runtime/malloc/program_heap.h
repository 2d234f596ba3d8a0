// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The heap of an unmodified program: blocks charged to the process account. It owns the order of
// charge and block, and what happens on an error; the names that programs know are malloc.cpp's and
// new.cpp's.

#ifndef LANGONE_RT_MALLOC_PROGRAM_HEAP_H
#define LANGONE_RT_MALLOC_PROGRAM_HEAP_H

#include "langone/rt/account.h"
#include "memory/heap.h"

namespace langone::rt::program_heap {

/// Any size and alignment (a power of two). Null, errno ENOMEM, and the first time a report, if the
/// process account refuses or the system has no memory. `zero` is set if the block is all zero.
void *allocate_slow(std::size_t bytes, std::size_t alignment, bool *zero = nullptr) noexcept;

/// Any pointer. What must not be freed is reported, and the process ended if it is so configured.
void free_slow(void *block) noexcept;

/// Reports a block whose size is not what the caller says. It is freed all the same: its own size
/// is known.
void free_wrong_size(void *block) noexcept;

/// In place if there is room, else null.
void *resize(void *block, std::size_t bytes, std::size_t old_bytes) noexcept;

/// Requested bytes; 0, and a report, if it is no live block.
std::size_t size_of(const void *block) noexcept;

inline void *allocate(std::size_t bytes) noexcept {
  if (bytes <= largest_binned) [[likely]] {
    Heap &heap = Heap::current();
    const std::size_t bin = plain_bin(bytes);
    Account &account = Account::process();
    if (heap.peek(bin) && !heap.wants_sample(BlockKind::program) && account.charge(bytes))
        [[likely]]
      return heap.pop(bin, bytes, BlockKind::program, &account);
  }
  return allocate_slow(bytes, 16);
}

inline void free(void *block) noexcept {
  Freed freed;
  if (!Heap::current().try_free(block, BlockKind::program, freed)) [[unlikely]]
    return free_slow(block);
  // What a block was charged with is there to be taken back.
  (void)freed.account->uncharge(freed.bytes);
}

} // namespace langone::rt::program_heap

#endif // LANGONE_RT_MALLOC_PROGRAM_HEAP_H
