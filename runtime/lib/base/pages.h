// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whole pages straight from the kernel: for bookkeeping that must not go through an allocator,
// since the allocator charges accounts. It owns no pages.

#ifndef LANGONE_RT_BASE_PAGES_H
#define LANGONE_RT_BASE_PAGES_H

#include <cstddef>

namespace langone::rt::pages {

/// Zeroed; null if there are none. `bytes` is rounded up to whole pages.
void *map(std::size_t bytes) noexcept;
/// `bytes` as asked of map.
void unmap(void *first, std::size_t bytes) noexcept;

} // namespace langone::rt::pages

#endif // LANGONE_RT_BASE_PAGES_H
