// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The sampled profile: two tables of fixed size with linear probing (the one of samples at most
// half full), mapped at the first sample.
// Samples are rare (one in 512 KiB), so one lock serves all threads. Stacks come from the
// unwinder, which needs no frame pointers.

#include "memory/profile.h"

#include "base/system.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <unwind.h>

namespace langone::rt::profile {

namespace {

constexpr auto relaxed = std::memory_order_relaxed;
constexpr std::size_t most_samples = 1 << 16;
constexpr std::size_t most_sites = 1 << 12;
/// record, and what of the heap calls it.
constexpr std::size_t own_frames = 1;

struct Sample {
  std::uintptr_t block; ///< 0: none
  std::uint64_t bytes;
  std::uint32_t site;
};

struct Tables {
  Sample samples[most_samples];
  Site sites[most_sites];
  std::size_t sample_count;
};

constinit std::atomic<std::uint64_t> distance{0};
constinit std::mutex mutex;
constinit Tables *tables = nullptr;
/// The unwinder may allocate.
constinit thread_local bool recording = false;

std::size_t mix(std::uint64_t value) noexcept { return value * 0x9E3779B97F4A7C15 >> 40; }

struct Stack {
  std::uintptr_t frames[most_frames];
  std::size_t count;
  std::size_t skipped;
};

_Unwind_Reason_Code add_frame(_Unwind_Context *context, void *argument) {
  Stack &stack = *static_cast<Stack *>(argument);
  const std::uintptr_t address = _Unwind_GetIP(context);
  if (address == 0 || stack.count == most_frames)
    return _URC_END_OF_STACK;
  if (stack.skipped < own_frames)
    ++stack.skipped;
  else
    stack.frames[stack.count++] = address;
  return _URC_NO_REASON;
}

/// The stack's site, a new one if need be; `most_sites` if there is no room.
std::size_t site_of(const Stack &stack) noexcept {
  std::uint64_t hash = stack.count;
  for (std::size_t frame = 0; frame < stack.count; ++frame)
    hash = hash * 0xD6E8FEB86659FD93 + stack.frames[frame];
  for (std::size_t probe = 0; probe < most_sites; ++probe) {
    const std::size_t index = (mix(hash) + probe) % most_sites;
    Site &site = tables->sites[index];
    if (site.frame_count == 0) {
      std::copy_n(stack.frames, stack.count, site.frames);
      site.frame_count = stack.count;
      return index;
    }
    if (site.frame_count == stack.count &&
        std::equal(stack.frames, stack.frames + stack.count, site.frames))
      return index;
  }
  return most_sites;
}

std::size_t home_of(const Sample &sample) noexcept { return mix(sample.block) % most_samples; }

/// The slot of the block, or the empty one where it would be.
std::size_t find(std::uintptr_t block) noexcept {
  std::size_t slot = mix(block) % most_samples;
  while (tables->samples[slot].block != 0 && tables->samples[slot].block != block)
    slot = (slot + 1) % most_samples;
  return slot;
}

/// Deletion by backward shift (Knuth, The Art of Computer Programming, vol. 3, 6.4, algorithm R).
void erase(std::size_t hole) noexcept {
  auto &samples = tables->samples;
  for (std::size_t slot = (hole + 1) % most_samples; samples[slot].block != 0;
       slot = (slot + 1) % most_samples) {
    const std::size_t from_home = (slot - home_of(samples[slot])) % most_samples;
    const std::size_t from_hole = (slot - hole) % most_samples;
    if (from_home < from_hole)
      continue;
    samples[hole] = samples[slot];
    hole = slot;
  }
  samples[hole].block = 0;
  --tables->sample_count;
}

std::uint64_t weight_of(std::uint64_t bytes) noexcept {
  return std::max(bytes, distance.load(relaxed));
}

bool insert(const Stack &stack, std::uintptr_t block, std::uint64_t bytes) noexcept {
  const std::lock_guard guard(mutex);
  if (!tables)
    tables = static_cast<Tables *>(system::map_zeroed(sizeof(Tables)));
  if (!tables || tables->sample_count == most_samples / 2)
    return false;
  const std::size_t site = site_of(stack);
  if (site == most_sites)
    return false;
  tables->samples[find(block)] = {block, weight_of(bytes), static_cast<std::uint32_t>(site)};
  ++tables->sample_count;
  tables->sites[site].held_bytes += weight_of(bytes);
  ++tables->sites[site].held_blocks;
  return true;
}

} // namespace

void set_distance(std::uint64_t bytes) noexcept { distance.store(bytes, relaxed); }

bool is_on() noexcept { return distance.load(relaxed) != 0; }

std::uint64_t next_distance() noexcept {
  // Uniform around the mean: enough to not beat with a loop of the program.
  static constinit std::atomic<std::uint64_t> state{0x853C49E6748FEA9B};
  const std::uint64_t random =
      state.fetch_add(0x9E3779B97F4A7C15, relaxed) * 0xD6E8FEB86659FD93 >> 32;
  const std::uint64_t mean = distance.load(relaxed);
  return mean == 0 ? UINT64_MAX / 2 : mean / 2 + random % mean;
}

bool record(std::uintptr_t block, std::uint64_t bytes) noexcept {
  if (recording)
    return false;
  recording = true;
  Stack stack{};
  // Before the lock: the unwinder may take the loader's.
  _Unwind_Backtrace(add_frame, &stack);
  recording = false;
  return stack.count != 0 && insert(stack, block, bytes);
}

void forget(std::uintptr_t block) noexcept {
  const std::lock_guard guard(mutex);
  const std::size_t slot = find(block);
  const Sample &sample = tables->samples[slot];
  if (sample.block != block)
    return;
  tables->sites[sample.site].held_bytes -= sample.bytes;
  --tables->sites[sample.site].held_blocks;
  erase(slot);
}

std::size_t top_sites(Site *sites, std::size_t count) noexcept {
  const std::lock_guard guard(mutex);
  if (!tables)
    return 0;
  std::size_t found = 0;
  for (const Site &site : tables->sites) {
    if (site.held_blocks == 0)
      continue;
    std::size_t place = found;
    for (; place > 0 && sites[place - 1].held_bytes < site.held_bytes; --place)
      if (place < count)
        sites[place] = sites[place - 1];
    if (place < count)
      sites[place] = site;
    found = std::min(found + 1, count);
  }
  return found;
}

void lock() noexcept { mutex.lock(); }

void unlock() noexcept { mutex.unlock(); }

} // namespace langone::rt::profile
