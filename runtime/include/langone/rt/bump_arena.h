// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The bump arena: allocation by moving a pointer, freeing all at once. It owns its chunks, which
// come from an upstream resource; a single block is never freed by itself.

#ifndef LANGONE_RT_BUMP_ARENA_H
#define LANGONE_RT_BUMP_ARENA_H

#include "langone/rt/resource.h"

namespace langone::rt {

/// Not thread-safe. Any alignment; an allocation is O(1) but for a new chunk. Chunks double in size
/// up to `max_chunk_bytes`; a larger request gets one of its own.
class BumpArena final : public Resource {
public:
  static constexpr std::uint64_t min_chunk_bytes = 256;
  static constexpr std::uint64_t max_chunk_bytes = std::uint64_t{1} << 24;

  /// A state to come back to.
  class Mark {
    friend BumpArena;
    const void *chunk_ = nullptr;
    std::uintptr_t cursor_ = 0;
  };

  explicit BumpArena(Resource &upstream,
                     std::uint64_t first_chunk_bytes = std::uint64_t{1} << 16) noexcept;

  /// Gives everything back; what upstream refuses is lost.
  ~BumpArena() override;

  Result<void *> allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept override {
    const std::uint64_t room = end_ - cursor_;
    const std::uint64_t padding = -cursor_ & (alignment - 1);
    const std::uint64_t size = bytes + (bytes == 0);
    if ((alignment & (alignment - 1)) != 0 || padding > room || size > room - padding) [[unlikely]]
      return allocate_in_new_chunk(bytes, alignment);
    const std::uintptr_t block = cursor_ + padding;
    cursor_ = block + size;
    return reinterpret_cast<void *>(block);
  }

  /// Frees nothing; the memory comes back with `rewind` or `reset`.
  Result<void> deallocate(void * /*block*/, std::uint64_t /*bytes*/,
                          std::uint64_t /*alignment*/) noexcept override {
    return {};
  }

  Mark mark() const noexcept;

  /// Frees all that was allocated since the mark. InvalidOperation, and nothing changed, if the
  /// mark's state has been left already. Keeps the largest chunk that becomes free.
  Result<void> rewind(Mark mark) noexcept;

  /// Frees all blocks and keeps the largest chunk: the next round of the same size needs nothing
  /// from upstream.
  Result<void> reset() noexcept;

  /// Gives all chunks back to upstream.
  Result<void> release() noexcept;

  /// Bytes that are held from upstream.
  std::uint64_t held_bytes() const noexcept { return held_bytes_; }

private:
  struct Chunk {
    Chunk *previous;
    std::uint64_t bytes; ///< with this header
  };

  Result<void *> allocate_in_new_chunk(std::uint64_t bytes, std::uint64_t alignment) noexcept;
  Result<void> drop(Chunk *chunk) noexcept;
  void enter(Chunk *chunk) noexcept;
  static std::uintptr_t begin_of(const Chunk *chunk) noexcept {
    return reinterpret_cast<std::uintptr_t>(chunk + 1);
  }

  std::uintptr_t cursor_ = 0;
  std::uintptr_t end_ = 0;
  Chunk *chunk_ = nullptr; ///< newest
  Chunk *spare_ = nullptr; ///< one that is free
  std::uint64_t next_bytes_;
  std::uint64_t held_bytes_ = 0;
  Resource &upstream_;
};

} // namespace langone::rt

#endif // LANGONE_RT_BUMP_ARENA_H
