// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Takes one sample of the process's use. It owns the descriptors and the last clock readings; not
// when samples are taken.

#ifndef LANGONE_RT_MONITOR_SAMPLER_H
#define LANGONE_RT_MONITOR_SAMPLER_H

#include "base/system_files.h"
#include "langone/rt/usage.h"

namespace langone::rt {

/// Not thread-safe. A sample allocates nothing.
class Sampler {
public:
  Sampler() noexcept;

  /// One of a series: the next one's processor time counts from here; resident memory, the dearest
  /// of the numbers, is read once a second only.
  ResourceUsage next_sample() noexcept;
  /// By itself, with everything as it is now.
  ResourceUsage single_sample() noexcept;

private:
  ResourceUsage sample(std::uint64_t steady, std::uint64_t process) noexcept;
  void read_resident(std::uint64_t steady) noexcept;

  system::File statm_;
  unsigned processors_;
  std::uint64_t page_size_;
  std::uint64_t last_steady_;
  std::uint64_t last_process_;
  std::uint64_t resident_ = 0;
  std::uint64_t resident_read_ = 0; // when; 0: never
};

} // namespace langone::rt

#endif // LANGONE_RT_MONITOR_SAMPLER_H
