// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Anonymous private mappings.

#include "base/pages.h"

#include <sys/mman.h>

namespace langone::rt::pages {

void *map(std::size_t bytes) noexcept {
  void *first = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return first == MAP_FAILED ? nullptr : first;
}

void unmap(void *first, std::size_t bytes) noexcept { ::munmap(first, bytes); }

} // namespace langone::rt::pages
