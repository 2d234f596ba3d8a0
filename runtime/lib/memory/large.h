// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Blocks above the bins: one span each, straight from the managed range. It owns their place in the
// span; their life is the heap's.

#ifndef LANGONE_RT_MEMORY_LARGE_H
#define LANGONE_RT_MEMORY_LARGE_H

#include "memory/span.h"

namespace langone::rt::large {

/// Units that hold such a block and its guards.
std::size_t units_for(std::uint64_t bytes, std::uint64_t alignment) noexcept;

/// A span whose `first` is aligned, with the guard in front; `zero` if its memory is. Null if the
/// system has none.
Span *create(std::size_t units, std::uint64_t alignment, bool &zero) noexcept;

void destroy(Span &span) noexcept;

/// Around a fork.
void lock() noexcept;
void unlock() noexcept;

} // namespace langone::rt::large

#endif // LANGONE_RT_MEMORY_LARGE_H
