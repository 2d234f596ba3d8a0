// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Clocks from the vDSO or the kernel, resident memory from a file that stays open, the rest from
// our own counters.

#include "monitor/sampler.h"

#include "base/system.h"
#include "langone/rt/account.h"
#include "langone/rt/pool_gauges.h"

namespace langone::rt {

namespace {

constexpr std::uint64_t nanoseconds_of_resident = 1'000'000'000;

} // namespace

Sampler::Sampler() noexcept
    : statm_(system::File::open_to_read("/proc/self/statm")),
      processors_(system::usable_processors()), page_size_(system::page_bytes()),
      last_steady_(system::steady_clock()), last_process_(system::process_clock()) {}

ResourceUsage Sampler::next_sample() noexcept {
  const std::uint64_t steady = system::steady_clock();
  const std::uint64_t process = system::process_clock();
  if (resident_read_ == 0 || steady - resident_read_ >= nanoseconds_of_resident)
    read_resident(steady);
  const ResourceUsage usage = sample(steady, process);
  last_steady_ = steady;
  last_process_ = process;
  return usage;
}

ResourceUsage Sampler::single_sample() noexcept {
  const std::uint64_t steady = system::steady_clock();
  read_resident(steady);
  return sample(steady, system::process_clock());
}

void Sampler::read_resident(std::uint64_t steady) noexcept {
  char buffer[128];
  const std::string_view statm = statm_.read(buffer, sizeof buffer); // "size resident ..."
  if (const std::size_t blank = statm.find(' '); blank != std::string_view::npos)
    resident_ = system::parse_number(statm.substr(blank)).value_or(0) * page_size_;
  resident_read_ = steady;
}

ResourceUsage Sampler::sample(std::uint64_t steady, std::uint64_t process) noexcept {
  ResourceUsage usage;
  usage.timestamp = std::chrono::system_clock::now();
  usage.memory_used = Account::process().current();
  usage.resident_memory = resident_;
  if (steady > last_steady_)
    usage.cpu_usage = 100.0 * static_cast<double>(process - last_process_) /
                      (static_cast<double>(steady - last_steady_) * processors_);

  const pool_gauges::Reading pools = pool_gauges::read();
  usage.active_allocations = pools.live_allocations;
  if (pools.bytes_held > 0)
    usage.memory_pool_efficiency =
        100.0 * static_cast<double>(pools.bytes_in_use) / static_cast<double>(pools.bytes_held);
  return usage;
}

} // namespace langone::rt
