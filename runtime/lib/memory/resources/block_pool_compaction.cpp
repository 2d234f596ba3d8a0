// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How a block pool gives memory back: on demand, and by itself when it has held far more than it
// needed for a while.

#include "langone/rt/block_pool.h"

#include <algorithm>
#include <cmath>

namespace langone::rt {

namespace {

/// Frees between two looks at whether to clean up: the more blocks, the rarer, so that it costs
/// O(1) for each free.
constexpr std::uint64_t window_frees = 1024;

} // namespace

std::uint64_t BlockPool::compact() noexcept {
  if (slots_ == 0)
    return 0;
  flush_recent();
  const std::uint64_t before = held_bytes_;
  if (live_blocks() == 0 && retired_ == 0)
    close();
  else
    release_cached(UINT64_MAX);
  return before - held_bytes_;
}

/// Called once in a window of frees. Blocks that stayed cached throughout it were not needed; if
/// they are more than the threshold allows, the pool keeps `shrink_factor` of them.
void BlockPool::end_window() noexcept {
  const auto idle = static_cast<double>(window_cached_);
  if (config_.auto_cleanup && window_cached_ > 0 &&
      idle >= config_.compaction_threshold * static_cast<double>(warm_))
    release_cached(static_cast<std::uint64_t>(std::ceil(idle * (1 - config_.shrink_factor))));
  window_end_ = frees_ + std::max(window_frees, 4 * warm_);
  window_cached_ = free_count_;
}

/// Gives back pages that only free blocks touch, from the end of the range, until `most_blocks` have
/// gone cold. Returns the bytes.
std::uint64_t BlockPool::release_cached(std::uint64_t most_blocks) noexcept {
  flush_recent();
  const std::uint64_t page_bytes = PageSource::page_bytes();
  const std::uint64_t before = held_bytes_;
  std::uint64_t cooled = 0;
  for (std::uint64_t end = range_bytes_ / page_bytes; end > 0 && cooled < most_blocks;) {
    std::uint64_t first = end;
    while (first > 0 && cooled < most_blocks && committed_[first - 1] &&
           cool_page(first - 1, cooled))
      --first;
    if (const std::uint64_t count = end - first; count > 0) {
      const std::uint64_t bytes = count * page_bytes;
      pages_.decommit(range_ + first * page_bytes, bytes);
      std::fill_n(committed_ + first, count, std::uint8_t{0});
      held_bytes_ -= bytes;
      if (account_)
        (void)account_->uncharge(bytes);
      end = first;
    } else {
      --end;
    }
  }
  drop_cold_from_cache();
  return before - held_bytes_;
}

/// Makes the blocks that touch a page cold, unless one of them is needed; whether it did.
bool BlockPool::cool_page(std::uint64_t page, std::uint64_t &cooled) noexcept {
  const std::uint64_t page_bytes = PageSource::page_bytes();
  const std::uint64_t first = page * page_bytes / stride_;
  const std::uint64_t end = std::min(slots_, ((page + 1) * page_bytes - 1) / stride_ + 1);
  for (std::uint64_t index = first; index < end; ++index)
    if (sizes_[index] != 0 || kinds_[index] == Kind::retired)
      return false;
  for (std::uint64_t index = first; index < end; ++index)
    if (kinds_[index] == Kind::warm) {
      kinds_[index] = Kind::cold;
      first_cold_ = std::min(first_cold_, index);
      --warm_;
      ++cooled;
    }
  return true;
}

void BlockPool::drop_cold_from_cache() noexcept {
  std::byte **end = std::remove_if(free_, free_ + free_count_, [this](const std::byte *block) {
    return kinds_[index_of(block)] == Kind::cold;
  });
  free_count_ = static_cast<std::uint64_t>(end - free_);
  window_cached_ = std::min(window_cached_, free_count_);
  update_withheld();
}

void BlockPool::flush_recent() noexcept {
  // Oldest first.
  for (std::uint64_t age = 0; age < recent_.size(); ++age) {
    std::byte *&place = recent_[(frees_ + age) % recent_.size()];
    if (place)
      free_[free_count_++] = place;
    place = nullptr;
  }
}

void BlockPool::set_limit(std::uint64_t blocks) noexcept {
  limit_ = blocks;
  update_withheld();
}

/// live < limit as a bound for the stack; blocks in `recent_` count as live until they are flushed.
void BlockPool::update_withheld() noexcept {
  const std::uint64_t usable = warm_ - retired_;
  withheld_ = usable > limit_ ? usable - limit_ : 0;
}

void BlockPool::close() noexcept {
  if (slots_ == 0)
    return;
  pages_.release(range_, range_bytes_);
  pages_.release(table_, table_bytes_);
  if (account_)
    (void)account_->uncharge(held_bytes_);
  held_bytes_ = 0;
  range_ = nullptr;
  range_bytes_ = 0;
  slots_ = 0;
  free_count_ = 0;
  warm_ = 0;
  recent_ = {};
  update_withheld();
}

} // namespace langone::rt
