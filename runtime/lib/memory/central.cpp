// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The shared slots of each bin.

#include "memory/central.h"

#include "memory/guard.h"
#include "memory/region.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <new>

namespace langone::rt::central {

namespace {

constexpr auto relaxed = std::memory_order_relaxed;
constexpr std::size_t most_batch = 64;
/// Full batches that a bin keeps before slots go back to their spans.
constexpr std::size_t most_batches = 32;

struct Batch {
  Batch *next;
  std::size_t count;
  FreeSlot slots[most_batch];
};

/// Where `Span::next` and `previous` lead.
struct SpanList {
  Span *first = nullptr;

  void push(Span &span) noexcept {
    span.previous = nullptr;
    span.next = first;
    if (first)
      first->previous = &span;
    first = &span;
  }
  void remove(Span &span) noexcept {
    (span.previous ? span.previous->next : first) = span.next;
    if (span.next)
      span.next->previous = span.previous;
  }
};

/// Under its lock.
class alignas(64) Bin {
public:
  std::size_t take(std::size_t bin, FreeSlot *slots) noexcept {
    if (full_) {
      Batch *batch = full_;
      full_ = batch->next;
      --batches_;
      std::copy_n(batch->slots, batch->count, slots);
      batch->next = spare_;
      spare_ = batch;
      return batch->count;
    }
    return take_from_spans(bin, slots);
  }

  void give(std::size_t bin, const FreeSlot *slots, std::size_t count) noexcept {
    if (Batch *batch = batches_ < most_batches ? empty_batch() : nullptr) {
      std::copy_n(slots, count, batch->slots);
      batch->count = count;
      batch->next = full_;
      full_ = batch;
      ++batches_;
      return;
    }
    for (std::size_t index = 0; index < count; ++index)
      give_to_span(bin, slots[index]);
  }

  void compact(std::size_t bin) noexcept {
    while (Batch *batch = full_) {
      full_ = batch->next;
      --batches_;
      for (std::size_t index = 0; index < batch->count; ++index)
        give_to_span(bin, batch->slots[index]);
      batch->next = spare_;
      spare_ = batch;
    }
    if (fresh_ && fresh_->free_count == fresh_->issued) {
      partial_.remove(*fresh_);
      release(*fresh_);
      fresh_ = nullptr;
    }
  }

private:
  Batch *empty_batch() noexcept {
    Batch *batch = spare_;
    if (batch)
      spare_ = batch->next;
    else
      batch = static_cast<Batch *>(region::describe(sizeof(Batch)));
    return batch;
  }

  std::size_t take_from_spans(std::size_t bin, FreeSlot *slots) noexcept {
    const std::size_t wanted = shape_of(bin).batch;
    std::size_t count = 0;
    while (count < wanted && partial_.first) {
      Span &span = *partial_.first;
      while (count < wanted && span.free_count != 0)
        slots[count++] = slot(span, span.free_slots[--span.free_count]);
      if (span.free_count == 0)
        partial_.remove(span);
    }
    return count != 0 ? count : take_fresh(bin, slots);
  }

  /// Never used slots; only here is memory touched for the first time.
  std::size_t take_fresh(std::size_t bin, FreeSlot *slots) noexcept {
    const BinShape &shape = shape_of(bin);
    if (!fresh_)
      fresh_ = create(bin);
    if (!fresh_)
      return 0;
    Span &span = *fresh_;
    const std::size_t count = std::min(shape.fresh, shape.slots - span.issued);
    for (std::size_t index = 0; index < count; ++index) {
      slots[index] = slot(span, span.issued++);
      const std::uintptr_t address = slots[index].address;
      guard::write_poison(address);
      guard::write_before(address + shape.slot_bytes);
      slots[index].state->word.store(block_word::unused, relaxed);
    }
    if (span.issued == shape.slots)
      fresh_ = nullptr;
    return count;
  }

