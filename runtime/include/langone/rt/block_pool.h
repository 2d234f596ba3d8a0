// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Blocks of one size from one range of addresses, checked at every allocate and deallocate. It owns
// the range, which block is in which state, the guards, and when cached blocks go back to the
// system. Requests of other sizes are for others (memory_pool.h).
//
// A slot of the range is: 32 bytes of guard, the block, 32 bytes of guard; slots are multiples of
// 64 bytes, so that the guard before a block shares a cache line with the block's first bytes, and
// blocks of a power of two do not all fall into the same cache sets. What the pool knows of its
// blocks lies in pages of its own: a stray write through a block's pointer cannot reach it, and an
// address is judged without reading the memory behind it.

#ifndef LANGONE_RT_BLOCK_POOL_H
#define LANGONE_RT_BLOCK_POOL_H

#include "langone/rt/account.h"
#include "langone/rt/detail/guard.h"
#include "langone/rt/page_source.h"
#include "langone/rt/resource.h"

#include <array>

namespace langone::rt {

struct BlockPoolConfig {
  std::uint64_t block_bytes = 4096; ///< 1 to `BlockPool::max_block_bytes`
  std::uint64_t max_blocks = 100;   ///< live and cached together
  bool auto_cleanup = true;
  double compaction_threshold = 0.7;
  double growth_factor = 1.5;
  double shrink_factor = 0.5;
};

struct BlockPoolStatistics {
  std::uint64_t used_bytes = 0;       ///< as requested, live now
  std::uint64_t high_water_bytes = 0; ///< most `used_bytes` ever
  std::uint64_t live_blocks = 0;
  std::uint64_t cached_blocks = 0;  ///< free and ready
  std::uint64_t retired_blocks = 0; ///< found damaged while free; never used again
  std::uint64_t held_bytes = 0;     ///< from the page source, bookkeeping included
  std::uint64_t allocations = 0;
  std::uint64_t deallocations = 0;
  std::uint64_t growths = 0;     ///< allocations that had to get pages first
  std::uint64_t corruptions = 0; ///< damage found, of live and of free blocks
};

/// Not thread-safe. Serves requests up to `block_bytes` and alignments up to 32 (others are an
/// InvalidOperation). Charges an account, if it has one, with exactly what it holds from its page
/// source. Memory is in proportion to the blocks in use; 13 bytes of bookkeeping for each block of
/// `max_blocks`.
///
/// Errors of `deallocate`: InvalidOperation for a pointer that is no block, a block that is free, or
/// other bytes than were asked for; CorruptionDetected, and the block stays live, if a guard is
/// damaged. Of `allocate`: PoolExhausted, BudgetExceeded, AllocationFailed; CorruptionDetected if
/// the free block that was to be handed out had been written to: it is retired, and the next call
/// gets another one.
class BlockPool final : public Resource {
public:
  static constexpr std::uint64_t max_block_bytes = std::uint64_t{1} << 31;
  static constexpr std::uint64_t max_alignment = 32;

  explicit BlockPool(const BlockPoolConfig &config, Account *account = nullptr,
                     PageSource &pages = PageSource::system()) noexcept;
  ~BlockPool() override;

  /// What is wrong with the configuration; empty if nothing is. All allocations of a pool with a bad
  /// configuration are an InvalidOperation with this text.
  static std::string_view problem_of(const BlockPoolConfig &config) noexcept;

  Result<void *> allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept override {
    if (bytes > block_bytes_ || (alignment & (alignment - 1)) != 0 ||
        alignment - 1 >= max_alignment || free_count_ <= withheld_) [[unlikely]]
      return allocate_slowly(bytes, alignment);
    std::byte *block = free_[free_count_ - 1];
    if (!detail::is_zero(poison_damage(block))) [[unlikely]]
      return retire_damaged(block);
    --free_count_;
    window_cached_ = free_count_ < window_cached_ ? free_count_ : window_cached_;
    sizes_[index_of(block)] = static_cast<std::uint32_t>(bytes + 1);
    detail::write_guard(block + bytes, detail::rotated(secret_, bytes));
    used_bytes_ += bytes;
    high_water_bytes_ = used_bytes_ > high_water_bytes_ ? used_bytes_ : high_water_bytes_;
    return block;
  }

  Result<void> deallocate(void *pointer, std::uint64_t bytes,
                          std::uint64_t /*alignment*/) noexcept override {
    auto *block = static_cast<std::byte *>(pointer);
    const std::uint64_t index = index_of(block);
    if (index >= slots_ || sizes_[index] != bytes + 1) [[unlikely]]
      return refuse(block, bytes);
    if (!detail::is_zero(detail::guard_damage(block - detail::guard_bytes, secret_) |
                         detail::guard_damage(block + bytes, detail::rotated(secret_, bytes))))
        [[unlikely]]
      return refuse(block, bytes);
    sizes_[index] = 0;
    write_poison(block);
    used_bytes_ -= bytes;
    // A freed block waits before it is used again: a second free or a late write is found as such,
    // not taken for the next owner's.
    std::byte *&place = recent_[frees_ % recent_.size()];
    free_[free_count_] = place;
    free_count_ += place != nullptr;
    place = block;
    if (++frees_ == window_end_) [[unlikely]]
      end_window();
    return {};
  }

  /// Gives every page back that no live block needs; a pool without live blocks gives back all.
  /// Returns the bytes.
  std::uint64_t compact() noexcept;

