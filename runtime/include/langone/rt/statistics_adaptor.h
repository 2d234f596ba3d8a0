// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counts what passes through. It owns the counters.

#ifndef LANGONE_RT_STATISTICS_ADAPTOR_H
#define LANGONE_RT_STATISTICS_ADAPTOR_H

#include "langone/rt/resource.h"

namespace langone::rt {

/// Not thread-safe: put it below a SynchronizedAdaptor.
class StatisticsAdaptor final : public Resource {
public:
  struct Counts {
    std::uint64_t current = 0;
    std::uint64_t peak = 0;
    std::uint64_t total = 0; ///< of all allocations ever

    void add(std::uint64_t amount) noexcept {
      current += amount;
      total += amount;
      peak = current > peak ? current : peak;
    }
  };

  explicit StatisticsAdaptor(Resource &upstream) noexcept : upstream_(upstream) {}

  Result<void *> allocate(std::uint64_t size, std::uint64_t alignment) noexcept override {
    auto block = upstream_.allocate(size, alignment);
    if (block) {
      bytes_.add(size);
      blocks_.add(1);
    } else {
      ++failures_;
    }
    return block;
  }

  Result<void> deallocate(void *block, std::uint64_t size,
                          std::uint64_t alignment) noexcept override {
    auto freed = upstream_.deallocate(block, size, alignment);
    if (!freed) {
      ++failures_;
    } else if (block) {
      bytes_.current -= size;
      --blocks_.current;
    }
    return freed;
  }

  const Counts &bytes() const noexcept { return bytes_; }
  const Counts &blocks() const noexcept { return blocks_; }
  std::uint64_t failures() const noexcept { return failures_; } ///< calls that upstream refused

private:
  Resource &upstream_;
  Counts bytes_;
  Counts blocks_;
  std::uint64_t failures_ = 0;
};

} // namespace langone::rt

#endif // LANGONE_RT_STATISTICS_ADAPTOR_H
