// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Allocates ranges of a space that it never touches, such as a GPU's memory or a file. It owns the
// bookkeeping, which lies in host memory, and no space.
//
// Two-level segregated fit (Masmano, Ripoll, Crespo, Real: TLSF, a new dynamic memory allocator for
// real-time systems, 2004), with nodes outside the space as in Aaltonen's OffsetAllocator.

#ifndef LANGONE_RT_OFFSET_ALLOCATOR_H
#define LANGONE_RT_OFFSET_ALLOCATOR_H

#include "langone/rt/detail/address_map.h"
#include "langone/rt/resource.h"

#include <array>

namespace langone::rt {

struct OffsetAllocatorStatistics {
  std::uint64_t used_bytes = 0; ///< with rounding to the granularity
  std::uint64_t free_bytes = 0;
  std::uint64_t largest_free_bytes = 0;
  std::uint64_t allocations = 0; ///< live now
};

/// Not thread-safe. Both operations are O(1), but for growth of the tables. A request is rounded up
/// to the granularity; a fit may be missed if it is less than a 16th larger than the request.
class OffsetAllocator {
public:
  /// Offsets 0 to `size`, a multiple of the granularity after rounding down, which is a power of
  /// two.
  explicit OffsetAllocator(std::uint64_t size, std::uint64_t granularity = 256) noexcept;
  OffsetAllocator(const OffsetAllocator &) = delete;
  OffsetAllocator &operator=(const OffsetAllocator &) = delete;
  ~OffsetAllocator();

  /// The offset of a range of its own, also for 0 bytes. InvalidOperation for a bad alignment,
  /// PoolExhausted without a range that fits, AllocationFailed without memory for the tables.
  Result<std::uint64_t> allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept;

  /// InvalidOperation if the offset is not that of a live range, or of one of other bytes.
  Result<void> deallocate(std::uint64_t offset, std::uint64_t bytes) noexcept;

  /// O(free ranges).
  OffsetAllocatorStatistics statistics() const noexcept;

private:
  using Index = std::uint32_t;
  static constexpr Index none = UINT32_MAX;
  static constexpr int second_bits = 4; ///< 16 classes for each power of two
  static constexpr int first_classes = 64;

  struct Node {
    std::uint64_t offset;
    std::uint64_t size;  ///< of the range
    std::uint64_t bytes; ///< as requested
    Index before;        ///< neighbours in the space
    Index behind;
    Index previous; ///< in the list of its class, or of unused nodes
    Index next;
    bool is_free;
  };
  struct Class {
    int first;
    int second;
  };

  Class class_of(std::uint64_t size) const noexcept;
  Index find(std::uint64_t size) const noexcept;
  Index find_aligned(std::uint64_t size, std::uint64_t alignment) const noexcept;
  bool reserve_nodes(std::uint32_t count) noexcept;
  Index take_node() noexcept;
  void return_node(Index index) noexcept;
  void link_free(Index index) noexcept;
  void unlink_free(Index index) noexcept;
  Index split(Index index, std::uint64_t size) noexcept;
  void merge_behind(Index index) noexcept;

  const std::uint64_t granularity_;
  const std::uint64_t size_;
  Node *nodes_ = nullptr;
  std::uint32_t node_capacity_ = 0;
  std::uint32_t node_count_ = 0; ///< ever used
  std::uint32_t unused_nodes_ = 0;
  Index first_unused_ = none;
  std::uint64_t used_bytes_ = 0;
  std::uint64_t first_map_ = 0; ///< bit i: a class of the i-th power of two has a free range
  std::array<std::uint32_t, first_classes> second_map_{};
  std::array<std::array<Index, 1 << second_bits>, first_classes> heads_{};
  detail::AddressMap live_; ///< offset + 1 to node
};

} // namespace langone::rt

#endif // LANGONE_RT_OFFSET_ALLOCATOR_H
