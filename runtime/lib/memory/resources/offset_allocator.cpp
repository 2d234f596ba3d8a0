// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The offset allocator. Sizes are counted in granules.

#include "langone/rt/offset_allocator.h"

#include "base/system.h"

#include <algorithm>

namespace langone::rt {

OffsetAllocator::OffsetAllocator(std::uint64_t size, std::uint64_t granularity) noexcept
    : granularity_(std::bit_floor(std::max<std::uint64_t>(granularity, 1))),
      size_(size & ~(granularity_ - 1)) {
  for (auto &heads : heads_)
    heads.fill(none);
}

OffsetAllocator::~OffsetAllocator() { system::free(nodes_); }

Result<std::uint64_t> OffsetAllocator::allocate(std::uint64_t bytes,
                                                std::uint64_t alignment) noexcept {
  if (!std::has_single_bit(alignment))
    return tl::make_unexpected(detail::bad_alignment);
  // The first node covers the space; the others are split off.
  if (!reserve_nodes(3) || !live_.reserve_one())
    return tl::make_unexpected(detail::out_of_memory);
  if (node_count_ == 0 && size_ > 0) {
    const Index whole = take_node();
    nodes_[whole] = {0, size_, 0, none, none, none, none, true};
    link_free(whole);
  }
  const std::uint64_t size = detail::round_up(std::max<std::uint64_t>(bytes, 1), granularity_);
  Index index = find_aligned(size, alignment);
  if (index == none)
    return tl::make_unexpected(PoolExhausted{bytes, size_ - used_bytes_});
  unlink_free(index);
  const std::uint64_t padding = -nodes_[index].offset & (alignment - 1);
  if (padding > 0) {
    const Index rest = split(index, padding);
    link_free(index);
    index = rest;
  }
  if (nodes_[index].size > size)
    link_free(split(index, size));
  Node &node = nodes_[index];
  node.is_free = false;
  node.bytes = bytes;
  used_bytes_ += size;
  live_.insert(node.offset + 1, index);
  return node.offset;
}

Result<void> OffsetAllocator::deallocate(std::uint64_t offset, std::uint64_t bytes) noexcept {
  const std::uint64_t *found = live_.find(offset + 1);
  if (!found)
    return tl::make_unexpected(InvalidOperation{"not a live range (foreign or already freed)"});
  auto index = static_cast<Index>(*found);
  if (nodes_[index].bytes != bytes)
    return tl::make_unexpected(detail::wrong_size);
  live_.erase(offset + 1);
  used_bytes_ -= nodes_[index].size;
  const Index behind = nodes_[index].behind;
  if (behind != none && nodes_[behind].is_free) {
    unlink_free(behind);
    merge_behind(index);
  }
  const Index before = nodes_[index].before;
  if (before != none && nodes_[before].is_free) {
    unlink_free(before);
    merge_behind(before);
    index = before;
  }
  link_free(index);
  return {};
}

OffsetAllocatorStatistics OffsetAllocator::statistics() const noexcept {
  OffsetAllocatorStatistics result;
  result.used_bytes = used_bytes_;
  result.free_bytes = size_ - used_bytes_;
  result.allocations = live_.size();
  if (node_count_ == 0)
    result.largest_free_bytes = size_;
  for (const auto &heads : heads_)
    for (const Index head : heads)
      for (Index index = head; index != none; index = nodes_[index].next)
        result.largest_free_bytes = std::max(result.largest_free_bytes, nodes_[index].size);
  return result;
}

/// The class that a range of this size belongs to: its power of two, and the bits below.
OffsetAllocator::Class OffsetAllocator::class_of(std::uint64_t size) const noexcept {
  const std::uint64_t granules = size / granularity_;
  const int first = static_cast<int>(std::bit_width(granules)) - 1;
  const std::uint64_t below = granules - (std::uint64_t{1} << first);
  const auto second =
      first >= second_bits ? below >> (first - second_bits) : below << (second_bits - first);
  return {first, static_cast<int>(second)};
}

/// A free range of at least this size: the first of the next class all of whose ranges fit.
OffsetAllocator::Index OffsetAllocator::find(std::uint64_t size) const noexcept {
  const std::uint64_t granules = size / granularity_;
  const int width = static_cast<int>(std::bit_width(granules)) - 1;
  const std::uint64_t step = width >= second_bits ? std::uint64_t{1} << (width - second_bits) : 1;
  if (granules > UINT64_MAX / granularity_ - step)
    return none;
  const auto [first, second] = class_of((granules + step - 1) * granularity_);
  std::uint32_t seconds = second_map_[static_cast<std::size_t>(first)] >> second << second;
  auto found = static_cast<std::size_t>(first);
  if (seconds == 0) {
    const std::uint64_t firsts = first + 1 < first_classes ? first_map_ >> (first + 1) : 0;
    if (firsts == 0)
      return none;
    found += 1 + static_cast<std::size_t>(std::countr_zero(firsts));
    seconds = second_map_[found];
  }
  return heads_[found][static_cast<std::size_t>(std::countr_zero(seconds))];
}

/// Any range that fits may do as it lies; one that is larger by the alignment always does.
OffsetAllocator::Index OffsetAllocator::find_aligned(std::uint64_t size,
                                                     std::uint64_t alignment) const noexcept {
  if (size > size_)
    return none;
  Index index = find(size);
  if (index == none) {
    // The classes are coarse: the head of the request's own class may fit.
    const auto [first, second] = class_of(size);
    index = heads_[static_cast<std::size_t>(first)][static_cast<std::size_t>(second)];
  }
  if (index != none) {
    const Node &node = nodes_[index];
    const std::uint64_t padding = -node.offset & (alignment - 1);
    if (padding <= node.size && size <= node.size - padding)
      return index;
  }
  if (alignment <= granularity_ || alignment > size_)
    return none;
  return find(size + alignment - granularity_);
}

bool OffsetAllocator::reserve_nodes(std::uint32_t count) noexcept {
  if (unused_nodes_ + (node_capacity_ - node_count_) >= count)
    return true;
  const std::uint32_t capacity = std::max<std::uint32_t>(64, 2 * node_capacity_);
  if (capacity <= node_capacity_)
    return false;
  void *nodes = system::reallocate(nodes_, capacity * sizeof(Node));
  if (!nodes)
    return false;
  nodes_ = static_cast<Node *>(nodes);
  node_capacity_ = capacity;
  return true;
}

OffsetAllocator::Index OffsetAllocator::take_node() noexcept {
  if (first_unused_ == none)
    return node_count_++;
  const Index index = first_unused_;
  first_unused_ = nodes_[index].next;
  --unused_nodes_;
  return index;
}

void OffsetAllocator::return_node(Index index) noexcept {
  nodes_[index].next = first_unused_;
  first_unused_ = index;
  ++unused_nodes_;
}

void OffsetAllocator::link_free(Index index) noexcept {
  Node &node = nodes_[index];
  const auto [first, second] = class_of(node.size);
  Index &head = heads_[static_cast<std::size_t>(first)][static_cast<std::size_t>(second)];
  node.is_free = true;
  node.previous = none;
  node.next = head;
  if (head != none)
    nodes_[head].previous = index;
  head = index;
  first_map_ |= std::uint64_t{1} << first;
  second_map_[static_cast<std::size_t>(first)] |= std::uint32_t{1} << second;
}

void OffsetAllocator::unlink_free(Index index) noexcept {
  const Node &node = nodes_[index];
  if (node.next != none)
    nodes_[node.next].previous = node.previous;
  if (node.previous != none) {
    nodes_[node.previous].next = node.next;
    return;
  }
  const auto [first, second] = class_of(node.size);
  heads_[static_cast<std::size_t>(first)][static_cast<std::size_t>(second)] = node.next;
  if (node.next != none)
    return;
  std::uint32_t &seconds = second_map_[static_cast<std::size_t>(first)];
  seconds &= ~(std::uint32_t{1} << second);
  if (seconds == 0)
    first_map_ &= ~(std::uint64_t{1} << first);
}

/// Cuts a range, which is in no list, after `size`; returns the second part.
OffsetAllocator::Index OffsetAllocator::split(Index index, std::uint64_t size) noexcept {
  const Index rest = take_node();
  Node &node = nodes_[index];
  nodes_[rest] = {node.offset + size, node.size - size, 0, index, node.behind, none, none, false};
  if (node.behind != none)
    nodes_[node.behind].before = rest;
  node.behind = rest;
  node.size = size;
  return rest;
}

/// Joins a range with the one behind it; neither is in a list.
void OffsetAllocator::merge_behind(Index index) noexcept {
  Node &node = nodes_[index];
  const Index behind = node.behind;
  node.size += nodes_[behind].size;
  node.behind = nodes_[behind].behind;
  if (node.behind != none)
    nodes_[node.behind].before = index;
  return_node(behind);
}

} // namespace langone::rt
