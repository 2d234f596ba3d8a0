// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One system call for resident memory, clocks from the vDSO or the kernel, the rest from our own
// counters.

#include "monitor/sampler.h"

#include "langone/rt/account.h"
#include "langone/rt/pool_gauges.h"
#include "langone/rt/statistics.h"

namespace langone::rt {

Sampler::Sampler() noexcept
    : statm_(system::File::open_to_read("/proc/self/statm")),
      processors_(system::usable_processors()), page_size_(system::page_size()),
      last_steady_(system::steady_clock()), last_process_(system::process_clock()) {}

ResourceUsage Sampler::sample(bool advances) noexcept {
  ResourceUsage usage;
  usage.timestamp = std::chrono::system_clock::now();
  usage.memory_used = Account::process().current();
  char buffer[128];
  const std::string_view statm = statm_.read(buffer, sizeof buffer); // "size resident ..."
  if (const std::size_t blank = statm.find(' '); blank != std::string_view::npos)
    usage.resident_memory = system::parse_number(statm.substr(blank)).value_or(0) * page_size_;

  const std::uint64_t steady = system::steady_clock();
  const std::uint64_t process = system::process_clock();
  if (steady > last_steady_)
    usage.cpu_usage = 100.0 * static_cast<double>(process - last_process_) /
                      (static_cast<double>(steady - last_steady_) * processors_);
  if (advances) {
    last_steady_ = steady;
    last_process_ = process;
  }

  const Statistics blocks = statistics();
  const pool_gauges::Reading pools = pool_gauges::read();
  usage.active_allocations = blocks.pool_allocations - blocks.pool_frees + pools.live_allocations;
  if (pools.bytes_held > 0)
    usage.memory_pool_efficiency =
        100.0 * static_cast<double>(pools.bytes_in_use) / static_cast<double>(pools.bytes_held);
  return usage;
}

} // namespace langone::rt
