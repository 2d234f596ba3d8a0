// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Guards and poison: secret values whose change shows a stray write. It owns the values and where
// in a slot they stand, not what is done about a change.
//
// Guard: the 8 bytes in front of a block, those directly behind its requested bytes, and the last 8
// of each slot, which are in front of the next. The secret is a pattern of period 8 over addresses,
// so that guards that overlap agree. Poison: the head of each unused slot.

#ifndef LANGONE_RT_MEMORY_GUARD_H
#define LANGONE_RT_MEMORY_GUARD_H

#include "memory/size_bins.h"

#include <cstdint>
#include <cstring>

namespace langone::rt::guard {

/// As long as the smallest slot has room beside its guard.
constexpr std::size_t poison_bytes = 24;

struct alignas(64) Secrets {
  std::uint64_t guard[8]; ///< as it reads at an address of that rest modulo 8
  std::uint64_t poison[2];
};

/// Drawn once, before the first block. Low bytes of both are never 0, so that a terminating zero
/// written one byte too far is seen.
extern constinit Secrets secrets;
void draw_secrets() noexcept;

// The last guard of a slot may be written for a block in it while it is read for the next one: with
// the bytes that are there already. Thread sanitizers cannot know.
[[gnu::no_sanitize("thread")]] inline std::uint64_t load(std::uintptr_t address) noexcept {
  std::uint64_t value = 0;
  std::memcpy(&value, reinterpret_cast<const void *>(address), sizeof value);
  return value;
}

[[gnu::no_sanitize("thread")]] inline void store(std::uintptr_t address,
                                                 std::uint64_t value) noexcept {
  std::memcpy(reinterpret_cast<void *>(address), &value, sizeof value);
}

/// The guard at an address of any alignment.
inline std::uint64_t pattern(std::uintptr_t address) noexcept { return secrets.guard[address % 8]; }

inline void write(std::uintptr_t address) noexcept { store(address, pattern(address)); }
inline bool is_intact(std::uintptr_t address) noexcept { return load(address) == pattern(address); }

/// In front of a block, hence aligned.
inline void write_before(std::uintptr_t block) noexcept {
  store(block - guard_bytes, secrets.guard[0]);
}
inline bool is_intact_before(std::uintptr_t block) noexcept {
  return load(block - guard_bytes) == secrets.guard[0];
}

/// In two stores: freed blocks are often out of the cache, and stores that wait for a line fill the
/// processor's store buffer.
inline void write_poison(std::uintptr_t slot) noexcept {
  static_assert(poison_bytes == 24);
  std::memcpy(reinterpret_cast<void *>(slot), secrets.poison, 16);
  store(slot + 16, secrets.poison[0]);
}
/// For a block that is about to live: its slot does not pass for an unused one any more.
inline void wipe_poison(std::uintptr_t slot) noexcept { store(slot, 0); }
inline bool is_poisoned(std::uintptr_t slot) noexcept {
  std::uint64_t different = 0;
  for (std::size_t offset = 0; offset < poison_bytes; offset += 8)
    different |= load(slot + offset) ^ secrets.poison[0];
  return different == 0;
}

} // namespace langone::rt::guard

#endif // LANGONE_RT_MEMORY_GUARD_H
