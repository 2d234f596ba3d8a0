// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A region of memory, handed out by an offset allocator. It owns neither the region nor an access
// to it: the region may be memory of a device that the host cannot read.

#ifndef LANGONE_RT_OFFSET_RESOURCE_H
#define LANGONE_RT_OFFSET_RESOURCE_H

#include "langone/rt/offset_allocator.h"

namespace langone::rt {

/// Not thread-safe. Errors as OffsetAllocator's; alignments up to that of the region's address.
class OffsetResource final : public Resource {
public:
  /// `region` has `size` bytes and outlives the resource.
  OffsetResource(void *region, std::uint64_t size, std::uint64_t granularity = 256) noexcept
      : region_(static_cast<std::byte *>(region)), size_(size), offsets_(size, granularity) {}

  Result<void *> allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept override {
    if (std::has_single_bit(alignment) &&
        reinterpret_cast<std::uintptr_t>(region_) % alignment != 0)
      return tl::make_unexpected(InvalidOperation{"alignment exceeds that of the region"});
    const auto offset = offsets_.allocate(bytes, alignment);
    if (!offset)
      return tl::make_unexpected(offset.error());
    return region_ + *offset;
  }
  Result<void> deallocate(void *block, std::uint64_t bytes,
                          std::uint64_t /*alignment*/) noexcept override {
    if (!block)
      return {};
    const std::uint64_t offset =
        reinterpret_cast<std::uintptr_t>(block) - reinterpret_cast<std::uintptr_t>(region_);
    if (offset >= size_)
      return tl::make_unexpected(InvalidOperation{"not in the region"});
    return offsets_.deallocate(offset, bytes);
  }

  OffsetAllocatorStatistics statistics() const noexcept { return offsets_.statistics(); }

private:
  std::byte *const region_;
  const std::uint64_t size_;
  OffsetAllocator offsets_;
};

} // namespace langone::rt

#endif // LANGONE_RT_OFFSET_RESOURCE_H
