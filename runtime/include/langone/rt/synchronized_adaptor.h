// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One caller at a time. It owns the lock.

#ifndef LANGONE_RT_SYNCHRONIZED_ADAPTOR_H
#define LANGONE_RT_SYNCHRONIZED_ADAPTOR_H

#include "langone/rt/resource.h"

#include <mutex>

namespace langone::rt {

/// Thread-safe, whatever upstream is, as long as nobody goes to upstream directly.
class SynchronizedAdaptor final : public Resource {
public:
  explicit SynchronizedAdaptor(Resource &upstream) noexcept : upstream_(upstream) {}

  Result<void *> allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept override {
    const std::lock_guard lock(mutex_);
    return upstream_.allocate(bytes, alignment);
  }
  Result<void> deallocate(void *block, std::uint64_t bytes,
                          std::uint64_t alignment) noexcept override {
    const std::lock_guard lock(mutex_);
    return upstream_.deallocate(block, bytes, alignment);
  }

private:
  Resource &upstream_;
  std::mutex mutex_;
};

} // namespace langone::rt

#endif // LANGONE_RT_SYNCHRONIZED_ADAPTOR_H
