// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The map from addresses to values.

#include "langone/rt/detail/address_map.h"

#include "base/system.h"

namespace langone::rt::detail {

AddressMap::~AddressMap() { system::free(slots_); }

std::uint64_t *AddressMap::find(std::uint64_t key) noexcept {
  if (size_ == 0)
    return nullptr;
  Slot &slot = slots_[slot_of(key)];
  return slot.key == key && key != 0 ? &slot.value : nullptr;
}

bool AddressMap::reserve_one() noexcept { return 2 * (size_ + 1) <= capacity_ || grow(); }

bool AddressMap::insert(std::uint64_t key, std::uint64_t value) noexcept {
  if (!reserve_one())
    return false;
  place({key, value});
  ++size_;
  return true;
}

void AddressMap::erase(std::uint64_t key) noexcept {
  std::size_t hole = slot_of(key);
  for (std::size_t slot = next(hole); slots_[slot].key != 0; slot = next(slot)) {
    const std::size_t from_home = (slot - home_of(slots_[slot].key)) & (capacity_ - 1);
    const std::size_t from_hole = (slot - hole) & (capacity_ - 1);
    if (from_home < from_hole)
      continue;
    slots_[hole] = slots_[slot];
    hole = slot;
  }
  slots_[hole] = {};
  --size_;
}

bool AddressMap::grow() noexcept {
  const std::size_t capacity = capacity_ == 0 ? 64 : 2 * capacity_;
  void *memory = system::allocate_zeroed(capacity, sizeof(Slot));
  if (!memory)
    return false;
  Slot *old_slots = slots_;
  const std::size_t old_capacity = capacity_;
  slots_ = static_cast<Slot *>(memory);
  capacity_ = capacity;
  for (std::size_t slot = 0; slot < old_capacity; ++slot)
    if (old_slots[slot].key != 0)
      place(old_slots[slot]);
  system::free(old_slots);
  return true;
}

void AddressMap::place(Slot entry) noexcept { slots_[slot_of(entry.key)] = entry; }

/// The key's slot, or the empty one where it would stand.
std::size_t AddressMap::slot_of(std::uint64_t key) const noexcept {
  std::size_t slot = home_of(key);
  while (slots_[slot].key != 0 && slots_[slot].key != key)
    slot = next(slot);
  return slot;
}

std::size_t AddressMap::home_of(std::uint64_t key) const noexcept {
  // Fibonacci hashing; the low bits of addresses say little.
  return ((key >> 4) * 0x9E3779B97F4A7C15 >> 20) & (capacity_ - 1);
}

} // namespace langone::rt::detail
