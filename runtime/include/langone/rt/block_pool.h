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
  std::uint64_t used_bytes = 0; ///< as requested, live now
  std::uint64_t live_blocks = 0;
  std::uint64_t high_water_blocks = 0; ///< most `live_blocks` ever
  std::uint64_t cached_blocks = 0;     ///< free and ready
  std::uint64_t retired_blocks = 0;    ///< found damaged while free; never used again
  std::uint64_t held_bytes = 0;        ///< from the page source, bookkeeping included
  std::uint64_t allocations = 0;
  std::uint64_t deallocations = 0;
  std::uint64_t growths = 0;     ///< allocations that had to get pages first
  std::uint64_t corruptions = 0; ///< damage found, of live and of free blocks
};

/// Not thread-safe. Serves requests up to `block_bytes` and alignments up to 32 (others are an
/// InvalidOperation). Charges an account, if it has one, with exactly what it holds from its page
/// source. Memory is in proportion to the blocks in use; 9 bytes of bookkeeping for each block of
/// `max_blocks`.
///
/// Errors of `deallocate`: InvalidOperation for a pointer that is no block, a block that is free,
/// or other bytes than were asked for; CorruptionDetected, and the block stays live, if a guard is
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

  /// What is wrong with the configuration; empty if nothing is. All allocations of a pool with a
  /// bad configuration are an InvalidOperation with this text.
  static std::string_view problem_of(const BlockPoolConfig &config) noexcept;

  Result<void *> allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept override {
    if (detail::is_alignment_within(alignment, max_alignment))
      if (void *block = try_allocate(bytes)) [[likely]]
        return block;
    return allocate_slowly(bytes, alignment);
  }

  Result<void> deallocate(void *block, std::uint64_t bytes,
                          std::uint64_t /*alignment*/) noexcept override {
    if (try_deallocate(block, bytes)) [[likely]]
      return {};
    return refuse(static_cast<std::byte *>(block), bytes);
  }

  /// The part of `allocate` for a cached, intact block; null, and nothing changed, for all else.
  [[gnu::always_inline]] void *try_allocate(std::uint64_t bytes) noexcept {
    if (bytes > block_bytes_) [[unlikely]]
      return nullptr;
    std::byte **top = top_;
    if (top <= bottom_) [[unlikely]]
      return nullptr;
    std::byte *block = *--top;
    if (!detail::is_poison_intact(block, poison_)) [[unlikely]]
      return nullptr;
    top_ = top;
    if (top < lowest_) [[unlikely]]
      lowest_ = top;
    const std::uint64_t word = detail::guard_word(block, bytes, secret_);
    detail::write_guard(block - detail::guard_bytes, word);
    detail::write_guard(block + bytes, word);
    return block;
  }

  /// The part of `deallocate` for a live, intact block; false, and nothing changed, for all else.
  /// That the pointer is the beginning of a block follows from its guards, which depend on it.
  [[gnu::always_inline]] bool try_deallocate(void *pointer, std::uint64_t bytes) noexcept {
    auto *block = static_cast<std::byte *>(pointer);
    if (bytes > block_bytes_) [[unlikely]]
      return false;
    if (offset_of(block) >= extent_ - bytes) [[unlikely]]
      return false;
    const std::uint64_t word = detail::guard_word(block, bytes, secret_);
    if (!detail::are_guards_intact(block, bytes, word)) [[unlikely]]
      return false;
    detail::store_word(block - 8, freed_);
    detail::write_poison(block, poison_);
    *top_++ = block;
    if (--window_left_ == 0) [[unlikely]]
      end_window();
    return true;
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

  /// O(max_blocks): the sizes of live blocks are read from their guards.
  BlockPoolStatistics statistics() const noexcept;

private:
  static constexpr std::uint64_t window_frees = 1024;
  /// cold: no memory, or no guards yet. warm: live or cached. idle: cached, while memory is given
  /// back.
  enum class Kind : std::uint8_t { cold, warm, idle, retired };

  Result<void *> allocate_slowly(std::uint64_t bytes, std::uint64_t alignment) noexcept;
  Result<void> provide(std::uint64_t bytes) noexcept;
  Error retire_next() noexcept;
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
  void mark_cached(Kind kind) noexcept;
  void decommit(std::uint64_t first, std::uint64_t count) noexcept;
  void note_peak() noexcept;
  void note_change() noexcept;
  std::uint64_t high_water() const noexcept;
  std::uint64_t live_bytes(const std::byte *block) const noexcept;
  std::byte *block_at(std::uint64_t index) const noexcept { return blocks_ + index * stride_; }

  std::uint64_t offset_of(const std::byte *block) const noexcept {
    return reinterpret_cast<std::uintptr_t>(block) - reinterpret_cast<std::uintptr_t>(blocks_);
  }
  std::uint64_t index_of(const std::byte *block) const noexcept {
    return offset_of(block) / stride_;
  }
  std::uint64_t cached() const noexcept { return static_cast<std::uint64_t>(top_ - stack_); }

  // What every operation uses.
  std::byte *blocks_ = nullptr; ///< block 0; slot 0 begins `guard_bytes` before it
  /// Bytes from there that ever had memory, but for the last guard: nothing else is read.
  std::uint64_t extent_ = 0;
  std::uint64_t block_bytes_ = 0; ///< 0 without memory, so that it is at most `extent_`
  std::uint64_t secret_;
  std::uint64_t poison_;
  std::uint64_t freed_;          ///< in the guard word directly before a free block
  std::byte **top_ = nullptr;    ///< end of the stack of cached blocks
  std::byte **bottom_ = nullptr; ///< what lies below is not to be used, because of the limit
  std::byte **lowest_ = nullptr; ///< least `top_` in this window of frees
  std::uint64_t window_left_ = window_frees; ///< frees until `end_window`

  std::byte **stack_ = nullptr;
  std::uint64_t capacity_ = 0; ///< bytes between the guards
  std::uint64_t high_water_blocks_ = 0;
  bool is_window_steady_ = true;        ///< nothing but frees and allocations from the cache
  std::uint64_t window_ = window_frees; ///< length of this window
  std::uint64_t frees_ = 0;             ///< before this window
  std::uint64_t stride_ = 0;
  std::uint64_t warm_ = 0; ///< slots with memory and guards: live, cached and retired
  std::uint64_t retired_ = 0;
  std::uint64_t limit_;
  std::uint64_t first_cold_ = 0; ///< no slot before it is cold
  std::uint64_t growths_ = 0;
  std::uint64_t corruptions_ = 0;
  std::uint64_t held_bytes_ = 0;
  Kind *kinds_ = nullptr;             ///< by index
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
