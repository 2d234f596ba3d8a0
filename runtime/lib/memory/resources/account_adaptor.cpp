// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The account adaptor: charge first, so that a limit is never exceeded, not even for a moment.

#include "langone/rt/account_adaptor.h"

namespace langone::rt {

Result<void *> AccountAdaptor::allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept {
  // No account can hold so much, but that is no matter of its limit.
  if (bytes > PTRDIFF_MAX)
    return tl::make_unexpected(AllocationFailed{"size and alignment exceed the address space"});
  if (const auto reserved = account_.reserve(bytes); !reserved)
    return tl::make_unexpected(reserved.error());
  auto block = upstream_.allocate(bytes, alignment);
  if (block)
    account_.commit(bytes);
  else
    account_.cancel(bytes);
  return block;
}

Result<void> AccountAdaptor::deallocate(void *block, std::uint64_t bytes,
                                        std::uint64_t alignment) noexcept {
  if (!block)
    return {};
  if (auto freed = upstream_.deallocate(block, bytes, alignment); !freed)
    return freed;
  if (const auto uncharged = account_.uncharge(bytes); !uncharged)
    return tl::make_unexpected(uncharged.error());
  return {};
}

} // namespace langone::rt
