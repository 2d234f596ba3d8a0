// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Blocks of whole pages, for what is too large for a pool of equal blocks. It owns a reservation
// for each block, guards before and behind the requested bytes, and a cache of freed blocks; what
// it knows of them lies elsewhere.

#ifndef LANGONE_RT_LARGE_BLOCKS_H
#define LANGONE_RT_LARGE_BLOCKS_H

#include "langone/rt/account.h"
#include "langone/rt/detail/address_map.h"
#include "langone/rt/page_source.h"
#include "langone/rt/resource.h"

namespace langone::rt {

struct LargeBlocksStatistics {
  std::uint64_t used_bytes = 0; ///< as requested, live now
  std::uint64_t high_water_bytes = 0;
  std::uint64_t live_blocks = 0;
  std::uint64_t cached_bytes = 0; ///< of pages of freed blocks
  std::uint64_t held_bytes = 0;   ///< of pages of live and of freed blocks
  std::uint64_t allocations = 0;
  std::uint64_t deallocations = 0;
  std::uint64_t reuses = 0; ///< allocations from the cache
  std::uint64_t corruptions = 0;
};

/// Not thread-safe. Any size and alignment; O(1) and a search in the cache of at most
/// `cache_entries` blocks. Charges an account, if it has one, with the pages it holds; what it
/// knows of its blocks, about 100 bytes each, comes from the system uncharged. Errors as
/// BlockPool's: a damaged live block stays live, a damaged cached one goes back to the system.
class LargeBlocks final : public Resource {
public:
  /// A cached block that 64 deallocations have passed over goes back to the system.
  static constexpr std::uint64_t cache_age = 64;
  static constexpr std::uint64_t cache_entries = 16;

  /// `cached_limit`: bytes of pages that may stay cached.
  explicit LargeBlocks(std::uint64_t cached_limit = 0, Account *account = nullptr,
                       PageSource &pages = PageSource::system()) noexcept;
  ~LargeBlocks() override;

  Result<void *> allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept override;
  Result<void> deallocate(void *block, std::uint64_t bytes,
                          std::uint64_t alignment) noexcept override;

  /// Gives the cache back. Returns the bytes.
  std::uint64_t compact() noexcept;

  void set_cached_limit(std::uint64_t bytes) noexcept;

  LargeBlocksStatistics statistics() const noexcept { return counts_; }

private:
  struct Record {
    std::byte *range;
    std::uint64_t range_bytes;
    std::byte *block;
    std::byte *end;      ///< of the pages behind the block
    std::uint64_t bytes; ///< as requested
    std::uint64_t freed_at;
    Record *next; ///< in the cache
  };

  Result<Record *> map(std::uint64_t bytes, std::uint64_t alignment) noexcept;
  bool map_pages(Record &record, std::uint64_t bytes, std::uint64_t alignment) noexcept;
  Record *take_cached(std::uint64_t bytes, std::uint64_t alignment) noexcept;
  void unmap(Record *record) noexcept;
  void trim_cache(std::uint64_t limit, std::uint64_t oldest) noexcept;
  static std::byte *first_page(const Record &record) noexcept;
  static std::uint64_t page_bytes(const Record &record) noexcept;

  detail::AddressMap live_; ///< address to Record *
  Record *cache_ = nullptr; ///< newest first
  std::uint64_t cached_limit_;
  LargeBlocksStatistics counts_;
  const std::uint64_t secret_;
  Account *const account_;
  PageSource &pages_;
};

} // namespace langone::rt

#endif // LANGONE_RT_LARGE_BLOCKS_H
