// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A map from addresses, or other numbers but 0, to 64-bit values: open addressing with linear
// probing, deletion by backward shift (Knuth, The Art of Computer Programming, vol. 3, 6.4,
// algorithm R), at most half full. Growth can fail without an exception. It owns its table, not
// what the values mean; it is not thread-safe.

#ifndef LANGONE_RT_DETAIL_ADDRESS_MAP_H
#define LANGONE_RT_DETAIL_ADDRESS_MAP_H

#include <cstddef>
#include <cstdint>

namespace langone::rt::detail {

class AddressMap {
public:
  AddressMap() = default;
  AddressMap(const AddressMap &) = delete;
  AddressMap &operator=(const AddressMap &) = delete;
  ~AddressMap();

  std::size_t size() const noexcept { return size_; }

  /// Null if the key is not in the map. Invalid after the next change.
  std::uint64_t *find(std::uint64_t key) noexcept;
  const std::uint64_t *find(std::uint64_t key) const noexcept {
    return const_cast<AddressMap *>(this)->find(key);
  }

  /// Adds a key that is neither 0 nor in the map; false, and nothing changed, if the system has no
  /// memory.
  bool insert(std::uint64_t key, std::uint64_t value) noexcept;

  /// Makes room for one more key, so that the next `insert` cannot fail.
  bool reserve_one() noexcept;

  /// Removes a key that is in the map.
  void erase(std::uint64_t key) noexcept;

  /// Calls `visit(key, value)` for each, in no order.
  template <class Visit> void for_each(const Visit &visit) const {
    for (std::size_t slot = 0; slot < capacity_; ++slot)
      if (slots_[slot].key != 0)
        visit(slots_[slot].key, slots_[slot].value);
  }

private:
  struct Slot {
    std::uint64_t key; ///< 0: empty
    std::uint64_t value;
  };

  bool grow() noexcept;
  void place(Slot entry) noexcept;
  std::size_t slot_of(std::uint64_t key) const noexcept;
  std::size_t home_of(std::uint64_t key) const noexcept;
  std::size_t next(std::size_t slot) const noexcept { return (slot + 1) & (capacity_ - 1); }

  Slot *slots_ = nullptr;
  std::size_t capacity_ = 0; ///< 0 or a power of two
  std::size_t size_ = 0;
};

} // namespace langone::rt::detail

#endif // LANGONE_RT_DETAIL_ADDRESS_MAP_H
