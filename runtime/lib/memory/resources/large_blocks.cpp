// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Large blocks. In a reservation: padding, guard, the block aligned as asked, guard, padding; the
// outermost pages that hold none of it are never committed. A cached block is poisoned at its
// beginning, which is verified when it is used again.

#include "langone/rt/large_blocks.h"

#include "base/system.h"
#include "langone/rt/detail/guard.h"

#include <algorithm>
#include <new>

namespace langone::rt {

namespace {

/// The block begins a cache line, with the guard before it.
constexpr std::uint64_t least_offset = 64;

std::uintptr_t address_of(const void *pointer) noexcept {
  return reinterpret_cast<std::uintptr_t>(pointer);
}

} // namespace

LargeBlocks::LargeBlocks(std::uint64_t cached_limit, Account *account, PageSource &pages) noexcept
    : cached_limit_(cached_limit), secret_(detail::make_secret()), account_(account),
      pages_(pages) {
  if (account_)
    account_->retain();
}

LargeBlocks::~LargeBlocks() {
  live_.for_each(
      [this](std::uint64_t, std::uint64_t record) { unmap(reinterpret_cast<Record *>(record)); });
  compact();
  if (account_)
    account_->release();
}

Result<void *> LargeBlocks::allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept {
  if (!std::has_single_bit(alignment))
    return tl::make_unexpected(detail::bad_alignment);
  if (!live_.reserve_one())
    return tl::make_unexpected(detail::out_of_memory);
  Record *record = take_cached(bytes, alignment);
  if (record) {
    counts_.cached_bytes -= page_bytes(*record);
    if (!detail::is_poison_intact(record->block, secret_)) {
      const CorruptionDetected error{address_of(record->block)};
      ++counts_.corruptions;
      unmap(record);
      return tl::make_unexpected(error);
    }
    ++counts_.reuses;
  } else {
    auto mapped = map(bytes, alignment);
    if (!mapped)
      return tl::make_unexpected(mapped.error());
    record = *mapped;
  }
  record->bytes = bytes;
  const std::uint64_t word = detail::guard_word(record->block, bytes, secret_);
  detail::write_guard(record->block - detail::guard_bytes, word);
  detail::write_guard(record->block + bytes, word);
  live_.insert(address_of(record->block), reinterpret_cast<std::uint64_t>(record));
  ++counts_.allocations;
  ++counts_.live_blocks;
  counts_.used_bytes += bytes;
  counts_.high_water_bytes = std::max(counts_.high_water_bytes, counts_.used_bytes);
  return record->block;
}

Result<void> LargeBlocks::deallocate(void *block, std::uint64_t bytes,
                                     std::uint64_t /*alignment*/) noexcept {
  if (!block)
    return {};
  const std::uint64_t *found = live_.find(address_of(block));
  if (!found)
    return tl::make_unexpected(InvalidOperation{"not a live block (foreign or already freed)"});
  auto *record = reinterpret_cast<Record *>(*found);
  if (record->bytes != bytes)
    return tl::make_unexpected(InvalidOperation{"size differs from that of the allocation"});
  if (!detail::are_guards_intact(record->block, bytes,
                                 detail::guard_word(record->block, bytes, secret_))) {
    ++counts_.corruptions;
    return tl::make_unexpected(CorruptionDetected{address_of(block)});
  }
  live_.erase(address_of(block));
  --counts_.live_blocks;
  ++counts_.deallocations;
  counts_.used_bytes -= bytes;
  if (cached_limit_ == 0) {
    unmap(record);
    return {};
  }
  detail::write_poison(record->block, secret_);
  record->freed_at = counts_.deallocations;
  record->next = cache_;
  cache_ = record;
  counts_.cached_bytes += page_bytes(*record);
  trim_cache(cached_limit_,
             counts_.deallocations < cache_age ? 0 : counts_.deallocations - cache_age);
  return {};
}

std::uint64_t LargeBlocks::compact() noexcept {
  const std::uint64_t before = counts_.held_bytes;
  trim_cache(0, 0);
  return before - counts_.held_bytes;
}

void LargeBlocks::set_cached_limit(std::uint64_t bytes) noexcept {
  cached_limit_ = bytes;
  trim_cache(bytes, 0);
}

Result<LargeBlocks::Record *> LargeBlocks::map(std::uint64_t bytes,
                                               std::uint64_t alignment) noexcept {
  const std::uint64_t page = PageSource::page_bytes();
  Record record{};
  const std::uint64_t slack = alignment > page ? alignment : 0;
  std::uint64_t size = 0;
  if (__builtin_add_overflow(bytes, detail::guard_bytes + std::max(alignment, least_offset),
                             &size) ||
      __builtin_add_overflow(size, slack, &size) || size > PTRDIFF_MAX - page)
    return tl::make_unexpected(detail::too_big);
  record.range_bytes = detail::round_up(size, page);
  if (!map_pages(record, bytes, alignment))
    return tl::make_unexpected(detail::out_of_memory);

  const std::uint64_t held = page_bytes(record);
  const auto give_up = [&](const Error &error) -> Result<Record *> {
    pages_.release(record.range, record.range_bytes);
    return tl::make_unexpected(error);
  };
  if (account_)
    if (const auto charged = account_->charge(held); !charged)
      return give_up(charged.error());
  void *memory = system::allocate(sizeof(Record));
  if (!memory || !pages_.commit(first_page(record), held)) {
    system::free(memory);
    if (account_)
      (void)account_->uncharge(held);
    return give_up(detail::out_of_memory);
  }
  counts_.held_bytes += held;
  return new (memory) Record(record);
}

/// Reserves address space and places the block and its pages in it.
bool LargeBlocks::map_pages(Record &record, std::uint64_t bytes, std::uint64_t alignment) noexcept {
  const std::uint64_t page = PageSource::page_bytes();
  record.range = static_cast<std::byte *>(pages_.reserve(record.range_bytes));
  if (!record.range)
    return false;
  const std::uint64_t first = address_of(record.range) + least_offset;
  record.block = record.range + (detail::round_up(first, alignment) - address_of(record.range));
  const std::uint64_t end = address_of(record.block) + bytes + detail::guard_bytes;
  record.end = record.range + (detail::round_up(end, page) - address_of(record.range));
  return true;
}

/// The smallest cached block that fits and wastes no more than a quarter of it.
LargeBlocks::Record *LargeBlocks::take_cached(std::uint64_t bytes,
                                              std::uint64_t alignment) noexcept {
  Record **best = nullptr;
  std::uint64_t best_room = 0;
  for (Record **link = &cache_; *link; link = &(*link)->next) {
    const Record &record = **link;
    const auto room = static_cast<std::uint64_t>(record.end - record.block) - detail::guard_bytes;
    if (room < bytes || room - bytes > room / 4 + PageSource::page_bytes() ||
        address_of(record.block) % alignment != 0 || (best && best_room <= room))
      continue;
    best = link;
    best_room = room;
  }
  if (!best)
    return nullptr;
  Record *record = *best;
  *best = record->next;
  return record;
}

void LargeBlocks::unmap(Record *record) noexcept {
  const std::uint64_t held = page_bytes(*record);
  pages_.release(record->range, record->range_bytes);
  counts_.held_bytes -= held;
  if (account_)
    (void)account_->uncharge(held);
  system::free(record);
}

/// Gives back what was freed before the `oldest` deallocation, and the oldest beyond the limits.
void LargeBlocks::trim_cache(std::uint64_t limit, std::uint64_t oldest) noexcept {
  std::uint64_t bytes = 0;
  std::uint64_t blocks = 0;
  for (Record **link = &cache_; *link;) {
    Record *record = *link;
    bytes += page_bytes(*record);
    if (bytes <= limit && ++blocks <= cache_entries && record->freed_at >= oldest) {
      link = &record->next;
      continue;
    }
    *link = record->next;
    bytes -= page_bytes(*record);
    counts_.cached_bytes -= page_bytes(*record);
    unmap(record);
  }
}

std::byte *LargeBlocks::first_page(const Record &record) noexcept {
  const std::uint64_t offset =
      static_cast<std::uint64_t>(record.block - record.range) - detail::guard_bytes;
  return record.range + offset / PageSource::page_bytes() * PageSource::page_bytes();
}

std::uint64_t LargeBlocks::page_bytes(const Record &record) noexcept {
  return static_cast<std::uint64_t>(record.end - first_page(record));
}

} // namespace langone::rt
