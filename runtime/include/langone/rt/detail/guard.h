// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Guards: patterns around live blocks, and in free ones, that a stray write destroys. It owns the
// patterns and the comparison; where they lie is each pool's.

#ifndef LANGONE_RT_DETAIL_GUARD_H
#define LANGONE_RT_DETAIL_GUARD_H

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace langone::rt::detail {

/// Bytes before and behind each block. A write of up to that many bytes beyond a block, or a single
/// byte that far away, hits one.
inline constexpr std::uint64_t guard_bytes = 32;

/// A secret whose bytes are neither zero nor ASCII: the most common stray byte is the end of a
/// string. `salt` tells the uses apart.
std::uint64_t make_secret(std::uint64_t salt) noexcept;

/// Two words, so that comparisons take one vector register on every 64-bit machine.
using Lane = std::uint64_t __attribute__((vector_size(16)));

inline Lane load_lane(const std::byte *bytes) noexcept {
  Lane lane;
  std::memcpy(&lane, bytes, sizeof lane);
  return lane;
}

inline void store_lane(std::byte *bytes, Lane lane) noexcept {
  std::memcpy(bytes, &lane, sizeof lane);
}

inline bool is_zero(Lane lane) noexcept { return (lane[0] | lane[1]) == 0; }

/// The secret's bytes follow the address: guards that overlap agree.
inline std::uint64_t rotated(std::uint64_t secret, std::uint64_t offset) noexcept {
  return std::rotl(secret, -static_cast<int>(8 * (offset % 8)));
}

inline void write_guard(std::byte *guard, std::uint64_t pattern) noexcept {
  const Lane lane{pattern, pattern};
  store_lane(guard, lane);
  store_lane(guard + 16, lane);
}

/// Zero if the guard is intact.
inline Lane guard_damage(const std::byte *guard, std::uint64_t pattern) noexcept {
  const Lane lane{pattern, pattern};
  return (load_lane(guard) ^ lane) | (load_lane(guard + 16) ^ lane);
}

} // namespace langone::rt::detail

#endif // LANGONE_RT_DETAIL_GUARD_H
