// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A sampled heap profile: who holds the memory. Of all bytes that a thread allocates, one in every
// so many names the block that is recorded with the stack of its allocation; a recorded block
// stands for that many bytes, or for its own size if that is more (tcmalloc's and jemalloc's
// profiles do the same). It owns the records of live samples and sites; not when to sample.

#ifndef LANGONE_RT_MEMORY_PROFILE_H
#define LANGONE_RT_MEMORY_PROFILE_H

#include <cstddef>
#include <cstdint>

namespace langone::rt::profile {

constexpr std::size_t most_frames = 24;

struct Site {
  std::uintptr_t frames[most_frames]; ///< return addresses, innermost first, ours left out
  std::size_t frame_count;
  std::uint64_t held_bytes;  ///< estimate
  std::uint64_t held_blocks; ///< samples that are live
};

/// Mean distance between samples in bytes; 0 (as it is at first): no profile.
void set_distance(std::uint64_t bytes) noexcept;
bool is_on() noexcept;
/// A random distance around the mean.
std::uint64_t next_distance() noexcept;

/// False if nothing was recorded (no room, or called from within itself).
bool record(std::uintptr_t block, std::uint64_t bytes) noexcept;
void forget(std::uintptr_t block) noexcept;

/// The sites that hold most, at most `count`, in falling order; how many.
std::size_t top_sites(Site *sites, std::size_t count) noexcept;

/// Around a fork.
void lock() noexcept;
void unlock() noexcept;

} // namespace langone::rt::profile

#endif // LANGONE_RT_MEMORY_PROFILE_H
