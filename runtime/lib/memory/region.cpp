// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The managed range. Unused units form runs, coalesced by tags at both ends (Knuth, The Art of
// Computer Programming, vol. 1, 2.5) that lie in a table of their own; runs hang in lists by
// length. O(1) but for a first-fit walk over runs of similar length above 64 units.

#include "memory/region.h"

#include "base/system.h"

#include <algorithm>
#include <bit>
#include <mutex>

namespace langone::rt::region {

constinit Layout layout;

namespace {

constexpr auto relaxed = std::memory_order_relaxed;
/// Address space, not memory. Less is taken where a limit or a tool refuses it.
constexpr std::size_t most_bytes = std::size_t{256} << 30;
constexpr std::size_t least_bytes = std::size_t{64} << 20;
/// Written units that are kept for reuse.
constexpr std::size_t most_dirty_units = (std::size_t{64} << 20) / unit_bytes;
/// What is committed at once.
constexpr std::size_t commit_units = (std::size_t{4} << 20) / unit_bytes;
constexpr std::size_t description_bytes = std::size_t{1} << 20;

/// Of the first unit of a run; of the last one, `length` only. `length` is 0 for any other unit.
struct RunTag {
  std::uint32_t length;
  std::uint32_t next; ///< unit + 1; 0: none
  std::uint32_t previous;
  std::uint32_t dirty; ///< units of the run that were written, at most
};

constexpr std::size_t exact_lists = 64;
constexpr std::size_t list_count = exact_lists + 32;

constexpr std::size_t list_of(std::size_t length) noexcept {
  return length <= exact_lists
             ? length - 1
             : exact_lists + static_cast<std::size_t>(std::bit_width(length / exact_lists)) - 1;
}

class Runs {
public:
  void start(RunTag *tags, std::size_t units) noexcept {
    tags_ = tags;
    units_ = units;
  }

  /// The first unit of a run, `none` if no run is long enough.
  std::size_t take(std::size_t count, bool &zero) noexcept {
    for (std::size_t list = list_of(count); list < list_count; ++list)
      for (std::uint32_t entry = lists_[list]; entry != 0; entry = tags_[entry - 1].next)
        if (tags_[entry - 1].length >= count)
          return cut(entry - 1, count, zero);
    return none;
  }

  /// The first of units that were never handed out.
  std::size_t take_new(std::size_t count) noexcept {
    frontier_ += count;
    used_ += count;
    return frontier_ - count;
  }
  std::size_t frontier() const noexcept { return frontier_; }
  std::size_t remaining() const noexcept { return units_ - frontier_; }

  void give(std::size_t unit, std::size_t count, std::size_t dirty) noexcept {
    dirty_ += dirty;
    used_ -= count;
    if (unit > 0 && tags_[unit - 1].length != 0) {
      const std::size_t length = tags_[unit - 1].length;
      unit -= length;
      dirty += tags_[unit].dirty;
      unlink(unit);
      count += length;
    }
    if (unit + count < units_ && tags_[unit + count].length != 0) {
      const std::size_t next = unit + count;
      dirty += tags_[next].dirty;
      count += tags_[next].length;
      unlink(next);
    }
    link(unit, count, dirty);
  }

  /// Gives back the memory of runs, long ones first, until at most `keep` units are dirty.
  void discard(std::size_t keep, std::uintptr_t begin) noexcept {
    for (std::size_t list = list_count; list-- > 0;)
      for (std::uint32_t entry = lists_[list]; entry != 0 && dirty_ > keep;) {
        RunTag &tag = tags_[entry - 1];
        if (tag.dirty != 0 &&
            system::discard(reinterpret_cast<void *>(begin + (entry - 1) * unit_bytes),
                            tag.length * unit_bytes)) {
          dirty_ -= tag.dirty;
          tag.dirty = 0;
        }
        entry = tag.next;
      }
  }

  std::size_t dirty() const noexcept { return dirty_; }
  /// Units in use, and unused ones that are dirty.
  std::size_t held() const noexcept { return used_ + dirty_; }

  static constexpr std::size_t none = SIZE_MAX;

private:
  std::size_t cut(std::size_t unit, std::size_t count, bool &zero) noexcept {
    const std::size_t length = tags_[unit].length;
    const std::size_t dirty = tags_[unit].dirty;
    unlink(unit);
    zero = dirty == 0;
    const std::size_t rest = length - count;
    const std::size_t rest_dirty = std::min(rest, dirty);
    dirty_ -= dirty - rest_dirty;
    used_ += count;
    if (rest != 0)
      link(unit + count, rest, rest_dirty);
    return unit;
  }

  void link(std::size_t unit, std::size_t length, std::size_t dirty) noexcept {
    std::uint32_t &head = lists_[list_of(length)];
    const auto entry = static_cast<std::uint32_t>(unit + 1);
    tags_[unit + length - 1].length = static_cast<std::uint32_t>(length);
    tags_[unit] = {static_cast<std::uint32_t>(length), head, 0, static_cast<std::uint32_t>(dirty)};
    if (head != 0)
      tags_[head - 1].previous = entry;
    head = entry;
  }

  void unlink(std::size_t unit) noexcept {
    const RunTag tag = tags_[unit];
    if (tag.previous != 0)
      tags_[tag.previous - 1].next = tag.next;
    else
      lists_[list_of(tag.length)] = tag.next;
    if (tag.next != 0)
      tags_[tag.next - 1].previous = tag.previous;
    tags_[unit + tag.length - 1].length = 0;
    tags_[unit].length = 0;
  }

