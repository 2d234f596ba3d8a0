// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The alignment adaptor.

#include "langone/rt/alignment_adaptor.h"

#include <algorithm>

namespace langone::rt {

Result<void *> AlignmentAdaptor::allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept {
  if (!std::has_single_bit(alignment))
    return tl::make_unexpected(detail::bad_alignment);
  alignment = std::max(alignment, least_alignment_);
  if (alignment <= upstream_alignment_)
    return upstream_.allocate(bytes, alignment);
  std::uint64_t size = 0;
  if (__builtin_add_overflow(bytes, alignment - upstream_alignment_, &size))
    return tl::make_unexpected(detail::too_big);
  if (!blocks_.reserve_one())
    return tl::make_unexpected(detail::out_of_memory);
  auto outer = upstream_.allocate(size, upstream_alignment_);
  if (!outer)
    return outer;
  const auto address = reinterpret_cast<std::uintptr_t>(*outer);
  std::byte *block = static_cast<std::byte *>(*outer) + (-address & (alignment - 1));
  blocks_.insert(reinterpret_cast<std::uintptr_t>(block), address);
  return block;
}

Result<void> AlignmentAdaptor::deallocate(void *block, std::uint64_t bytes,
                                          std::uint64_t alignment) noexcept {
  alignment = std::max(alignment, least_alignment_);
  if (!block || alignment <= upstream_alignment_)
    return upstream_.deallocate(block, bytes, alignment);
  const auto key = reinterpret_cast<std::uintptr_t>(block);
  const std::uint64_t *outer = blocks_.find(key);
  if (!outer)
    return tl::make_unexpected(InvalidOperation{"not a live block (foreign or already freed)"});
  auto freed = upstream_.deallocate(reinterpret_cast<void *>(*outer),
                                    bytes + alignment - upstream_alignment_, upstream_alignment_);
  if (freed)
    blocks_.erase(key);
  return freed;
}

} // namespace langone::rt
