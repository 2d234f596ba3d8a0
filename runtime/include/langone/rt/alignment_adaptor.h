// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Alignments that upstream does not offer, and a least alignment for all. It owns where in its
// upstream block an aligned one lies.

#ifndef LANGONE_RT_ALIGNMENT_ADAPTOR_H
#define LANGONE_RT_ALIGNMENT_ADAPTOR_H

#include "langone/rt/detail/address_map.h"
#include "langone/rt/resource.h"

namespace langone::rt {

/// Not thread-safe. Upstream is never asked for more than `upstream_alignment`; stricter blocks are
/// cut from ones that are larger by the difference.
class AlignmentAdaptor final : public Resource {
public:
  /// Both are powers of two.
  AlignmentAdaptor(Resource &upstream, std::uint64_t upstream_alignment,
                   std::uint64_t least_alignment = 1) noexcept
      : upstream_(upstream), upstream_alignment_(upstream_alignment),
        least_alignment_(least_alignment) {}

  Result<void *> allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept override;
  Result<void> deallocate(void *block, std::uint64_t bytes,
                          std::uint64_t alignment) noexcept override;

private:
  Resource &upstream_;
  const std::uint64_t upstream_alignment_;
  const std::uint64_t least_alignment_;
  detail::AddressMap blocks_; ///< stricter blocks: to upstream's
};

} // namespace langone::rt

#endif // LANGONE_RT_ALIGNMENT_ADAPTOR_H
