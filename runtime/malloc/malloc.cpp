// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The allocation functions of C, POSIX and GNU.

#include "base/system.h"
#include "capi/environment.h"
#include "langone/runtime.h"
#include "memory/heap.h"
#include "program_heap.h"
#include "report.h"

#include <bit>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <malloc.h>

#define LANGONE_EXPORT extern "C" __attribute__((visibility("default")))

using namespace langone::rt;

namespace {

/// Bytes between samples of the profile, unless LANGONE_PROFILE says otherwise.
constexpr std::uint64_t default_sampling = std::uint64_t{512} << 10;

// Runs when the library is loaded; what is allocated before is neither sampled nor limited.
[[gnu::constructor]] void start() noexcept {
  Heap::set_sampling(default_sampling);
  environment::apply();
}

[[gnu::destructor]] void finish() noexcept { report::at_exit(); }

void *aligned(std::size_t alignment, std::size_t bytes) noexcept {
  return alignment <= 16 ? program_heap::allocate(bytes)
                         : program_heap::allocate_slow(bytes, alignment);
}

} // namespace

LANGONE_EXPORT void *malloc(std::size_t bytes) noexcept { return program_heap::allocate(bytes); }

LANGONE_EXPORT void free(void *block) noexcept { program_heap::free(block); }

LANGONE_EXPORT void cfree(void *block) noexcept { program_heap::free(block); }

LANGONE_EXPORT void *calloc(std::size_t count, std::size_t bytes_each) noexcept {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(count, bytes_each, &bytes))
    bytes = SIZE_MAX;
  bool zero = false;
  void *block = bytes <= largest_binned ? program_heap::allocate(bytes)
                                        : program_heap::allocate_slow(bytes, 16, &zero);
  if (block && !zero)
    std::memset(block, 0, bytes);
  return block;
}

LANGONE_EXPORT void *realloc(void *block, std::size_t bytes) noexcept {
  if (!block)
    return program_heap::allocate(bytes);
  if (bytes == 0) {
    program_heap::free(block);
    return nullptr;
  }
  const auto view = Heap::view(block);
  if (!view) { // Reported by free; nothing is known to copy.
    program_heap::free_slow(block);
    errno = ENOMEM;
    return nullptr;
  }
  const std::size_t old_bytes = view->bytes;
  if (void *resized = program_heap::resize(block, bytes, old_bytes))
    return resized;
  void *moved = program_heap::allocate(bytes);
  if (!moved)
    return nullptr;
  std::memcpy(moved, block, old_bytes < bytes ? old_bytes : bytes);
  program_heap::free(block);
  return moved;
}

LANGONE_EXPORT void *reallocarray(void *block, std::size_t count, std::size_t bytes_each) noexcept {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(count, bytes_each, &bytes)) {
    errno = ENOMEM;
    return nullptr;
  }
  return realloc(block, bytes);
}

LANGONE_EXPORT void *aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
  if (!std::has_single_bit(alignment)) {
    errno = EINVAL;
    return nullptr;
  }
  return aligned(alignment, bytes);
}

LANGONE_EXPORT void *memalign(std::size_t alignment, std::size_t bytes) noexcept {
  return aligned_alloc(alignment, bytes);
}

LANGONE_EXPORT int posix_memalign(void **out, std::size_t alignment, std::size_t bytes) noexcept {
  if (!std::has_single_bit(alignment) || alignment % sizeof(void *) != 0)
    return EINVAL;
  const int old_errno = errno;
  void *block = aligned(alignment, bytes);
  errno = old_errno;
  if (!block)
    return ENOMEM;
  *out = block;
  return 0;
}

LANGONE_EXPORT void *valloc(std::size_t bytes) noexcept {
  return aligned(system::page_bytes(), bytes);
}

LANGONE_EXPORT void *pvalloc(std::size_t bytes) noexcept {
  const std::size_t page = system::page_bytes();
  if (bytes > PTRDIFF_MAX - page) {
    errno = ENOMEM;
    return nullptr;
  }
  return aligned(page, (bytes + page - 1) & -page);
}

LANGONE_EXPORT std::size_t malloc_usable_size(void *block) noexcept {
  return block ? program_heap::size_of(block) : 0;
}

LANGONE_EXPORT int malloc_trim(std::size_t) noexcept { return Heap::compact() != 0 ? 1 : 0; }
