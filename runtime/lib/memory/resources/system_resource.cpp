// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The system resource. Where the system's alignment does not do, the block lies somewhere in a
// larger one, whose address stands directly before it.

#include "langone/rt/system_resource.h"

#include "base/system.h"

#include <algorithm>

namespace langone::rt {

Result<void *> SystemResource::allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept {
  if (!std::has_single_bit(alignment))
    return tl::make_unexpected(detail::bad_alignment);
  const std::uint64_t extra = alignment > default_alignment ? alignment : 0;
  std::uint64_t size = 0;
  if (__builtin_add_overflow(std::max<std::uint64_t>(bytes, 1), extra, &size) || size > PTRDIFF_MAX)
    return tl::make_unexpected(detail::too_big);
  void *memory = system::allocate(size);
  if (!memory)
    return tl::make_unexpected(detail::out_of_memory);
  if (extra == 0)
    return memory;
  // The system's blocks are aligned to 16, so there are at least as many bytes before the block.
  auto *bytes_of_memory = static_cast<std::byte *>(memory);
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  std::byte *block = bytes_of_memory + (alignment - address % alignment);
  reinterpret_cast<void **>(block)[-1] = memory;
  return block;
}

Result<void> SystemResource::deallocate(void *block, std::uint64_t /*bytes*/,
                                        std::uint64_t alignment) noexcept {
  if (!std::has_single_bit(alignment))
    return tl::make_unexpected(detail::bad_alignment);
  if (block && alignment > default_alignment)
    block = static_cast<void **>(block)[-1];
  system::free(block);
  return {};
}

} // namespace langone::rt
