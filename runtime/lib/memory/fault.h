// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the heap finds wrong, as typed errors. It owns the texts' choice only.

#ifndef LANGONE_RT_MEMORY_FAULT_H
#define LANGONE_RT_MEMORY_FAULT_H

#include "langone/rt/error.h"
#include "memory/heap.h"

namespace langone::rt {

/// `kind` is what the caller took the block for.
inline Error error_of(Fault fault, BlockKind kind, std::uintptr_t block) noexcept {
  switch (fault) {
  case Fault::corrupted:
    return CorruptionDetected{block};
  case Fault::wrong_kind:
    return InvalidOperation{kind == BlockKind::arena ? "a pool block is not an arena"
                                                     : "an arena is not a pool block"};
  case Fault::wrong_size:
    return InvalidOperation{"freed with another size than it was allocated with"};
  case Fault::out_of_memory:
    return AllocationFailed{"out of memory"};
  default:
    return InvalidOperation{"not a live block (foreign or already freed)"};
  }
}

} // namespace langone::rt

#endif // LANGONE_RT_MEMORY_FAULT_H
