// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The slow paths of the heap: slots from and to the shared lists, blocks of every size, frees of
// other threads' blocks.

#include "memory/heap.h"

#include "memory/heap_registry.h"
#include "memory/large.h"
#include "memory/profile.h"

#include <algorithm>
#include <bit>

namespace langone::rt {

namespace {

constexpr auto relaxed = std::memory_order_relaxed;
/// Alignments that bins serve by moving the block within its slot.
constexpr std::uint64_t largest_moved_alignment = 4096;
/// What a thread's stacks may hold together, at most.
constexpr std::size_t most_allowed_bytes = std::size_t{16} << 20;
/// What a thread keeps of large blocks for reuse, at most.
constexpr std::size_t most_spare_units = (std::size_t{34} << 20) / unit_bytes;

} // namespace

// -- allocation -----------------------------------------------------------------------------------

tl::expected<Draft, Fault> Heap::prepare(std::uint64_t bytes, std::uint64_t alignment,
                                         BlockKind kind, std::uintptr_t &corrupted_block) noexcept {
  Heap *heap = mine();
  if (!heap)
    return tl::make_unexpected(Fault::out_of_memory);
  heap->follow_settings();
  tl::expected<Draft, Fault> draft = tl::make_unexpected(Fault::out_of_memory);
  if (bytes <= largest_binned && alignment <= 16)
    draft = heap->prepare_slot(plain_bin(bytes), 1, kind, corrupted_block);
  else if (bytes <= largest_binned && alignment <= 64)
    draft = heap->prepare_slot(line_bin(bytes), 1, kind, corrupted_block);
  else if (alignment <= largest_moved_alignment && bytes + alignment <= largest_binned)
    draft = heap->prepare_slot(plain_bin(bytes + alignment), alignment, kind, corrupted_block);
  else
    draft = heap->prepare_large(bytes, alignment, kind, corrupted_block);
  Counts &counts = heap->counts_of(kind);
  if (draft && heap->wants_sample(kind)) {
    counts.sample_at = counts.allocated_bytes.load(relaxed) + profile::next_distance();
    if (profile::record(draft->block, bytes))
      draft->word |= block_word::sampled;
  }
  return draft;
}

tl::expected<Draft, Fault> Heap::prepare_slot(std::size_t bin, std::uint64_t alignment,
                                              BlockKind kind,
                                              std::uintptr_t &corrupted_block) noexcept {
  Stack &stack = stacks_[bin];
  if (stack.top == stack.bottom && !refill(bin))
    return tl::make_unexpected(Fault::out_of_memory);
  const FreeSlot slot = *--stack.top;
  if (!guard::is_poisoned(slot.address)) {
    corrupted_block = slot.address;
    // Written after its free: never used again. Or in two stacks, and live by now: dropped.
    std::uint64_t unused = block_word::unused;
    slot.state->word.compare_exchange_strong(unused, block_word::retired, relaxed);
    return tl::make_unexpected(Fault::corrupted);
  }
  Draft draft{slot.address, slot.state, plain_live(kind), nullptr, false};
  if (const std::uint64_t distance = -slot.address & (alignment - 1); distance != 0) {
    draft.block += distance;
    draft.word |= distance / 16 << block_word::distance_shift;
  }
  return draft;
}

tl::expected<Draft, Fault> Heap::prepare_large(std::uint64_t bytes, std::uint64_t alignment,
                                               BlockKind kind,
                                               std::uintptr_t &corrupted_block) noexcept {
  const std::size_t units = large::units_for(bytes, alignment);
  Span *span = take_spare(units, bytes, alignment);
  bool zero = false;
  if (!span) {
    span = large::create(units, alignment, zero);
  } else if (!guard::is_poisoned(span->first)) {
    corrupted_block = span->first;
    return tl::make_unexpected(Fault::corrupted);
  }
  if (!span)
    return tl::make_unexpected(Fault::out_of_memory);
  span->bytes = bytes;
  span->log = nullptr;
  return Draft{span->first, &span->state, plain_live(kind) | block_word::large, span, zero};
}

void Heap::publish(const Draft &draft, std::uint64_t bytes, Account *account) noexcept {
  if (!draft.zero)
    guard::wipe_poison(draft.block - block_word::distance(draft.word));
  if (block_word::distance(draft.word) != 0)
    guard::write_before(draft.block);
  guard::write(draft.block + bytes);
  go_live(*draft.state, draft.large ? draft.word : draft.word | bytes << block_word::bytes_shift,
          account);
  current().count_allocation(block_word::kind(draft.word), bytes);
}

void Heap::withdraw(const Draft &draft) noexcept {
  if ((draft.word & block_word::sampled) != 0)
    profile::forget(draft.block);
  if (draft.large) {
    large::destroy(*draft.large);
    return;
  }
  const Span &span = *region::span_of(draft.block);
  const std::uintptr_t slot = draft.block - block_word::distance(draft.word);
  current().push(span.bin, {slot, draft.state});
}

// -- free -----------------------------------------------------------------------------------------

namespace {

/// A state that may be a live block's, with the word it has now.
struct Found {
  Span *span;
  BlockState *state;
  std::uint64_t word;
};

/// Reads no memory of the managed range.
Found find(std::uintptr_t address) noexcept {
  Span *span = region::span_of(address);
  if (!span)
    return {};
  const SlotIndex slot = slot_at(*span, address);
  if (slot.index >= span->slots)
    return {};
  BlockState &state = span->states[slot.index];
  const std::uint64_t word = state.word.load(std::memory_order_acquire);
  if (block_word::phase(word) != block_word::live || slot.distance != block_word::distance(word))
    return {};
  return {span, &state, word};
}

/// One of several that free the block at once wins.
bool claim(const Found &found) noexcept {
  std::uint64_t word = found.word;
  return found.state->word.compare_exchange_strong(word, word | block_word::retired,
                                                   std::memory_order_acq_rel, relaxed);
}

std::uint64_t bytes_of(const Found &found) noexcept {
  return (found.word & block_word::large) != 0 ? found.span->bytes : block_word::bytes(found.word);
}

} // namespace

Fault Heap::free_slow(void *block, BlockKind kind, Freed &freed) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  const Found found = find(address);
  if (!found.span)
    return Fault::not_live;
  if (block_word::kind(found.word) != kind)
    return Fault::wrong_kind;
  if (!claim(found))
    return Fault::not_live;
  return free_claimed(*found.span, *found.state, address, found.word, freed);
}

