// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How a block pool gives memory back: on demand, and by itself when it has held far more than it
// needed for a while.

#include "langone/rt/block_pool.h"

#include <algorithm>
#include <cmath>

namespace langone::rt {

std::uint64_t BlockPool::compact() noexcept {
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
  const std::uint64_t idle = is_window_steady_ ? static_cast<std::uint64_t>(lowest_ - stack_) : 0;
  const auto part = static_cast<double>(idle) / static_cast<double>(warm_);
  if (config_.auto_cleanup && idle > 0 && part >= config_.compaction_threshold)
    release_cached(static_cast<std::uint64_t>(
        std::ceil(static_cast<double>(idle) * (1 - config_.shrink_factor))));
  // The more blocks, the rarer: O(1) for each free.
  frees_ += window_;
  window_ = std::max(window_frees, 4 * warm_);
  window_left_ = window_;
  note_peak();
  lowest_ = top_;
  is_window_steady_ = true;
}

/// Gives back pages that only cached blocks touch, from the end of the range, until `most_blocks`
/// have gone cold. Returns the bytes.
std::uint64_t BlockPool::release_cached(std::uint64_t most_blocks) noexcept {
  note_peak();
  mark_cached(Kind::idle);
  const std::uint64_t page_bytes = PageSource::page_bytes();
  const std::uint64_t before = held_bytes_;
  std::uint64_t cooled = 0;
  for (std::uint64_t end = range_bytes_ / page_bytes; end > 0 && cooled < most_blocks;) {
    std::uint64_t first = end;
    while (first > 0 && cooled < most_blocks && committed_[first - 1] &&
           cool_page(first - 1, cooled))
      --first;
    if (first < end)
      decommit(first, end - first);
    else
      --first;
    end = first;
  }
  top_ = std::remove_if(stack_, top_, [this](const std::byte *block) {
    return kinds_[index_of(block)] == Kind::cold;
  });
  mark_cached(Kind::warm);
  note_change();
  return before - held_bytes_;
}

void BlockPool::mark_cached(Kind kind) noexcept {
  for (std::byte **entry = stack_; entry != top_; ++entry)
    kinds_[index_of(*entry)] = kind;
}

/// Makes the blocks that touch a page cold, unless one of them is needed; whether it did.
bool BlockPool::cool_page(std::uint64_t page, std::uint64_t &cooled) noexcept {
  const std::uint64_t page_bytes = PageSource::page_bytes();
  const std::uint64_t first = page * page_bytes / stride_;
  const std::uint64_t end =
      std::min(config_.max_blocks, ((page + 1) * page_bytes - 1) / stride_ + 1);
  for (std::uint64_t index = first; index < end; ++index)
    if (kinds_[index] == Kind::warm || kinds_[index] == Kind::retired)
      return false;
  for (std::uint64_t index = first; index < end; ++index)
    if (kinds_[index] == Kind::idle) {
      kinds_[index] = Kind::cold;
      first_cold_ = std::min(first_cold_, index);
      --warm_;
      ++cooled;
    }
  return true;
}

void BlockPool::decommit(std::uint64_t first, std::uint64_t count) noexcept {
  const std::uint64_t bytes = count * PageSource::page_bytes();
  pages_.decommit(range_ + first * PageSource::page_bytes(), bytes);
  std::fill_n(committed_ + first, count, std::uint8_t{0});
  held_bytes_ -= bytes;
  if (account_)
    (void)account_->uncharge(bytes);
}

void BlockPool::set_limit(std::uint64_t blocks) noexcept {
  note_peak();
  limit_ = blocks;
  note_change();
}

void BlockPool::close() noexcept {
  if (!range_)
    return;
  note_peak();
  pages_.release(range_, range_bytes_);
  pages_.release(table_, table_bytes_);
  if (account_)
    (void)account_->uncharge(held_bytes_);
  held_bytes_ = 0;
  range_ = nullptr;
  range_bytes_ = 0;
  extent_ = 0;
  block_bytes_ = 0;
  warm_ = 0;
  retired_ = 0;
  stack_ = top_ = nullptr;
  note_change();
}

} // namespace langone::rt
