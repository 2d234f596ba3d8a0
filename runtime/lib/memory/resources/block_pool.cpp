// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The cold part of the block pool: configuration, diagnosis of refused calls, growth. What gives
// memory back stands in block_pool_compaction.cpp.

#include "langone/rt/block_pool.h"

#include <algorithm>
#include <cmath>

namespace langone::rt {

namespace {

constexpr std::uint64_t max_range_bytes = std::uint64_t{1} << 46;

bool is_within(double value, double low, double high) noexcept {
  return value >= low && value <= high; // false for NaN
}

/// An odd number of cache lines.
std::uint64_t stride_of(std::uint64_t block_bytes) noexcept {
  return detail::round_up(block_bytes, 128) + 2 * detail::guard_bytes;
}

} // namespace

std::string_view BlockPool::problem_of(const BlockPoolConfig &config) noexcept {
  if (config.block_bytes == 0 || config.block_bytes > max_block_bytes)
    return "configuration: block size is not within 1 byte and 2 GiB";
  if (config.max_blocks == 0)
    return "configuration: pool size is 0 blocks";
  if (config.max_blocks > max_range_bytes / stride_of(config.block_bytes))
    return "configuration: pool size exceeds the address space";
  if (!is_within(config.compaction_threshold, 0, 1))
    return "configuration: compaction_threshold is not within 0 and 1";
  if (!is_within(config.growth_factor, 1, 1024))
    return "configuration: growth_factor is not within 1 and 1024";
  if (!is_within(config.shrink_factor, 0, 1))
    return "configuration: shrink_factor is not within 0 and 1";
  return {};
}

BlockPool::BlockPool(const BlockPoolConfig &config, Account *account, PageSource &pages) noexcept
    : secret_(detail::make_secret()), poison_(detail::make_secret()), freed_(detail::make_secret()),
      limit_(config.max_blocks), config_(config), problem_(problem_of(config)), account_(account),
      pages_(pages) {
  if (!problem_.empty())
    return;
  stride_ = stride_of(config.block_bytes);
  capacity_ = stride_ - 2 * detail::guard_bytes;
  if (account_)
    account_->retain();
}

BlockPool::~BlockPool() {
  close();
  if (account_ && problem_.empty())
    account_->release();
}

Result<void *> BlockPool::allocate_slowly(std::uint64_t bytes, std::uint64_t alignment) noexcept {
  if (!problem_.empty())
    return tl::make_unexpected(InvalidOperation{problem_});
  if (!std::has_single_bit(alignment))
    return tl::make_unexpected(detail::bad_alignment);
  if (alignment > max_alignment)
    return tl::make_unexpected(InvalidOperation{"alignment exceeds that of the pool's blocks"});
  if (bytes > config_.block_bytes)
    return tl::make_unexpected(InvalidOperation{"size exceeds that of the pool's blocks"});
  if (top_ <= bottom_) {
    if (live_blocks() >= limit_)
      return tl::make_unexpected(PoolExhausted{bytes, 0});
    if (auto grown = grow(); !grown)
      return tl::make_unexpected(grown.error());
  }
  if (void *block = try_allocate(bytes))
    return block;
  return tl::make_unexpected(retire_next());
}

/// The block that `try_allocate` found damaged.
Error BlockPool::retire_next() noexcept {
  note_peak();
  std::byte *block = *--top_;
  kinds_[index_of(block)] = Kind::retired;
  ++retired_;
  ++corruptions_;
  note_change();
  return CorruptionDetected{reinterpret_cast<std::uintptr_t>(block)};
}

/// Says why: the state of the block is in its guard words, if they are intact.
Result<void> BlockPool::refuse(std::byte *block, std::uint64_t bytes) noexcept {
  if (!block)
    return {};
  if (!contains(block))
    return tl::make_unexpected(InvalidOperation{"not a block of this pool"});
  const std::uint64_t index = index_of(block);
  if (offset_of(block) % stride_ != 0 || index >= config_.max_blocks)
    return tl::make_unexpected(InvalidOperation{"not the beginning of a block"});
  if (kinds_[index] == Kind::cold)
    return tl::make_unexpected(detail::not_live);
  const std::uint64_t near = detail::load_word(block - 8);
  if (near == freed_ && kinds_[index] == Kind::warm)
    return tl::make_unexpected(detail::not_live);
  const std::uint64_t size = detail::size_in_guard(near, block, secret_);
  if (size <= block_bytes_ && size != bytes && detail::are_guards_intact(block, size, near))
    return tl::make_unexpected(detail::wrong_size);
  ++corruptions_;
  return tl::make_unexpected(CorruptionDetected{reinterpret_cast<std::uintptr_t>(block)});
}

/// Reserves the range and the arrays: stack, kinds, committed pages.
Result<void> BlockPool::open() noexcept {
  const std::uint64_t page = PageSource::page_bytes();
  const std::uint64_t slots = config_.max_blocks;
  const std::uint64_t range_bytes = detail::round_up(slots * stride_, page);
  const std::uint64_t stack_bytes = slots * sizeof(std::byte *);
  const std::uint64_t table_bytes =
      detail::round_up(stack_bytes + slots * sizeof(*kinds_) + range_bytes / page, page);
  if (account_)
    if (const auto charged = account_->charge(table_bytes); !charged)
      return tl::make_unexpected(charged.error());
  void *range = pages_.reserve(range_bytes);
  void *table = range ? pages_.reserve(table_bytes) : nullptr;
  if (!table || !pages_.commit(table, table_bytes)) {
    if (table)
      pages_.release(table, table_bytes);
    if (range)
      pages_.release(range, range_bytes);
    if (account_)
      (void)account_->uncharge(table_bytes);
    return tl::make_unexpected(detail::out_of_memory);
  }
  auto *bytes = static_cast<std::byte *>(table);
  stack_ = top_ = bottom_ = lowest_ = reinterpret_cast<std::byte **>(bytes);
  kinds_ = reinterpret_cast<Kind *>(bytes + stack_bytes);
  committed_ = reinterpret_cast<std::uint8_t *>(kinds_ + slots);
  range_ = static_cast<std::byte *>(range);
  range_bytes_ = range_bytes;
  table_ = table;
  table_bytes_ = table_bytes;
  blocks_ = range_ + detail::guard_bytes;
  held_bytes_ += table_bytes;
  first_cold_ = 0;
  return {};
}

Result<void> BlockPool::grow() noexcept {
  if (!range_)
    if (auto opened = open(); !opened)
      return opened;
  while (first_cold_ < config_.max_blocks && kinds_[first_cold_] != Kind::cold)
    ++first_cold_;
  if (first_cold_ == config_.max_blocks)
    return tl::make_unexpected(PoolExhausted{config_.block_bytes, 0});
  const double growth = std::ceil(static_cast<double>(warm_) * (config_.growth_factor - 1));
  const auto wanted = static_cast<std::uint64_t>(
      std::clamp(growth, 1.0, static_cast<double>(config_.max_blocks - first_cold_)));
  std::uint64_t count = 1;
  while (count < wanted && kinds_[first_cold_ + count] == Kind::cold)
    ++count;
  ++growths_;
  auto warmed = warm_up(first_cold_, count);
  if (!warmed && count > 1)
    warmed = warm_up(first_cold_, 1);
  return warmed;
}

/// Memory, guards and poison for cold slots, which then lie on the stack, the first on top.
Result<void> BlockPool::warm_up(std::uint64_t first, std::uint64_t count) noexcept {
  if (auto committed = commit_slots(first, count); !committed)
    return committed;
  note_peak();
  for (std::uint64_t index = first + count; index-- > first;) {
    std::byte *block = block_at(index);
    detail::store_word(block - 8, freed_);
    detail::write_poison(block, poison_);
    kinds_[index] = Kind::warm;
    *top_++ = block;
  }
  warm_ += count;
  extent_ = std::max(extent_, (first + count) * stride_ - 2 * detail::guard_bytes + 1);
  block_bytes_ = config_.block_bytes;
  note_change();
  return {};
}

/// Memory for every page that the slots touch. After an error what has been committed is held,
/// until it is used or compacted.
Result<void> BlockPool::commit_slots(std::uint64_t first, std::uint64_t count) noexcept {
  const std::uint64_t page = PageSource::page_bytes();
  const std::uint64_t end = ((first + count) * stride_ - 1) / page + 1;
  for (std::uint64_t at = first * stride_ / page; at < end;) {
    std::uint64_t run = 0;
    while (at + run < end && !committed_[at + run])
      ++run;
    if (run > 0)
      if (auto committed = commit_pages(at, run); !committed)
        return committed;
    at += run + 1;
  }
  return {};
}

Result<void> BlockPool::commit_pages(std::uint64_t first, std::uint64_t count) noexcept {
  const std::uint64_t page = PageSource::page_bytes();
  const std::uint64_t bytes = count * page;
  if (account_)
    if (const auto charged = account_->charge(bytes); !charged)
      return tl::make_unexpected(charged.error());
  if (!pages_.commit(range_ + first * page, bytes)) {
    if (account_)
      (void)account_->uncharge(bytes);
    return tl::make_unexpected(detail::out_of_memory);
  }
  std::fill_n(committed_ + first, count, std::uint8_t{1});
  held_bytes_ += bytes;
  return {};
}

std::uint64_t BlockPool::live_blocks() const noexcept { return warm_ - retired_ - cached(); }

BlockPoolStatistics BlockPool::statistics() const noexcept {
  BlockPoolStatistics result;
  for (std::uint64_t index = 0; range_ && index < config_.max_blocks; ++index)
    if (kinds_[index] == Kind::warm)
      result.used_bytes += live_bytes(block_at(index));
  result.live_blocks = live_blocks();
  result.high_water_blocks = high_water();
  result.cached_blocks = cached();
  result.retired_blocks = retired_;
  result.held_bytes = held_bytes_;
  result.deallocations = frees_ + (window_ - window_left_);
  result.allocations = result.deallocations + result.live_blocks;
  result.growths = growths_;
  result.corruptions = corruptions_;
  return result;
}

/// Requested bytes of a warm block, 0 if it is free or its guard damaged.
std::uint64_t BlockPool::live_bytes(const std::byte *block) const noexcept {
  const std::uint64_t word = detail::load_word(block - 8);
  const std::uint64_t size = detail::size_in_guard(word, block, secret_);
  return word != freed_ && size <= block_bytes_ ? size : 0;
}

/// The most live blocks so far: since the last `note_peak`, `lowest_` tells.
std::uint64_t BlockPool::high_water() const noexcept {
  const auto least_cached = static_cast<std::uint64_t>(lowest_ - stack_);
  return std::max(high_water_blocks_, warm_ - retired_ - least_cached);
}

/// Before every change of the number of blocks.
void BlockPool::note_peak() noexcept { high_water_blocks_ = high_water(); }

/// After it: `lowest_` starts anew, and the window is no evidence of idle blocks any more.
void BlockPool::note_change() noexcept {
  const std::uint64_t usable = warm_ - retired_;
  bottom_ = stack_ + (usable > limit_ ? usable - limit_ : 0);
  lowest_ = top_;
  is_window_steady_ = false;
}

} // namespace langone::rt
