// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Makes calls fail, for tests of what is above. It owns the count of calls.

#ifndef LANGONE_RT_FAULT_ADAPTOR_H
#define LANGONE_RT_FAULT_ADAPTOR_H

#include "langone/rt/resource.h"

namespace langone::rt {

/// Not thread-safe. Every `period`-th allocation is AllocationFailed ("injected fault") and never
/// reaches upstream; 0: none is. Deallocations pass.
class FaultAdaptor final : public Resource {
public:
  FaultAdaptor(Resource &upstream, std::uint64_t period) noexcept
      : upstream_(upstream), period_(period) {}

  Result<void *> allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept override {
    ++calls_;
    if (period_ != 0 && calls_ % period_ == 0) {
      ++faults_;
      return tl::make_unexpected(AllocationFailed{"injected fault"});
    }
    return upstream_.allocate(bytes, alignment);
  }
  Result<void> deallocate(void *block, std::uint64_t bytes,
                          std::uint64_t alignment) noexcept override {
    return upstream_.deallocate(block, bytes, alignment);
  }

  std::uint64_t calls() const noexcept { return calls_; }
  std::uint64_t faults() const noexcept { return faults_; }

private:
  Resource &upstream_;
  const std::uint64_t period_;
  std::uint64_t calls_ = 0;
  std::uint64_t faults_ = 0;
};

} // namespace langone::rt

#endif // LANGONE_RT_FAULT_ADAPTOR_H
