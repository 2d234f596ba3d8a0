// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The bump arena's chunks. Each begins with a header that links it to the one before.

#include "langone/rt/bump_arena.h"

#include <algorithm>
#include <new>

namespace langone::rt {

BumpArena::BumpArena(Resource &upstream, std::uint64_t first_chunk_bytes) noexcept
    : next_bytes_(std::clamp(first_chunk_bytes, min_chunk_bytes, max_chunk_bytes)),
      upstream_(upstream) {}

BumpArena::~BumpArena() { (void)release(); }

Result<void *> BumpArena::allocate_in_new_chunk(std::uint64_t bytes,
                                                std::uint64_t alignment) noexcept {
  if (!std::has_single_bit(alignment))
    return tl::make_unexpected(detail::bad_alignment);
  std::uint64_t needed = 0;
  if (__builtin_add_overflow(bytes, alignment, &needed) ||
      __builtin_add_overflow(needed, sizeof(Chunk), &needed) || needed > PTRDIFF_MAX)
    return tl::make_unexpected(detail::too_big);
  if (spare_ && spare_->bytes >= needed) {
    spare_->previous = chunk_;
    enter(spare_);
    spare_ = nullptr;
    return allocate(bytes, alignment);
  }
  const std::uint64_t size = std::max(needed, next_bytes_);
  auto memory = upstream_.allocate(size, alignof(std::max_align_t));
  if (!memory)
    return memory;
  held_bytes_ += size;
  next_bytes_ = std::min(2 * next_bytes_, max_chunk_bytes);
  enter(new (*memory) Chunk{chunk_, size});
  return allocate(bytes, alignment);
}

void BumpArena::enter(Chunk *chunk) noexcept {
  chunk_ = chunk;
  cursor_ = begin_of(chunk);
  end_ = reinterpret_cast<std::uintptr_t>(chunk) + chunk->bytes;
}

BumpArena::Mark BumpArena::mark() const noexcept {
  Mark mark;
  mark.chunk_ = chunk_;
  mark.cursor_ = cursor_;
  return mark;
}

Result<void> BumpArena::rewind(Mark mark) noexcept {
  const Chunk *target = chunk_;
  while (target && target != mark.chunk_)
    target = target->previous;
  if (target != mark.chunk_ || (target == chunk_ && mark.cursor_ > cursor_))
    return tl::make_unexpected(InvalidOperation{"rewind to a state that has been left"});
  Result<void> result;
  while (chunk_ != target) {
    Chunk *chunk = chunk_;
    chunk_ = chunk->previous;
    Chunk *dropped = spare_;
    if (spare_ && spare_->bytes >= chunk->bytes)
      dropped = chunk;
    else
      spare_ = chunk;
    if (auto freed = drop(dropped); !freed)
      result = freed;
  }
  if (chunk_)
    enter(chunk_);
  cursor_ = mark.cursor_;
  if (!chunk_)
    end_ = cursor_;
  return result;
}

Result<void> BumpArena::reset() noexcept { return rewind(Mark()); }

Result<void> BumpArena::release() noexcept {
  auto result = reset();
  if (auto freed = drop(spare_); !freed)
    result = freed;
  spare_ = nullptr;
  return result;
}

Result<void> BumpArena::drop(Chunk *chunk) noexcept {
  if (!chunk)
    return {};
  held_bytes_ -= chunk->bytes;
  return upstream_.deallocate(chunk, chunk->bytes, alignof(std::max_align_t));
}

} // namespace langone::rt