Fault Heap::free_claimed(Span &span, BlockState &state, std::uintptr_t block, std::uint64_t word,
                         Freed &freed) noexcept {
  freed = {state.account.load(relaxed), bytes_of({&span, &state, word})};
  if (!guard::is_intact(block + freed.bytes) || !guard::is_intact_before(block)) {
    state.word.store(word, std::memory_order_release);
    return Fault::corrupted;
  }
  if ((word & block_word::sampled) != 0)
    profile::forget(block);
  Heap *heap = mine();
  if (heap)
    heap->count_free(block_word::kind(word), freed.bytes);
  const std::uintptr_t slot = block - block_word::distance(word);
  guard::write_poison(slot);
  state.word.store(block_word::unused, std::memory_order_release);
  if ((word & block_word::large) != 0) {
    if (heap)
      heap->keep_spare(span);
    else
      large::destroy(span);
  } else if (const FreeSlot unused{slot, &state}; heap) {
    heap->push(span.bin, unused);
  } else {
    central::give(span.bin, &unused, 1);
  }
  return Fault::none;
}

bool Heap::is_logged(void *block, const UndoLog *log, std::uint64_t ticket) noexcept {
  const Found found = find(reinterpret_cast<std::uintptr_t>(block));
  if (!found.span)
    return false;
  if ((found.word & block_word::large) != 0)
    return found.span->log == log && found.span->ticket == ticket;
  // This thread alone could have allocated here again, and would have recorded that too.
  return block_word::heap(found.word) == current().id_ &&
         block_word::kind(found.word) != BlockKind::program;
}

Fault Heap::free_logged(void *block, const UndoLog *log, std::uint64_t ticket, BlockKind &kind,
                        Freed &freed) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  const Found found = find(address);
  if (!found.span || !is_logged(block, log, ticket) || !claim(found))
    return Fault::not_live;
  kind = block_word::kind(found.word);
  return free_claimed(*found.span, *found.state, address, found.word, freed);
}

tl::expected<BlockView, Fault> Heap::view(const void *block) noexcept {
  const Found found = find(reinterpret_cast<std::uintptr_t>(block));
  if (!found.span)
    return tl::make_unexpected(Fault::not_live);
  return BlockView{bytes_of(found), block_word::kind(found.word), found.state};
}

