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

/// An odd number whose highest byte is neither zero nor ASCII, also after twice an address has been
/// added.
std::uint64_t make_secret() noexcept;

inline std::uint64_t load_word(const std::byte *bytes) noexcept {
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

inline void store_word(std::byte *bytes, std::uint64_t word) noexcept {
  std::memcpy(bytes, &word, sizeof word);
}

/// Only the first and the last word of a guard are written and compared: a write that runs over the
/// end of a block hits the near one, a single one at a distance the far one.
inline void write_guard(std::byte *guard, std::uint64_t word) noexcept {
  store_word(guard, word);
  store_word(guard + guard_bytes - 8, word);
}

/// What a live block's four guard words are: they differ from block to block and from size to size,
/// so that neither a copied guard nor a wrong size passes. The secret is odd: the lowest byte, the
/// first behind a block, is never the zero that ends a string.
inline std::uint64_t guard_word(const std::byte *block, std::uint64_t bytes,
                                std::uint64_t secret) noexcept {
  return 2 * (reinterpret_cast<std::uintptr_t>(block) + bytes) + secret;
}

/// The size in a guard word; nonsense if the word is damaged.
inline std::uint64_t size_in_guard(std::uint64_t word, const std::byte *block,
                                   std::uint64_t secret) noexcept {
  return (word - secret) / 2 - reinterpret_cast<std::uintptr_t>(block);
}

/// Both guards of a block at once. Words are added up, not compared: damage to one of them always
/// changes the sum, damage to several changes it but for a chance of 2^-64.
inline bool are_guards_intact(const std::byte *block, std::uint64_t bytes,
                              std::uint64_t word) noexcept {
  return load_word(block - guard_bytes) + load_word(block - 8) + load_word(block + bytes) +
             load_word(block + bytes + guard_bytes - 8) ==
         4 * word;
}

/// The first 32 bytes of a free block: the line that its guard has in the cache anyway.
inline constexpr std::uint64_t poison_bytes = 32;

inline void write_poison(std::byte *block, std::uint64_t word) noexcept {
  // Two words at a time: whether `is_poison_intact` is compiled to load one or two, it need not
  // wait for the store to reach the cache.
  using Pair = std::uint64_t __attribute__((vector_size(16)));
  const Pair pair{word, word};
  std::memcpy(block, &pair, sizeof pair);
  std::memcpy(block + 16, &pair, sizeof pair);
}

inline bool is_poison_intact(const std::byte *block, std::uint64_t word) noexcept {
  return load_word(block) + load_word(block + 8) + load_word(block + 16) + load_word(block + 24) ==
         4 * word;
}

} // namespace langone::rt::detail

#endif // LANGONE_RT_DETAIL_GUARD_H
