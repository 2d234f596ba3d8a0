// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The policy of the MemoryPool: one bound for blocks and large requests together, and statistics.

#include "langone/rt/memory_pool.h"

#include <algorithm>

namespace langone::rt {

namespace {

BlockPoolConfig blocks_of(const MemoryPoolConfig &config) noexcept {
  BlockPoolConfig blocks;
  blocks.block_bytes = config.default_block_size;
  blocks.max_blocks = config.max_pool_size;
  blocks.auto_cleanup = config.auto_cleanup;
  blocks.compaction_threshold = static_cast<double>(config.compaction_threshold);
  blocks.growth_factor = static_cast<double>(config.growth_factor);
  blocks.shrink_factor = static_cast<double>(config.shrink_factor);
  return blocks;
}

/// Whether giving the cache back could help.
bool lacks_memory(const Error &error) noexcept {
  return std::holds_alternative<AllocationFailed>(error) ||
         std::holds_alternative<BudgetExceeded>(error);
}

double ratio(std::uint64_t part, std::uint64_t whole) noexcept {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

} // namespace

MemoryPool::MemoryPool(const MemoryPoolConfig &config, Account *account, PageSource &pages) noexcept
    : blocks_(blocks_of(config), account, pages), large_(0, account, pages),
      block_size_(config.default_block_size), max_blocks_(config.max_pool_size),
      problem_(BlockPool::problem_of(blocks_of(config))) {
  if (problem_.empty())
    set_large_units(0);
}

std::uint64_t MemoryPool::units_of(std::uint64_t size) const noexcept {
  return size == 0 ? 1 : (size - 1) / block_size_ + 1;
}

/// What large requests take is not there for blocks, and what both leave may be cached.
void MemoryPool::set_large_units(std::uint64_t units) noexcept {
  large_units_ = units;
  blocks_.set_limit(max_blocks_ - units);
  large_.set_cached_limit((max_blocks_ - units - blocks_.live_blocks()) * block_size_);
}

Result<void *> MemoryPool::allocate_slowly(std::uint64_t size, std::uint64_t alignment) noexcept {
  if (size > block_size_ || alignment > BlockPool::max_alignment)
    return allocate_large(size, alignment);
  auto block = blocks_.allocate(size, alignment);
  if (!block && lacks_memory(block.error()) && compact() > 0)
    block = blocks_.allocate(size, alignment);
  return block;
}

Result<void *> MemoryPool::allocate_large(std::uint64_t size, std::uint64_t alignment) noexcept {
  if (!problem_.empty())
    return tl::make_unexpected(InvalidOperation{problem_});
  if (!std::has_single_bit(alignment))
    return tl::make_unexpected(detail::bad_alignment);
  const std::uint64_t units = units_of(size);
  const std::uint64_t room = max_blocks_ - blocks_.live_blocks() - large_units_;
  if (units > room)
    return tl::make_unexpected(PoolExhausted{size, room * block_size_});
  if (units > room - std::min(room, blocks_.statistics().cached_blocks))
    blocks_.compact();
  auto block = large_.allocate(size, alignment);
  if (!block && lacks_memory(block.error()) && compact() > 0)
    block = large_.allocate(size, alignment);
  if (block)
    set_large_units(large_units_ + units);
  return block;
}

Result<void> MemoryPool::deallocate_slowly(void *block, std::uint64_t size,
                                           std::uint64_t alignment) noexcept {
  if (large_units_ == 0 || !block || blocks_.contains(block))
    return blocks_.deallocate(block, size, alignment);
  const auto freed = large_.deallocate(block, size, alignment);
  if (freed)
    set_large_units(large_units_ - units_of(size));
  return freed;
}

std::uint64_t MemoryPool::compact() noexcept { return blocks_.compact() + large_.compact(); }

MemoryPoolStats MemoryPool::get_stats() const noexcept {
  const BlockPoolStatistics blocks = blocks_.statistics();
  const LargeBlocksStatistics large = large_.statistics();
  MemoryPoolStats stats;
  stats.bytes_in_use = blocks.used_bytes + large.used_bytes;
  stats.high_water_bytes = blocks.high_water_blocks * block_size_ + large.high_water_bytes;
  stats.bytes_cached = blocks.cached_blocks * block_size_ + large.cached_bytes;
  stats.bytes_held = blocks.held_bytes + large.held_bytes;
  stats.blocks_in_use = blocks.live_blocks + large_units_;
  stats.allocations = blocks.allocations + large.allocations;
  stats.deallocations = blocks.deallocations + large.deallocations;
  stats.corruptions = blocks.corruptions + large.corruptions;
  stats.fragmentation = ratio(stats.bytes_cached, stats.bytes_held);
  stats.efficiency = ratio(stats.bytes_in_use, stats.bytes_held);
  const std::uint64_t misses = blocks.growths + large.allocations - large.reuses;
  stats.hit_rate =
      ratio(stats.allocations - std::min(misses, stats.allocations), stats.allocations);
  return stats;
}

} // namespace langone::rt
