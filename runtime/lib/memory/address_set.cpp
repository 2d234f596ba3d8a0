// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The set of addresses.

#include "memory/address_set.h"

#include "base/system.h"

namespace langone::rt {

bool AddressSet::contains(std::uintptr_t address) const noexcept {
  if (capacity_ == 0 || address == 0)
    return false;
  for (std::size_t slot = home_of(address); slots_[slot] != 0; slot = next(slot))
    if (slots_[slot] == address)
      return true;
  return false;
}

bool AddressSet::insert(std::uintptr_t address) noexcept {
  if (2 * (size_ + 1) > capacity_ && !grow())
    return false;
  place(address);
  ++size_;
  return true;
}

void AddressSet::erase(std::uintptr_t address) noexcept {
  std::size_t hole = home_of(address);
  while (slots_[hole] != address)
    hole = next(hole);
  // Moves each later address of the run into the hole if its home does not lie behind the hole.
  for (std::size_t slot = next(hole); slots_[slot] != 0; slot = next(slot)) {
    const std::size_t from_home = (slot - home_of(slots_[slot])) & (capacity_ - 1);
    const std::size_t from_hole = (slot - hole) & (capacity_ - 1);
    if (from_home < from_hole)
      continue;
    slots_[hole] = slots_[slot];
    hole = slot;
  }
  slots_[hole] = 0;
  --size_;
}

bool AddressSet::grow() noexcept {
  const std::size_t capacity = capacity_ == 0 ? 64 : 2 * capacity_;
  void *memory = system::allocate_zeroed(capacity, sizeof(std::uintptr_t));
  if (!memory)
    return false;
  std::uintptr_t *old_slots = slots_;
  const std::size_t old_capacity = capacity_;
  slots_ = static_cast<std::uintptr_t *>(memory);
  capacity_ = capacity;
  for (std::size_t slot = 0; slot < old_capacity; ++slot)
    if (old_slots[slot] != 0)
      place(old_slots[slot]);
  system::free(old_slots);
  return true;
}

void AddressSet::place(std::uintptr_t address) noexcept {
  std::size_t slot = home_of(address);
  while (slots_[slot] != 0)
    slot = next(slot);
  slots_[slot] = address;
}

std::size_t AddressSet::home_of(std::uintptr_t address) const noexcept {
  return (hash_address(address) >> 20) & (capacity_ - 1);
}

} // namespace langone::rt
