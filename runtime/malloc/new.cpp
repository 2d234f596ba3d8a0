// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// C++'s operators new and delete. Plain and array forms are the same; so are malloc and new, as in
// every C++ library that this may be preloaded under.

#include "program_heap.h"

#include <new>

using namespace langone::rt;

namespace {

void *allocate(std::size_t bytes, std::size_t alignment) noexcept {
  return alignment <= 16 ? program_heap::allocate(bytes)
                         : program_heap::allocate_slow(bytes, alignment);
}

/// As the language asks: the handler is called until it frees enough, throws, or is gone.
[[gnu::noinline]] void *retry(std::size_t bytes, std::size_t alignment) {
  for (;;) {
    const std::new_handler handler = std::get_new_handler();
    if (!handler)
      throw std::bad_alloc();
    handler();
    if (void *block = allocate(bytes, alignment))
      return block;
  }
}

[[gnu::noinline]] void *retry_nothrow(std::size_t bytes, std::size_t alignment) noexcept {
  try {
    return retry(bytes, alignment);
  } catch (const std::bad_alloc &) {
    return nullptr;
  }
}

constexpr std::size_t value(std::align_val_t alignment) noexcept {
  return static_cast<std::size_t>(alignment);
}

inline void *make(std::size_t bytes, std::size_t alignment) {
  void *block = allocate(bytes, alignment);
  return block ? block : retry(bytes, alignment);
}

inline void *make_nothrow(std::size_t bytes, std::size_t alignment) noexcept {
  void *block = allocate(bytes, alignment);
  return block ? block : retry_nothrow(bytes, alignment);
}

inline void drop(void *block, std::size_t bytes) noexcept {
  const auto view = Heap::view(block);
  if (view && view->bytes != bytes) [[unlikely]]
    program_heap::free_wrong_size(block);
  else
    program_heap::free(block);
}

constexpr std::size_t natural = 16;

} // namespace

void *operator new(std::size_t bytes) { return make(bytes, natural); }
void *operator new[](std::size_t bytes) { return make(bytes, natural); }
void *operator new(std::size_t bytes, const std::nothrow_t &) noexcept {
  return make_nothrow(bytes, natural);
}
void *operator new[](std::size_t bytes, const std::nothrow_t &) noexcept {
  return make_nothrow(bytes, natural);
}
void *operator new(std::size_t bytes, std::align_val_t alignment) {
  return make(bytes, value(alignment));
}
void *operator new[](std::size_t bytes, std::align_val_t alignment) {
  return make(bytes, value(alignment));
}
void *operator new(std::size_t bytes, std::align_val_t alignment, const std::nothrow_t &) noexcept {
  return make_nothrow(bytes, value(alignment));
}
void *operator new[](std::size_t bytes, std::align_val_t alignment,
                     const std::nothrow_t &) noexcept {
  return make_nothrow(bytes, value(alignment));
}

void operator delete(void *block) noexcept { program_heap::free(block); }
void operator delete[](void *block) noexcept { program_heap::free(block); }
void operator delete(void *block, const std::nothrow_t &) noexcept { program_heap::free(block); }
void operator delete[](void *block, const std::nothrow_t &) noexcept { program_heap::free(block); }
void operator delete(void *block, std::align_val_t) noexcept { program_heap::free(block); }
void operator delete[](void *block, std::align_val_t) noexcept { program_heap::free(block); }
void operator delete(void *block, std::align_val_t, const std::nothrow_t &) noexcept {
  program_heap::free(block);
}
void operator delete[](void *block, std::align_val_t, const std::nothrow_t &) noexcept {
  program_heap::free(block);
}
void operator delete(void *block, std::size_t bytes) noexcept { drop(block, bytes); }
void operator delete[](void *block, std::size_t bytes) noexcept { drop(block, bytes); }
void operator delete(void *block, std::size_t bytes, std::align_val_t) noexcept {
  drop(block, bytes);
}
void operator delete[](void *block, std::size_t bytes, std::align_val_t) noexcept {
  drop(block, bytes);
}
