// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tries a failed allocation again after somebody has made room, by compacting a pool for example.
// It owns when to try again; how room is made is the callback's.

#ifndef LANGONE_RT_RETRY_ADAPTOR_H
#define LANGONE_RT_RETRY_ADAPTOR_H

#include "langone/rt/resource.h"

#include <functional>

namespace langone::rt {

/// As thread-safe as upstream and the callback. AllocationFailed, PoolExhausted and BudgetExceeded
/// are tried again as long as the callback, which is given the requested bytes, returns true, at
/// most `max_retries` times; other errors would come again. The callback must not throw.
class RetryAdaptor final : public Resource {
public:
  using MakeRoom = std::function<bool(std::uint64_t bytes)>;

  RetryAdaptor(Resource &upstream, MakeRoom make_room, unsigned max_retries = 8)
      : upstream_(upstream), make_room_(std::move(make_room)), max_retries_(max_retries) {}

  Result<void *> allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept override {
    auto block = upstream_.allocate(bytes, alignment);
    for (unsigned retry = 0; !block && retry < max_retries_; ++retry) {
      if (!lacks_memory(block.error()) || !make_room_ || !make_room_(bytes))
        break;
      block = upstream_.allocate(bytes, alignment);
    }
    return block;
  }
  Result<void> deallocate(void *block, std::uint64_t bytes,
                          std::uint64_t alignment) noexcept override {
    return upstream_.deallocate(block, bytes, alignment);
  }

private:
  static bool lacks_memory(const Error &error) noexcept {
    return std::holds_alternative<AllocationFailed>(error) ||
           std::holds_alternative<PoolExhausted>(error) ||
           std::holds_alternative<BudgetExceeded>(error);
  }

  Resource &upstream_;
  const MakeRoom make_room_;
  const unsigned max_retries_;
};

} // namespace langone::rt

#endif // LANGONE_RT_RETRY_ADAPTOR_H
