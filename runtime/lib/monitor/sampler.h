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

  /// `advances`: the next sample's processor time counts from here.
  ResourceUsage sample(bool advances) noexcept;

private:
  system::File statm_;
  unsigned processors_;
  std::uint64_t page_size_;
  std::uint64_t last_steady_;
  std::uint64_t last_process_;
};

} // namespace langone::rt

#endif // LANGONE_RT_MONITOR_SAMPLER_H