  RunTag *tags_ = nullptr;
  std::size_t units_ = 0;
  std::size_t frontier_ = 0;
  std::size_t used_ = 0;
  std::size_t dirty_ = 0;
  std::uint32_t lists_[list_count]{};
};

constinit std::mutex mutex;
constinit Runs runs;
constinit std::size_t committed_units = 0;
// Written under the lock.
constinit std::atomic<std::size_t> held_units{0};
constinit std::atomic<std::uint64_t> fetches{0};
constinit std::mutex description_mutex;
constinit std::uintptr_t description_next = 0;
constinit std::uintptr_t description_end = 0;

std::uintptr_t begin_of(std::size_t unit) noexcept {
  return layout.begin.load(std::memory_order_relaxed) + unit * unit_bytes;
}

std::size_t unit_of(std::uintptr_t address) noexcept {
  return (address - layout.begin.load(std::memory_order_relaxed)) >> unit_shift;
}

/// With units up to `end` in use.
bool commit_to(std::size_t end) noexcept {
  if (end <= committed_units)
    return true;
  const std::size_t all = layout.bytes.load(std::memory_order_relaxed) / unit_bytes;
  const std::size_t wanted = std::min(all, std::max(end, committed_units + commit_units));
  for (const std::size_t to : {wanted, end})
    if (system::commit(reinterpret_cast<void *>(begin_of(committed_units)),
                       (to - committed_units) * unit_bytes)) {
      committed_units = to;
      return true;
    }
  return false;
}

/// Reserves the range and its tables, the table of spans last.
bool reserve_range(std::size_t bytes) noexcept {
  void *range = system::reserve(bytes + unit_bytes);
  if (!range)
    return false;
  const std::size_t units = bytes / unit_bytes;
  void *tags = system::map_zeroed(units * sizeof(RunTag));
  void *spans = system::map_zeroed(units * sizeof(std::atomic<Span *>));
  if (!tags || !spans) {
    system::unmap(range, bytes + unit_bytes);
    if (tags)
      system::unmap(tags, units * sizeof(RunTag));
    if (spans)
      system::unmap(spans, units * sizeof(std::atomic<Span *>));
    return false;
  }
  runs.start(static_cast<RunTag *>(tags), units);
  layout.begin.store((reinterpret_cast<std::uintptr_t>(range) + unit_bytes - 1) & -unit_bytes);
  layout.spans.store(static_cast<std::atomic<Span *> *>(spans));
  layout.bytes.store(bytes, std::memory_order_release);
  return true;
}

} // namespace

bool start() noexcept {
  const std::lock_guard guard(mutex);
  if (layout.bytes.load(std::memory_order_relaxed) != 0)
    return true;
  for (std::size_t bytes = most_bytes; bytes >= least_bytes; bytes /= 2)
    if (reserve_range(bytes))
      return true;
  return false;
}

Units acquire(std::size_t count) noexcept {
  if (count > layout.bytes.load(std::memory_order_relaxed) / unit_bytes)
    return {0, false};
  const std::lock_guard guard(mutex);
  bool zero = true;
  std::size_t unit = runs.take(count, zero);
  if (unit == Runs::none) {
    if (count > runs.remaining() || !commit_to(runs.frontier() + count))
      return {0, false};
    unit = runs.take_new(count);
  }
  held_units.store(runs.held(), relaxed);
  if (zero)
    fetches.store(fetches.load(relaxed) + 1, relaxed);
  return {begin_of(unit), zero};
}

void release(std::uintptr_t begin, std::size_t count) noexcept {
  const std::lock_guard guard(mutex);
  runs.give(unit_of(begin), count, count);
  if (runs.dirty() > most_dirty_units)
    runs.discard(most_dirty_units / 2, begin_of(0));
  held_units.store(runs.held(), relaxed);
}

Usage usage() noexcept { return {held_units.load(relaxed) * unit_bytes, fetches.load(relaxed)}; }

void set_span(std::uintptr_t begin, std::size_t count, Span *span) noexcept {
  std::atomic<Span *> *entry = layout.spans.load(std::memory_order_relaxed) + unit_of(begin);
  for (std::size_t unit = 0; unit < count; ++unit)
    entry[unit].store(span, std::memory_order_release);
}

void *describe(std::size_t bytes) noexcept {
  bytes = (bytes + 63) & -std::size_t{64};
  const std::lock_guard guard(description_mutex);
  if (bytes > description_end - description_next) {
    const std::size_t mapped = std::max(bytes, description_bytes);
    void *memory = system::map_zeroed(mapped);
    if (!memory)
      return nullptr;
    description_next = reinterpret_cast<std::uintptr_t>(memory);
    description_end = description_next + mapped;
  }
  description_next += bytes;
  return reinterpret_cast<void *>(description_next - bytes);
}

std::size_t compact() noexcept {
  const std::lock_guard guard(mutex);
  const std::size_t before = runs.dirty();
  runs.discard(0, begin_of(0));
  held_units.store(runs.held(), relaxed);
  return (before - runs.dirty()) * unit_bytes;
}

void lock() noexcept {
  mutex.lock();
  description_mutex.lock();
}

void unlock() noexcept {
  description_mutex.unlock();
  mutex.unlock();
}

} // namespace langone::rt::region