bool Heap::resize(void *block, std::uint64_t bytes) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  const Found found = find(address);
  if (!found.span || (found.word & block_word::sampled) != 0)
    return false;
  const std::uint64_t old_bytes = bytes_of(found);
  if (!guard::is_intact(address + old_bytes) || !guard::is_intact_before(address))
    return false;
  if ((found.word & block_word::large) != 0) {
    const std::uintptr_t end = found.span->begin + found.span->units * unit_bytes;
    if (bytes + guard_bytes > end - address || bytes < largest_binned)
      return false;
    found.span->bytes = bytes;
  } else {
    const std::size_t slot_bytes = found.span->slot_bytes;
    const std::size_t room = slot_bytes - guard_bytes - block_word::distance(found.word);
    // Shrunk below half its slot a block is better moved.
    if (bytes > room || bytes < room / 2)
      return false;
    const std::uint64_t low = found.word & UINT32_MAX;
    found.state->word.store(low | bytes << block_word::bytes_shift, std::memory_order_release);
  }
  guard::write(address + bytes);
  Heap &heap = current();
  add(heap.counts_of(block_word::kind(found.word)).allocated_bytes, bytes);
  add(heap.counts_of(block_word::kind(found.word)).freed_bytes, old_bytes);
  return true;
}

// -- what a thread keeps --------------------------------------------------------------------------

bool Heap::refill(std::size_t bin) noexcept {
  Stack &stack = stacks_[bin];
  if (!stack.bottom && !raise_limit(bin))
    return false;
  stack.top = stack.bottom + central::take(bin, stack.bottom);
  return stack.top != stack.bottom;
}

/// The first call for a bin makes its stack.
bool Heap::raise_limit(std::size_t bin) noexcept {
  const BinShape &shape = shape_of(bin);
  Stack &stack = stacks_[bin];
  if (!stack.bottom) {
    auto *slots = static_cast<FreeSlot *>(region::describe(shape.cached * sizeof(FreeSlot)));
    if (!slots)
      return false;
    stack.top = stack.bottom = slots;
    stack.limit = slots + shape.batch;
    return true;
  }
  const auto limit = static_cast<std::size_t>(stack.limit - stack.bottom);
  const std::size_t raised = std::min<std::size_t>(2 * limit, shape.cached);
  const std::size_t bytes = (raised - limit) * shape.slot_bytes;
  if (raised == limit || allowed_bytes_ + bytes > most_allowed_bytes)
    return false;
  allowed_bytes_ += bytes;
  stack.limit = stack.bottom + raised;
  return true;
}

void Heap::push_slow(std::size_t bin, FreeSlot slot) noexcept {
  follow_settings();
  Stack &stack = stacks_[bin];
  if (stack.top == stack.limit && !raise_limit(bin)) {
    const auto count = static_cast<std::size_t>(stack.top - stack.bottom);
    if (count == 0) { // No memory for a stack.
      central::give(bin, &slot, 1);
      return;
    }
    give_oldest(bin, (count + 1) / 2);
  }
  *stack.top++ = slot;
}

void Heap::give_oldest(std::size_t bin, std::size_t count) noexcept {
  Stack &stack = stacks_[bin];
  const std::size_t batch = shape_of(bin).batch;
  for (std::size_t given = 0; given < count; given += batch)
    central::give(bin, stack.bottom + given, std::min(batch, count - given));
  stack.top = std::copy(stack.bottom + count, stack.top, stack.bottom);
}

void Heap::flush() noexcept {
  for (std::size_t bin = 0; bin < bin_count; ++bin)
    give_oldest(bin, static_cast<std::size_t>(stacks_[bin].top - stacks_[bin].bottom));
  free_spares(*this);
}

Span *Heap::take_spare(std::size_t units, std::uint64_t bytes, std::uint64_t alignment) noexcept {
  for (LargeSpare &spare : spares_) {
    if (spare.units != units || !spare.span.load(relaxed))
      continue;
    // Another thread that compacts may have been faster.
    Span *span = spare.span.exchange(nullptr, std::memory_order_acquire);
    if (span && (span->first & (alignment - 1)) == 0 &&
        bytes + guard_bytes <= span->begin + units * unit_bytes - span->first)
      return span;
    if (span)
      large::destroy(*span);
  }
  return nullptr;
}

void Heap::keep_spare(Span &span) noexcept {
  if (span.units > most_spare_units) {
    large::destroy(span);
    return;
  }
  std::size_t kept = span.units;
  for (const LargeSpare &other : spares_)
    kept += other.span.load(relaxed) ? other.units : 0;
  if (kept > most_spare_units)
    free_spares(*this);
  LargeSpare &spare = spares_[next_spare_++ % spare_count];
  spare.units = span.units;
  if (Span *oldest = spare.span.exchange(&span, std::memory_order_acq_rel))
    large::destroy(*oldest);
}

void Heap::free_spares(Heap &heap) noexcept {
  for (LargeSpare &spare : heap.spares_)
    if (Span *span = spare.span.exchange(nullptr, std::memory_order_acquire))
      large::destroy(*span);
}

} // namespace langone::rt