  void give_to_span(std::size_t bin, const FreeSlot &slot) noexcept {
    Span &span = *region::span_of(slot.address);
    if (span.free_count == 0)
      partial_.push(span);
    span.free_slots[span.free_count++] = static_cast<std::uint16_t>(slot.state - span.states);
    // The fresh span stays: it would be the next to be asked for.
    if (span.free_count != shape_of(bin).slots)
      return;
    partial_.remove(span);
    release(span);
  }

  static FreeSlot slot(const Span &span, std::size_t index) noexcept {
    return {span.first + index * span.slot_bytes, span.states + index};
  }

  Span *create(std::size_t bin) noexcept {
    const BinShape &shape = shape_of(bin);
    Span *span = idle_ ? idle_ : describe(bin);
    if (!span)
      return nullptr;
    const region::Units units = region::acquire(shape.units);
    if (units.begin == 0) {
      if (span != idle_) {
        span->next = idle_;
        idle_ = span;
      }
      return nullptr;
    }
    if (span == idle_)
      idle_ = span->next;
    span->begin = units.begin;
    span->first = units.begin + shape.first;
    span->free_count = 0;
    span->issued = 0;
    guard::write_before(span->first);
    region::set_span(span->begin, span->units, span);
    return span;
  }

  static Span *describe(std::size_t bin) noexcept {
    const BinShape &shape = shape_of(bin);
    const std::size_t states = sizeof(Span);
    // One more: what an address behind the last slot leads to.
    const std::size_t free_slots = states + (shape.slots + 1) * sizeof(BlockState);
    auto *memory =
        static_cast<char *>(region::describe(free_slots + shape.slots * sizeof(std::uint16_t)));
    if (!memory)
      return nullptr;
    auto *span = new (memory) Span{};
    span->states = reinterpret_cast<BlockState *>(memory + states);
    span->free_slots = reinterpret_cast<std::uint16_t *>(memory + free_slots);
    span->reciprocal = shape.reciprocal;
    span->slot_bytes = shape.slot_bytes;
    span->slots = shape.slots;
    span->bin = static_cast<std::uint32_t>(bin);
    span->units = shape.units;
    return span;
  }

  void release(Span &span) noexcept {
    region::set_span(span.begin, span.units, nullptr);
    for (std::size_t index = 0; index < span.issued; ++index)
      span.states[index].word.store(block_word::never, relaxed);
    region::release(span.begin, span.units);
    span.next = idle_;
    idle_ = &span;
  }

  Batch *full_ = nullptr;
  std::size_t batches_ = 0;
  Batch *spare_ = nullptr; ///< empty ones
  SpanList partial_;       ///< spans with slots in their stacks
  Span *fresh_ = nullptr;  ///< the span with slots never issued
  Span *idle_ = nullptr;   ///< descriptions without memory
};

// Used until the last static destructor of the program. Bins share locks: a fork takes them all,
// and thread sanitizers bound how many that may be.
constinit Bin bins[bin_count];
constexpr std::size_t lock_count = 32;
struct alignas(64) Lock {
  std::mutex mutex;
};
constinit Lock locks[lock_count];

std::mutex &lock_of(std::size_t bin) noexcept { return locks[bin % lock_count].mutex; }

} // namespace

std::size_t take(std::size_t bin, FreeSlot *slots) noexcept {
  const std::lock_guard guard(lock_of(bin));
  return bins[bin].take(bin, slots);
}

void give(std::size_t bin, const FreeSlot *slots, std::size_t count) noexcept {
  const std::lock_guard guard(lock_of(bin));
  bins[bin].give(bin, slots, count);
}

void compact() noexcept {
  for (std::size_t bin = 0; bin < bin_count; ++bin) {
    const std::lock_guard guard(lock_of(bin));
    bins[bin].compact(bin);
  }
}

void lock() noexcept {
  for (Lock &lock : locks)
    lock.mutex.lock();
}

void unlock() noexcept {
  for (Lock &lock : locks)
    lock.mutex.unlock();
}

} // namespace langone::rt::central
