// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The hardened heap: blocks from per-thread stacks of free slots, every pointer checked before its
// memory is read, every block guarded. It owns the life of a block (unused, live, unused), the
// checks on the way, and the slots that a thread keeps. It charges nobody: it keeps the account
// that the caller names and gives it back at the free.
//
// Ideas taken: per-thread stacks that exchange batches (tcmalloc), memory that only the bookkeeping
// can write (snmalloc, hardened_malloc), canaries from a secret and checks that stay on (scudo,
// hardened_malloc). Ours: the state of each slot in a side table, found by a multiplication, that
// says who allocated what for whom, and serves accounts and checks at once.
//
// Thread safety: any thread may allocate and free any block. A block's own thread frees it without
// an atomic read-modify-write, others with one. Known weakness: two frees of one block at the same
// moment, one of them by the allocating thread, may both succeed; the slot is then found twice when
// it is reused and dropped once.

#ifndef LANGONE_RT_MEMORY_HEAP_H
#define LANGONE_RT_MEMORY_HEAP_H

#include "memory/central.h"
#include "memory/guard.h"
#include "memory/region.h"

#include <array>
#include <tl/expected.hpp>

namespace langone::rt {

/// What is wrong.
enum class Fault : std::uint8_t {
  none,
  out_of_memory,
  not_live,   ///< foreign, interior, or freed before
  wrong_kind, ///< live, but of another kind
  wrong_size, ///< live, but of another size
  corrupted   ///< written out of its bounds, or after its free
};

/// Slots and states of a block about to become live: nobody else can reach it.
struct Draft {
  std::uintptr_t block;
  BlockState *state;
  std::uint64_t word; ///< of the live block, without its bytes
  Span *large;        ///< null for a block in a bin
  bool zero;          ///< the block's memory is all zero
};

/// What a freed block was.
struct Freed {
  Account *account;
  std::uint64_t bytes;
};

/// A block as it is asked for.
struct BlockView {
  std::uint64_t bytes;
  BlockKind kind;
  BlockState *state;
};

/// Operations of one kind; each number is written by its own thread only.
struct Counts {
  std::atomic<std::uint64_t> allocations{0};
  std::atomic<std::uint64_t> allocated_bytes{0};
  std::atomic<std::uint64_t> frees{0};
  std::atomic<std::uint64_t> freed_bytes{0};
  std::uint64_t sample_at = UINT64_MAX; ///< allocated bytes
};

class Heap;

namespace heap_detail {
extern constinit thread_local Heap *current __attribute__((tls_model("initial-exec")));
} // namespace heap_detail

/// What one thread keeps. Never destroyed: a thread that ends leaves its heap, empty, to the next.
class alignas(64) Heap {
public:
  /// The calling thread's; until its first slow operation, and after its end, one that holds
  /// nothing and so leads to the slow paths.
  static Heap &current() noexcept { return *heap_detail::current; }

  // -- fast paths ---------------------------------------------------------------------------------

  /// The slot that `pop` would take, if there is one, and it is in order.
  const FreeSlot *peek(std::size_t bin) const noexcept {
    const Stack &stack = stacks_[bin];
    if (stack.top == stack.bottom) [[unlikely]]
      return nullptr;
    const FreeSlot *slot = stack.top - 1;
    if (!guard::is_poisoned(slot->address)) [[unlikely]]
      return nullptr;
    return slot;
  }

  /// Makes the slot that `peek` returned a live block. `bytes` fit the bin.
  void *pop(std::size_t bin, std::uint64_t bytes, BlockKind kind, Account *account) noexcept {
    const FreeSlot slot = *--stacks_[bin].top;
    guard::wipe_poison(slot.address);
    guard::write(slot.address + bytes);
    go_live(*slot.state, plain_live(kind) | bytes << block_word::bytes_shift, account);
    count_allocation(kind, bytes);
    return reinterpret_cast<void *>(slot.address);
  }

  /// Frees a block of this thread; false, and nothing done, where `free_slow` has to see.
  [[gnu::always_inline]] bool try_free(void *block, BlockKind kind, Freed &freed) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(block);
    const Span *span = region::span_of(address);
    if (!span) [[unlikely]]
      return false;
    const SlotIndex slot = slot_at(*span, address);
    // Behind the last slot there is one more state, of no block.
    if (slot.distance != 0) [[unlikely]]
      return false;
    BlockState &state = span->states[slot.index];
    const std::uint64_t word = state.word.load(std::memory_order_relaxed);
    if (static_cast<std::uint32_t>(word) != plain_live(kind)) [[unlikely]]
      return false;
    const std::uint64_t bytes = block_word::bytes(word);
    Stack &stack = stacks_[span->bin];
    FreeSlot *const top = stack.top;
    if (top == stack.limit || !guard::is_intact(address + bytes) ||
        !guard::is_intact_before(address)) [[unlikely]]
      return false;
    freed = {state.account.load(std::memory_order_relaxed), bytes};
    guard::write_poison(address);
    state.word.store(block_word::unused, std::memory_order_relaxed);
    stack.top = top + 1;
    *top = {address, &state};
    count_free(kind, bytes);
    return true;
  }

  /// Whether the profile wants the next allocation; it then goes the slow way.
  bool wants_sample(BlockKind kind) const noexcept {
    const Counts &counts = counts_of(kind);
    return counts.allocated_bytes.load(std::memory_order_relaxed) >= counts.sample_at;
  }

  // -- slow paths: complete, and for every thread -------------------------------------------------

  /// A block of any size and alignment (a power of two; their sum below PTRDIFF_MAX), not live yet:
  /// `publish` or `withdraw` follows. `corrupted` sets `corrupted_block`.
  static tl::expected<Draft, Fault> prepare(std::uint64_t bytes, std::uint64_t alignment,
                                            BlockKind kind,
                                            std::uintptr_t &corrupted_block) noexcept;
  static void publish(const Draft &draft, std::uint64_t bytes, Account *account) noexcept;
  static void withdraw(const Draft &draft) noexcept;

