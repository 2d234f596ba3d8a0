// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The slots of each bin that are in no thread's hands, under one lock a bin. Batches move between
// threads whole (tcmalloc's transfer cache is the idea); what is too much goes back to its span,
// and a span with nothing in use to the managed range. It owns spans and their slots; what a slot's
// state and guards say is the heap's.

#ifndef LANGONE_RT_MEMORY_CENTRAL_H
#define LANGONE_RT_MEMORY_CENTRAL_H

#include "memory/block_state.h"

#include <cstddef>
#include <cstdint>

namespace langone::rt {

/// A slot that is not in use. Poisoned, its state `unused`.
struct FreeSlot {
  std::uintptr_t address;
  BlockState *state;
};

namespace central {

/// Takes slots of the bin, at least one and at most its batch; 0 if the system has no memory.
/// `slots` has room for a batch.
std::size_t take(std::size_t bin, FreeSlot *slots) noexcept;

/// Gives slots of the bin back, at most its batch.
void give(std::size_t bin, const FreeSlot *slots, std::size_t count) noexcept;

/// Gives all spans that hold nothing in use back to the managed range.
void compact() noexcept;

/// Around a fork.
void lock() noexcept;
void unlock() noexcept;

} // namespace central
} // namespace langone::rt

#endif // LANGONE_RT_MEMORY_CENTRAL_H
