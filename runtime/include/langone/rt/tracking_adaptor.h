// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Remembers every outstanding block with the stack that allocated it. It owns the list; what is not
// on it never reaches upstream.

#ifndef LANGONE_RT_TRACKING_ADAPTOR_H
#define LANGONE_RT_TRACKING_ADAPTOR_H

#include "langone/rt/detail/address_map.h"
#include "langone/rt/resource.h"

#include <array>
#include <string>
#include <vector>

namespace langone::rt {

/// Not thread-safe. Meant for finding leaks and wrong frees: a backtrace for each allocation costs
/// microseconds.
class TrackingAdaptor final : public Resource {
public:
  struct Block {
    static constexpr std::size_t max_frames = 16;
    void *address;
    std::uint64_t bytes;
    std::uint64_t serial; ///< 1 for the first allocation
    std::array<void *, max_frames> frames;
    int frame_count; ///< 0 without `with_stacks`
  };

  explicit TrackingAdaptor(Resource &upstream, bool with_stacks = true) noexcept
      : upstream_(upstream), with_stacks_(with_stacks) {}
  ~TrackingAdaptor() override;

  Result<void *> allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept override;

  /// InvalidOperation for a block that is not outstanding, or of another size.
  Result<void> deallocate(void *block, std::uint64_t bytes,
                          std::uint64_t alignment) noexcept override;

  std::uint64_t outstanding_blocks() const noexcept { return blocks_.size(); }
  std::uint64_t outstanding_bytes() const noexcept { return bytes_; }

  /// The outstanding blocks, oldest first. May throw std::bad_alloc, as `report`.
  std::vector<Block> outstanding() const;

  /// A text: for each outstanding block its number, bytes, address and stack.
  std::string report() const;

private:
  Resource &upstream_;
  const bool with_stacks_;
  detail::AddressMap blocks_; ///< address to Block *
  std::uint64_t bytes_ = 0;
  std::uint64_t serial_ = 0;
};

} // namespace langone::rt

#endif // LANGONE_RT_TRACKING_ADAPTOR_H
