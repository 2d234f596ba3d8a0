// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The threads that charge accounts: a slot for each, and the way to stop them all. It owns the
// slots, the lock of the ledger (all slow paths of accounts) and fork; it knows nothing of
// bytes.
//
// A thread charges inside a *section*: a few instructions between two stores to its own record, no
// atomic read-modify-write, no fence that the processor sees. Whoever needs the truth about all
// threads takes the ledger's lock and stops the world: hides all slots, lets every processor
// fence (membarrier), and waits until no thread is inside a section. A thread that finds its slot
// hidden leaves its section and queues for the lock.

#ifndef LANGONE_RT_BASE_THREAD_RECORD_H
#define LANGONE_RT_BASE_THREAD_RECORD_H

#include "base/fences.h"

#include <atomic>
#include <cstdint>

namespace langone::rt {

class Account;

/// Slots are small numbers times this, the size of a cell: as one stands, it is the offset of the
/// thread's cell in a table.
constexpr std::uint64_t slot_size = 64;
/// A slot that no cell has.
constexpr std::uint64_t no_slot = UINT64_MAX;

struct alignas(64) ThreadRecord {
  /// no_slot while the world is stopped, and while no thread has this record.
  std::atomic<std::uint64_t> slot{no_slot};
  /// The account that this thread charges, inside a section only.
  std::atomic<const Account *> busy{nullptr};
  /// The account for which this thread wants the ledger; alive as long as that is so.
  std::atomic<const Account *> waiting{nullptr};
  bool asymmetric = false;
  /// Its last charge was refused; its own.
  bool refused = false;
  bool in_use = false; ///< by a living thread; changed under the lock
};

/// Null until the thread first needs one, and after it has ended.
extern constinit thread_local ThreadRecord *current_record
    __attribute__((tls_model("initial-exec")));

/// This thread's slot if it is registered, else no_slot.
std::uint64_t slot_of_this_thread() noexcept;

/// Marks this thread as being in a section. Ends before any slow path.
class Section {
public:
  Section(ThreadRecord &record, const Account &account) noexcept : record_(record) {
    record.busy.store(&account, std::memory_order_relaxed);
    fences::light(record.asymmetric);
  }
  ~Section() { record_.busy.store(nullptr, std::memory_order_release); }
  Section(const Section &) = delete;
  Section &operator=(const Section &) = delete;

private:
  ThreadRecord &record_;
};

/// Holds the ledger's lock. A thread that has just been refused and tries again stands back behind
/// those that wait: one of them may be about to give back what it needs. While it does, nobody else
/// stops the world, registers or ends.
class Ledger {
public:
  /// `account`: what for; the caller keeps it alive.
  explicit Ledger(const Account &account) noexcept;
  ~Ledger();
  Ledger(const Ledger &) = delete;
  Ledger &operator=(const Ledger &) = delete;

  /// What became of this thread's charge.
  static void note_outcome(bool refused) noexcept;

  /// This thread's slot, registering it if need be; no_slot if there is none left, or if the
  /// thread is about to end.
  std::uint64_t slot() noexcept;

  /// Whether the thread with this slot may be in a section, or come into one.
  static bool is_live(std::uint64_t slot) noexcept;
  /// Whether a thread other than this one is registered.
  static bool has_others() noexcept;
  /// Whether another thread is charging `account` in this very moment, or waiting to.
  static bool has_rivals(const Account &account) noexcept;
  /// More than any slot ever given out; a multiple of slot_size.
  static std::uint64_t slot_bound() noexcept;
};

/// While it lives, no thread is inside a section; a change to what sections read is seen by all of
/// them afterwards. Under the lock; not nested.
class StoppedWorld {
public:
  StoppedWorld() noexcept;
  ~StoppedWorld();
  StoppedWorld(const StoppedWorld &) = delete;
  StoppedWorld &operator=(const StoppedWorld &) = delete;
};

} // namespace langone::rt

#endif // LANGONE_RT_BASE_THREAD_RECORD_H
