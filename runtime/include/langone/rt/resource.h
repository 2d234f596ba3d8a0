// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The interface of everything that hands out memory, and of every adaptor around it. It owns the
// contract; what a resource checks and what it costs stands with each.

#ifndef LANGONE_RT_RESOURCE_H
#define LANGONE_RT_RESOURCE_H

#include "langone/rt/error.h"

#include <bit>
#include <cstdint>

namespace langone::rt {

/// The contract, tested by one suite on every resource and adaptor:
/// - `allocate` returns a block of `bytes`, aligned to `alignment`, disjoint from all live ones;
/// the
///   address is unique also for 0 bytes. An alignment that is no power of two is an
///   InvalidOperation. On an error nothing has changed.
/// - `deallocate` takes a block with the bytes and alignment it was asked with; null is no block
/// and
///   fine. An error means the block was not freed.
/// - Nothing throws. A resource may be used by one thread at a time unless it says otherwise.
///
/// Adaptors hold a reference to their upstream, which must outlive them. Concrete resources are
/// final, so that calls on the concrete type are direct and may be inlined.
class Resource {
public:
  static constexpr std::uint64_t default_alignment = 16;

  Resource() = default;
  Resource(const Resource &) = delete;
  Resource &operator=(const Resource &) = delete;
  virtual ~Resource() = default;

  virtual Result<void *> allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept = 0;
  virtual Result<void> deallocate(void *block, std::uint64_t bytes,
                                  std::uint64_t alignment) noexcept = 0;
};

namespace detail {

inline constexpr InvalidOperation bad_alignment{"alignment is not a power of two"};
inline constexpr InvalidOperation not_live{"not a live block (already freed)"};
inline constexpr InvalidOperation wrong_size{"size differs from that of the allocation"};
inline constexpr AllocationFailed too_big{"size and alignment exceed the address space"};
inline constexpr AllocationFailed out_of_memory{"out of memory"};

/// Whether it is a power of two up to `most`, a power of two.
constexpr bool is_alignment_within(std::uint64_t alignment, std::uint64_t most) noexcept {
  return (alignment & (alignment - 1)) == 0 && alignment - 1 < most;
}

/// The value rounded up to a multiple of the power of two; UINT64_MAX if that has no 64 bits.
constexpr std::uint64_t round_up(std::uint64_t value, std::uint64_t alignment) noexcept {
  const std::uint64_t rounded = (value + alignment - 1) & ~(alignment - 1);
  return rounded < value ? UINT64_MAX : rounded;
}

} // namespace detail

} // namespace langone::rt

#endif // LANGONE_RT_RESOURCE_H
