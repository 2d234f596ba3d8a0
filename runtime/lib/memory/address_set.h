// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A set of addresses: open addressing with linear probing, deletion by backward shift (Knuth, The
// Art of Computer Programming, vol. 3, 6.4, algorithm R), at most half full. Growth can fail
// without an exception. It owns its table, which it keeps for ever; it is not thread-safe.

#ifndef LANGONE_RT_MEMORY_ADDRESS_SET_H
#define LANGONE_RT_MEMORY_ADDRESS_SET_H

#include <cstddef>
#include <cstdint>

namespace langone::rt {

/// A well mixed hash: its top bits choose the shard, those below them the slot.
constexpr std::uint64_t hash_address(std::uintptr_t address) noexcept {
  return (address >> 4) * 0x9E3779B97F4A7C15;
}

class AddressSet {
public:
  bool contains(std::uintptr_t address) const noexcept;

  /// Adds an address that is not in the set; false if the system has no memory.
  bool insert(std::uintptr_t address) noexcept;

  /// Removes an address that is in the set.
  void erase(std::uintptr_t address) noexcept;

private:
  bool grow() noexcept;
  void place(std::uintptr_t address) noexcept;
  std::size_t home_of(std::uintptr_t address) const noexcept;
  std::size_t next(std::size_t slot) const noexcept { return (slot + 1) & (capacity_ - 1); }

  std::uintptr_t *slots_ = nullptr; ///< 0: empty
  std::size_t capacity_ = 0;        ///< 0 or a power of two
  std::size_t size_ = 0;
};

} // namespace langone::rt

#endif // LANGONE_RT_MEMORY_ADDRESS_SET_H
