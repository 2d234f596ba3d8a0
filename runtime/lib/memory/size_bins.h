// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Size bins: which slot size serves a request, and how slots lie in a span. All of it is computed
// at compile time. It owns numbers only.
//
// Two series. `plain` serves alignments to 16: slots of 32 to 256 bytes in steps of 16, then eight
// for each power of two, each 16 bytes longer than the round number, so that a block of 4096 bytes
// and its guard do not need the next size, and first bytes spread over all sets of the cache.
// `line` serves alignments of 32 and 64: multiples of 64 bytes.

#ifndef LANGONE_RT_MEMORY_SIZE_BINS_H
#define LANGONE_RT_MEMORY_SIZE_BINS_H

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace langone::rt {

/// Guard bytes that each slot has behind the user's.
constexpr std::size_t guard_bytes = 8;
/// The largest request for which a bin exists.
constexpr std::size_t largest_binned = 32768;

constexpr unsigned unit_shift = 16;
/// The unit in which spans are cut from the managed range.
constexpr std::size_t unit_bytes = std::size_t{1} << unit_shift;

constexpr std::size_t plain_bins = 15 + 8 * 7 + 1;
constexpr std::size_t line_bins = 8 + 8 * 6 + 1;
constexpr std::size_t bin_count = plain_bins + line_bins;

struct BinShape {
  std::uint64_t reciprocal; ///< of slot_bytes, scaled by 2^reciprocal_shift, rounded up
  std::uint32_t slot_bytes;
  std::uint32_t units;  ///< of a span
  std::uint32_t slots;  ///< of a span
  std::uint32_t first;  ///< offset of slot 0; the bytes before it are its guard
  std::uint32_t batch;  ///< slots that move between threads at once
  std::uint32_t cached; ///< slots that one thread keeps at most
  std::uint32_t fresh;  ///< slots that are touched at once in a new span: about a page
};

/// slot = offset * reciprocal >> reciprocal_shift, exact for every offset in a span: the error of
/// the rounding is below offset * slot_bytes / 2^40 < 1 / slot_bytes for offsets below 2^20.
constexpr unsigned reciprocal_shift = 40;

namespace bins_detail {

constexpr std::array<BinShape, bin_count> make_shapes() {
  std::array<BinShape, bin_count> shapes{};
  std::size_t count = 0;
  const auto add = [&](std::uint32_t slot_bytes, std::uint32_t first) {
    BinShape &shape = shapes[count++];
    shape.slot_bytes = slot_bytes;
    shape.reciprocal = ((std::uint64_t{1} << reciprocal_shift) + slot_bytes - 1) / slot_bytes;
    shape.units = slot_bytes <= 1040 ? 1 : slot_bytes <= 8208 ? 8 : 16;
    shape.first = first;
    shape.slots = static_cast<std::uint32_t>((shape.units * unit_bytes - first) / slot_bytes);
    shape.batch = std::clamp<std::uint32_t>(65536 / slot_bytes, 2, 64);
    shape.cached = std::clamp<std::uint32_t>((2u << 20) / slot_bytes, 32, 1024);
    shape.fresh = std::clamp<std::uint32_t>(4096 / slot_bytes, 1, shape.batch);
  };
  for (std::uint32_t slot = 32; slot <= 256; slot += 16)
    add(slot, 16);
  for (std::uint32_t base = 256; base < largest_binned; base *= 2)
    for (std::uint32_t step = 0; step < 8; ++step)
      add(base + step * base / 8 + 16, 16);
  add(largest_binned + 16, 16);
  for (std::uint32_t slot = 64; slot <= 512; slot += 64)
    add(slot, 64);
  for (std::uint32_t base = 512; base < largest_binned; base *= 2)
    for (std::uint32_t step = 0; step < 8; ++step)
      add(base + step * base / 8 + 64, 64);
  add(largest_binned + 64, 64);
  return shapes;
}

constexpr std::array<BinShape, bin_count> shapes = make_shapes();

/// The first bin of [begin, end) with at least `slot_bytes`.
constexpr std::uint8_t first_with(std::size_t begin, std::size_t end, std::size_t slot_bytes) {
  while (begin + 1 < end && shapes[begin].slot_bytes < slot_bytes)
    ++begin;
  return static_cast<std::uint8_t>(begin);
}

/// By (bytes + 23) / 16, for requests to 1024 bytes.
constexpr auto small_table = [] {
  std::array<std::uint8_t, 66> table{};
  for (std::size_t index = 0; index < table.size(); ++index)
    table[index] = first_with(0, plain_bins, index * 16);
  return table;
}();

/// By (bytes + 119) / 128, for requests above that.
constexpr auto medium_table = [] {
  std::array<std::uint8_t, largest_binned / 128 + 1> table{};
  for (std::size_t index = 0; index < table.size(); ++index)
    table[index] = first_with(0, plain_bins, index * 128 + 16);
  return table;
}();

/// By (bytes + 7) / 64.
constexpr auto line_table = [] {
  std::array<std::uint8_t, largest_binned / 64 + 1> table{};
  for (std::size_t index = 0; index < table.size(); ++index)
    table[index] = first_with(plain_bins, bin_count, (index + 1) * 64);
  return table;
}();

} // namespace bins_detail

inline const BinShape &shape_of(std::size_t bin) noexcept { return bins_detail::shapes[bin]; }

/// The bin of a request of at most `largest_binned` bytes aligned to at most 16.
inline std::size_t plain_bin(std::size_t bytes) noexcept {
  if (bytes <= 1024) [[likely]]
    return bins_detail::small_table[(bytes + 23) / 16];
  return bins_detail::medium_table[(bytes + 119) / 128];
}

/// The same, aligned to at most 64.
inline std::size_t line_bin(std::size_t bytes) noexcept {
  return bins_detail::line_table[(bytes + 7) / 64];
}

} // namespace langone::rt

#endif // LANGONE_RT_MEMORY_SIZE_BINS_H
