// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arenas and pool in C: the form that returns a status, and the form for compiled code that raises.

#include "capi/error.h"
#include "capi/raise.h"
#include "langone/rt/arena.h"
#include "langone/rt/pool.h"
#include "memory/pool_fast.h"

#include <type_traits>

using namespace langone::rt;

namespace {

// Results stand in frames that a raise jumps over.
static_assert(std::is_trivially_destructible_v<Result<void *>> &&
              std::is_trivially_destructible_v<Result<void>>);

langone_rt_status store(const Result<void *> &block, void **out, langone_rt_error *error) noexcept {
  if (block)
    *out = *block;
  return report(block, error);
}

Result<void> require(const void *argument) noexcept {
  if (!argument)
    return tl::make_unexpected(InvalidOperation{"null where a result is to be stored"});
  return {};
}

void *value_or_raise(const Result<void *> &block) {
  if (!block)
    raise(block.error());
  return *block;
}

void done_or_raise(const Result<void> &done) {
  if (!done)
    raise(done.error());
}

// Out of line, so that the fast paths save no registers for them.

[[gnu::noinline]] langone_rt_status allocate_slowly(uint64_t bytes, uint64_t alignment, void **out,
                                                    langone_rt_error *error) noexcept {
  if (const auto valid = require(out); !valid)
    return report(valid, error);
  return store(pool::allocate(bytes, alignment), out, error);
}

[[gnu::noinline]] void *allocate_slowly_or_raise(uint64_t bytes, uint64_t alignment) {
  return value_or_raise(pool::allocate(bytes, alignment));
}

[[gnu::noinline]] langone_rt_status free_slowly(void *block) noexcept {
  return report(pool::free(block), nullptr);
}

[[gnu::noinline]] void free_slowly_or_raise(void *block) { done_or_raise(pool::free(block)); }

} // namespace

langone_rt_status langone_rt_arena_acquire(uint64_t bytes, uint64_t alignment, uint64_t limit_bytes,
                                           void **out, langone_rt_error *error) {
  if (const auto valid = require(out); !valid)
    return report(valid, error);
  return store(arena::acquire(bytes, alignment, limit_bytes), out, error);
}

langone_rt_status langone_rt_arena_release(void *arena) {
  return report(arena::release(arena), nullptr);
}

langone_rt_status langone_rt_pool_allocate(uint64_t bytes, uint64_t alignment, void **out,
                                           langone_rt_error *error) {
  void *block = out ? pool::try_allocate(bytes, alignment) : nullptr;
  if (!block) [[unlikely]]
    return allocate_slowly(bytes, alignment, out, error);
  *out = block;
  return LANGONE_RT_OK;
}

langone_rt_status langone_rt_pool_free(void *ptr) {
  if (!pool::try_free(ptr)) [[unlikely]]
    return free_slowly(ptr);
  return LANGONE_RT_OK;
}

void *langone_rt_arena_acquire_or_raise(uint64_t bytes, uint64_t alignment, uint64_t limit_bytes) {
  return value_or_raise(arena::acquire(bytes, alignment, limit_bytes));
}

void langone_rt_arena_release_or_raise(void *arena) { done_or_raise(arena::release(arena)); }

void *langone_rt_pool_allocate_or_raise(uint64_t bytes, uint64_t alignment) {
  void *block = pool::try_allocate(bytes, alignment);
  return block ? block : allocate_slowly_or_raise(bytes, alignment);
}

void langone_rt_pool_free_or_raise(void *ptr) {
  if (!pool::try_free(ptr)) [[unlikely]]
    free_slowly_or_raise(ptr);
}