  /// No more than `blocks` are live from now on; those that are stay.
  void set_limit(std::uint64_t blocks) noexcept;

  /// Whether the address lies in the pool's range.
  bool contains(const void *pointer) const noexcept {
    return reinterpret_cast<std::uintptr_t>(pointer) - reinterpret_cast<std::uintptr_t>(range_) <
           range_bytes_;
  }

  std::uint64_t live_blocks() const noexcept;
  BlockPoolStatistics statistics() const noexcept;

private:
  enum class Kind : std::uint8_t { cold, warm, retired }; ///< cold: no memory, or no guards yet

  Result<void *> allocate_slowly(std::uint64_t bytes, std::uint64_t alignment) noexcept;
  Result<void *> retire_damaged(std::byte *block) noexcept;
  Result<void> refuse(std::byte *block, std::uint64_t bytes) noexcept;
  void end_window() noexcept;

  Result<void> open() noexcept;
  void close() noexcept;
  Result<void> grow() noexcept;
  Result<void> warm_up(std::uint64_t first, std::uint64_t count) noexcept;
  Result<void> commit_slots(std::uint64_t first, std::uint64_t count) noexcept;
  Result<void> commit_pages(std::uint64_t first, std::uint64_t count) noexcept;
  std::uint64_t release_cached(std::uint64_t most_blocks) noexcept;
  bool cool_page(std::uint64_t page, std::uint64_t &cooled) noexcept;
  void drop_cold_from_cache() noexcept;
  void flush_recent() noexcept;
  void update_withheld() noexcept;
  std::uint64_t recent_blocks() const noexcept;
  std::byte *block_at(std::uint64_t index) const noexcept { return blocks_ + index * stride_; }

  /// The index of a block; beyond every index for an address that is none. Division by the stride:
  /// an address off the grid gives a quotient beyond any possible one (Warren, Hacker's Delight, 2nd
  /// ed., 10-17).
  std::uint64_t index_of(const std::byte *block) const noexcept {
    const std::uint64_t offset =
        reinterpret_cast<std::uintptr_t>(block) - reinterpret_cast<std::uintptr_t>(blocks_);
    return std::rotr(offset * inverse_, shift_);
  }

  /// Poison covers the first and last 32 bytes, where guards are read anyway, and small blocks
  /// completely. Zero if it is intact, the guards included.
  detail::Lane poison_damage(const std::byte *block) const noexcept {
    detail::Lane damage = detail::guard_damage(block, poison_) |
                          detail::guard_damage(block + capacity_ - 32, poison_) |
                          detail::guard_damage(block - detail::guard_bytes, secret_) |
                          detail::guard_damage(block + capacity_, secret_);
    if (capacity_ == 128)
      damage |= detail::guard_damage(block + 32, poison_) |
                detail::guard_damage(block + 64, poison_);
    return damage;
  }
  void write_poison(std::byte *block) const noexcept {
    detail::write_guard(block, poison_);
    detail::write_guard(block + capacity_ - 32, poison_);
    if (capacity_ == 128) {
      detail::write_guard(block + 32, poison_);
      detail::write_guard(block + 64, poison_);
    }
  }

  // What every operation reads.
  std::byte *blocks_ = nullptr; ///< block 0; slot 0 begins `guard_bytes` before it
  std::uint64_t inverse_ = 0;   ///< of the odd part of the stride, modulo 2^64
  int shift_ = 0;
  std::uint64_t slots_ = 0;           ///< `max_blocks`; 0 without a range
  std::uint32_t *sizes_ = nullptr;    ///< by index: requested bytes + 1; 0 if not live
  std::byte **free_ = nullptr;        ///< stack of cached blocks
  std::uint64_t free_count_ = 0;      ///< without `recent_`
  std::uint64_t withheld_ = 0;        ///< blocks of the stack that the limit forbids to use
  std::uint64_t block_bytes_ = 0;     ///< 0 also with a bad configuration
  std::uint64_t capacity_ = 0;        ///< bytes between the guards, a multiple of 64
  std::uint64_t secret_;
  std::uint64_t poison_;
  std::uint64_t used_bytes_ = 0;
  std::uint64_t high_water_bytes_ = 0;
  std::uint64_t frees_ = 0;
  std::uint64_t window_end_ = 1024;               ///< the value of `frees_` that ends the window
  std::uint64_t window_cached_ = 0;               ///< least `free_count_` in the window
  std::array<std::byte *, 4> recent_{};           ///< freed last

  std::uint64_t stride_ = 0;
  std::uint64_t warm_ = 0; ///< slots with memory and guards: live, cached and retired
  std::uint64_t retired_ = 0;
  std::uint64_t limit_;
  std::uint64_t first_cold_ = 0; ///< no slot before it is cold
  std::uint64_t growths_ = 0;
  std::uint64_t corruptions_ = 0;
  std::uint64_t held_bytes_ = 0;
  Kind *kinds_ = nullptr;         ///< by index
  std::uint8_t *committed_ = nullptr; ///< by page of the range: 0 or 1
  std::byte *range_ = nullptr;
  std::uint64_t range_bytes_ = 0;
  void *table_ = nullptr; ///< what holds the arrays
  std::uint64_t table_bytes_ = 0;

  const BlockPoolConfig config_;
  const std::string_view problem_;
  Account *const account_;
  PageSource &pages_;
};

} // namespace langone::rt

#endif // LANGONE_RT_BLOCK_POOL_H
