// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The specification's MemoryPool: blocks of `default_block_size` for what fits, whole pages for
// what does not. It owns the policy between the two; guards, states and pages are those of
// block_pool.h and large_blocks.h.

#ifndef LANGONE_RT_MEMORY_POOL_H
#define LANGONE_RT_MEMORY_POOL_H

#include "langone/rt/block_pool.h"
#include "langone/rt/large_blocks.h"

namespace langone::rt {

/// Fields and defaults are the specification's.
struct MemoryPoolConfig {
  /// Bytes. Requests up to it take one block; larger ones, or aligned to more than 32 bytes, take
  /// pages of their own.
  std::uint64_t default_block_size = 4096;
  /// Blocks in use at most; a large request counts for its bytes in blocks, rounded up. What more
  /// is asked for is PoolExhausted. Free blocks are not kept beyond it either.
  std::uint64_t max_pool_size = 100;
  /// Whether the pool gives memory back by itself: in the course of deallocations, when blocks have
  /// stayed unused for a while.
  bool auto_cleanup = true;
  /// 0 to 1: auto cleanup acts when at least this part of the held blocks was free throughout the
  /// last window of frees (1024, or four for each block held, if that is more).
  float compaction_threshold = 0.7F;
  /// 1 to 1024: when blocks run out, the pool gets as many as make it this factor larger, at least
  /// one, at most what `max_pool_size` leaves.
  float growth_factor = 1.5F;
  /// 0 to 1: the part of the unused blocks that auto cleanup keeps.
  float shrink_factor = 0.5F;
};

/// Ratios are 0 where there is nothing to divide by.
struct MemoryPoolStats {
  std::uint64_t bytes_in_use = 0;     ///< as requested
  std::uint64_t high_water_bytes = 0; ///< most of small and of large requests, each at its own time
  std::uint64_t bytes_cached = 0;     ///< in free blocks, ready for reuse
  std::uint64_t bytes_held = 0;       ///< from the page source: what the account is charged with
  std::uint64_t blocks_in_use = 0;    ///< in terms of `max_pool_size`
  std::uint64_t allocations = 0;
  std::uint64_t deallocations = 0;
  std::uint64_t corruptions = 0; ///< damage found
  double fragmentation = 0;      ///< bytes_cached / bytes_held
  double efficiency = 0;         ///< bytes_in_use / bytes_held
  double hit_rate = 0;           ///< allocations that needed nothing from the page source
};

/// Every call is checked; what is found and what not stands in docs/Runtime.md. Not thread-safe
/// (synchronized_adaptor.h makes it so). Charges an account, if it has one, with exactly what it
/// holds from its page source. Errors as BlockPool's.
class MemoryPool final : public Resource {
public:
  explicit MemoryPool(const MemoryPoolConfig &config = {}, Account *account = nullptr,
                      PageSource &pages = PageSource::system()) noexcept;

  /// A block of `size` bytes, unique also for 0. When the page source or the account refuses, the
  /// pool gives its cache back and tries again. O(1) amortised.
  [[gnu::always_inline]] Result<void *>
  allocate(std::uint64_t size, std::uint64_t alignment = default_alignment) noexcept override {
    if (detail::is_alignment_within(alignment, BlockPool::max_alignment))
      if (void *block = blocks_.try_allocate(size)) [[likely]]
        return block;
    return allocate_slowly(size, alignment);
  }

  /// Takes a block back, with the size it was asked with.
  [[gnu::always_inline]] Result<void>
  deallocate(void *block, std::uint64_t size,
             std::uint64_t alignment = default_alignment) noexcept override {
    if (blocks_.try_deallocate(block, size)) [[likely]]
      return {};
    return deallocate_slowly(block, size, alignment);
  }

  /// Gives all free memory back that fills whole pages. Returns the bytes.
  std::uint64_t compact() noexcept;

  MemoryPoolStats get_stats() const noexcept;

private:
  Result<void *> allocate_slowly(std::uint64_t size, std::uint64_t alignment) noexcept;
  Result<void *> allocate_large(std::uint64_t size, std::uint64_t alignment) noexcept;
  Result<void> deallocate_slowly(void *block, std::uint64_t size, std::uint64_t alignment) noexcept;
  std::uint64_t units_of(std::uint64_t size) const noexcept;
  void set_large_units(std::uint64_t units) noexcept;

  BlockPool blocks_;
  LargeBlocks large_;
  std::uint64_t large_units_ = 0; ///< live large requests, in blocks
  const std::uint64_t block_size_;
  const std::uint64_t max_blocks_;
  const std::string_view problem_;
};

} // namespace langone::rt

#endif // LANGONE_RT_MEMORY_POOL_H