  /// Frees a block of any thread. `not_live`, `wrong_kind`: nothing happened. `corrupted`: the
  /// block stays live.
  static Fault free_slow(void *block, BlockKind kind, Freed &freed) noexcept;

  /// Frees the block if it is the acquisition that `log` recorded under `ticket` (large blocks) or
  /// the calling thread's last one at this address.
  static Fault free_logged(void *block, const UndoLog *log, std::uint64_t ticket, BlockKind &kind,
                           Freed &freed) noexcept;
  static bool is_logged(void *block, const UndoLog *log, std::uint64_t ticket) noexcept;

  /// A live block; `not_live` if it is none.
  static tl::expected<BlockView, Fault> view(const void *block) noexcept;

  /// Changes the requested bytes of a live block in its place. False if it has no room, or is not
  /// the caller's to change (its guards are broken, the profile has it).
  static bool resize(void *block, std::uint64_t bytes) noexcept;

  /// Sum over all threads that ever were.
  struct Totals {
    std::uint64_t allocations;
    std::uint64_t allocated_bytes;
    std::uint64_t frees;
    std::uint64_t freed_bytes;
  };
  static Totals totals(BlockKind kind) noexcept;

  /// Gives unused memory back to the system; how many bytes that may have been. Other threads give
  /// theirs at their next slow operation.
  static std::size_t compact() noexcept;

  /// Every so many bytes that a thread allocates, an allocation is sampled; 0: none.
  static void set_sampling(std::uint64_t bytes) noexcept;

private:
  friend class HeapRegistry;

  /// A stack of free slots of one bin. `limit` grows with use.
  struct Stack {
    FreeSlot *top = nullptr;
    FreeSlot *bottom = nullptr;
    FreeSlot *limit = nullptr;
  };

  /// A freed large block kept for the next one of its size.
  struct LargeSpare {
    std::atomic<Span *> span{nullptr}; ///< anybody may take it
    std::size_t units = 0;             ///< of the own thread
  };

  static void go_live(BlockState &state, std::uint64_t word, Account *account) noexcept {
    state.account.store(account, std::memory_order_relaxed);
    // Release: another thread that frees the block reads its guards.
    state.word.store(word, std::memory_order_release);
  }

  void push(std::size_t bin, FreeSlot slot) noexcept {
    Stack &stack = stacks_[bin];
    if (stack.top == stack.limit) [[unlikely]]
      return push_slow(bin, slot);
    *stack.top++ = slot;
  }

  /// The low half of the words of this heap's live blocks.
  std::uint32_t plain_live(BlockKind kind) const noexcept {
    return plain_live_[static_cast<std::size_t>(kind)];
  }

  /// Release: who has seen a block's free in a sum sees its allocation there too.
  static void add(std::atomic<std::uint64_t> &counter, std::uint64_t value) noexcept {
    counter.store(counter.load(std::memory_order_relaxed) + value, std::memory_order_release);
  }
  Counts &counts_of(BlockKind kind) noexcept { return counts_[static_cast<std::size_t>(kind)]; }
  const Counts &counts_of(BlockKind kind) const noexcept {
    return counts_[static_cast<std::size_t>(kind)];
  }
  void count_allocation(BlockKind kind, std::uint64_t bytes) noexcept {
    add(counts_of(kind).allocations, 1);
    add(counts_of(kind).allocated_bytes, bytes);
  }
  void count_free(BlockKind kind, std::uint64_t bytes) noexcept {
    add(counts_of(kind).frees, 1);
    add(counts_of(kind).freed_bytes, bytes);
  }

  static Heap *mine() noexcept;
  static Fault free_claimed(Span &span, BlockState &state, std::uintptr_t block, std::uint64_t word,
                            Freed &freed) noexcept;
  tl::expected<Draft, Fault> prepare_slot(std::size_t bin, std::uint64_t distance, BlockKind kind,
                                          std::uintptr_t &corrupted_block) noexcept;
  tl::expected<Draft, Fault> prepare_large(std::uint64_t bytes, std::uint64_t alignment,
                                           BlockKind kind,
                                           std::uintptr_t &corrupted_block) noexcept;
  Span *take_spare(std::size_t units, std::uint64_t bytes, std::uint64_t alignment) noexcept;
  void keep_spare(Span &span) noexcept;
  static void free_spares(Heap &heap) noexcept;
  bool refill(std::size_t bin) noexcept;
  void push_slow(std::size_t bin, FreeSlot slot) noexcept;
  bool raise_limit(std::size_t bin) noexcept;
  void give_oldest(std::size_t bin, std::size_t count) noexcept;
  void flush() noexcept;
  void follow_settings() noexcept;

  static constexpr std::size_t spare_count = 4;

  std::uint32_t id_ = 0; ///< 1 to 65535; 0: of no thread
  /// Until there is an identity, no word of any state.
  std::array<std::uint32_t, block_kinds> plain_live_{UINT32_MAX, UINT32_MAX, UINT32_MAX};
  std::array<Counts, block_kinds> counts_;
  std::array<Stack, bin_count> stacks_;
  std::array<LargeSpare, spare_count> spares_;
  std::size_t next_spare_ = 0;
  std::size_t allowed_bytes_ = 0; ///< sum over the stacks of what their limits allow
  std::uint64_t settings_ = 0;    ///< that this heap has followed
  Heap *next_ = nullptr;          ///< of all heaps
  Heap *next_idle_ = nullptr;
};

} // namespace langone::rt

#endif // LANGONE_RT_MEMORY_HEAP_H
