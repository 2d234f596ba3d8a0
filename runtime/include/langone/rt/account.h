// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An account: counts the bytes charged to one budget and refuses what exceeds its limit. It owns
// the counters, the tree and its own lifetime; it owns no memory blocks and does not know which
// thread uses it. How a charge is both exact and cheap: docs/Runtime.md, "Accounts and budgets".

#ifndef LANGONE_RT_ACCOUNT_H
#define LANGONE_RT_ACCOUNT_H

#include "langone/rt/error.h"

#include <array>
#include <atomic>
#include <cstdint>

namespace langone::rt {

/// Levels of an account whose crossing is an event. Bytes; Account::no_limit: none.
enum class Threshold : std::uint8_t { warning, soft, critical };
constexpr std::size_t threshold_count = 3;

/// An account's use has risen above a threshold.
struct ThresholdEvent {
  std::uint64_t account; ///< Account::id
  Threshold threshold;
  std::uint64_t level; ///< of the threshold, bytes
  std::uint64_t used;  ///< after the charge, bytes
};

struct ThreadRecord;

/// A node in the tree of accounts. A charge goes to the account and to all its ancestors, all or
/// nothing. All members are thread-safe.
///
/// Exact: no limit is ever exceeded; a charge is refused only if there is a moment in the call when
/// it does not fit; `current` is the sum of all charges whenever none is under way. A refused
/// charge leaves no trace.
///
/// Cost: `charge` and `uncharge` are a few plain loads and stores, at any depth, while a thread
/// stays with one account and within its credit; O(depth) of them when it turns to another account;
/// getting more credit takes a lock, and at times stops the other threads for the time of a system
/// call.
///
/// The high-water mark is exact to the byte as long as the charges and uncharges of an account and
/// its descendants do not overlap in time, whichever threads do them. Once two have overlapped, the
/// account shares credit among threads: until reset_high_water its high-water mark is then never
/// below the truth, never above the limit, and above the truth by at most the larger of 1/64 of it
/// and 256 KiB.
class Account {
public:
  static constexpr std::uint64_t no_limit = UINT64_MAX;
  /// No account ever holds more; a limit above it is none.
  static constexpr std::uint64_t most_bytes = (std::uint64_t{1} << 62) - 1;

  /// The root: everything charged in this process. Never destroyed.
  static Account &process() noexcept;

  /// A new open account under `parent`, with one reference that the caller holds; null if the
  /// system has no memory. The creating thread is expected to be the one that charges it.
  static Account *create(Account &parent, std::uint64_t limit_bytes) noexcept;

  constexpr Account(Account *parent, std::uint64_t id, std::uint64_t limit_bytes) noexcept
      : parent_(parent), limit_(limit_bytes), id_(id) {}
  Account(const Account &) = delete;
  Account &operator=(const Account &) = delete;

  /// Charges `bytes`.
  tl::expected<void, BudgetExceeded> charge(std::uint64_t bytes) noexcept;

  /// For a charge that may have to be taken back as if it had never been: `commit` or `cancel` must
  /// follow, by the same thread and with the same number. In between the bytes count. The
  /// high-water mark does not see a cancelled reservation, unless this thread unchanges the account
  /// in between.
  tl::expected<void, BudgetExceeded> reserve(std::uint64_t bytes) noexcept { return charge(bytes); }
  void commit(std::uint64_t /*bytes*/) noexcept {}
  void cancel(std::uint64_t bytes) noexcept;

  /// Takes back a charge, made by whichever thread. InvalidOperation, and nothing changed, if this
  /// account holds fewer bytes; while threads share credit that goes unnoticed.
  tl::expected<void, InvalidOperation> uncharge(std::uint64_t bytes) noexcept;

  std::uint64_t current() const noexcept;
  std::uint64_t high_water() const noexcept;
  std::uint64_t limit() const noexcept { return limit_.load(std::memory_order_relaxed); }

  /// May be less than what is held: then nothing more is granted until enough is given back. Every
  /// charge that begins after the return obeys it.
  void set_limit(std::uint64_t bytes) noexcept;
  /// The high-water mark becomes `current`, and exact again.
  void reset_high_water() noexcept;

  /// Bytes for each Threshold. An event is sent when a charge lifts the use above a level; then the
  /// level is disarmed until `rearm` finds the use below it by 1/16 of it.
  void set_thresholds(const std::array<std::uint64_t, threshold_count> &levels) noexcept;
  /// How often a threshold was crossed upwards while armed.
  std::uint64_t crossings(Threshold threshold) const noexcept;
  /// Arms the crossed thresholds of all accounts again where the use has fallen far enough. Called
  /// by the monitor.
  static void rearm() noexcept;
  /// Who hears of events: called on the charging thread, after its charge, without a lock; must
  /// return soon. Null: nobody. Events are counted in any case.
  using EventSink = void (*)(const ThresholdEvent &) noexcept;
  static void set_event_sink(EventSink sink) noexcept;

  /// Process account only: before its use rises above `bytes`, `checkpoint` is called on the
  /// charging thread, without a lock. It may set limits, and must set the next checkpoint.
  using Checkpoint = void (*)() noexcept;
  static void set_checkpoint(std::uint64_t bytes, Checkpoint checkpoint) noexcept;

  /// Unique in the process; 0 is the process account.
  std::uint64_t id() const noexcept { return id_; }
  bool is_root() const noexcept { return !parent_; }
  /// Whether `ancestor` is this account or above it.
  bool is_within(const Account &ancestor) const noexcept;

  /// A closed account still counts, but is no thread's current account any more.
  void close() noexcept;
  bool is_open() const noexcept { return open_.load(std::memory_order_acquire); }

  /// Reference count: an account lives as long as a block, a child or a caller refers to it.
  void retain() noexcept;
  void release() noexcept;

private:
  friend class AccountKeeper;
  friend struct AccountFast;
  friend void end_run(ThreadRecord &record, std::uint64_t slot) noexcept;

  /// One thread's share of an account. The thread itself writes `used` and `peak`, in sections;
  /// the ledger writes the others, and all of it while the world is stopped. What its run has
  /// changed is not in it.
  struct Cell {
    std::atomic<std::uint64_t> owner{UINT64_MAX}; ///< slot of the thread
    std::atomic<std::int64_t> ceiling{0};         ///< `used` may rise to it
    std::atomic<std::int64_t> floor{0};           ///< `used` may fall to it
    std::atomic<std::int64_t> used{0};            ///< charges less uncharges of this thread
    std::atomic<std::int64_t> peak{0}; ///< largest `used` since the last fold at which it fell
    std::uint64_t padding[3] = {};     // one cache line
  };
  static_assert(sizeof(Cell) == 64);

  bool try_charge(std::uint64_t amount) noexcept;
  bool try_uncharge(std::uint64_t amount) noexcept;
  /// Ends the run there is, begins one of this account with `bytes`; false, and no run, if some
  /// level does not allow it. In a section.
  bool begin_run(ThreadRecord &record, std::uint64_t slot, std::int64_t bytes) noexcept;
  void end_runs() noexcept;
  tl::expected<void, BudgetExceeded> charge_slowly(std::uint64_t bytes) noexcept;
  tl::expected<void, InvalidOperation> uncharge_slowly(std::uint64_t bytes, bool counts) noexcept;
  bool is_shared() const noexcept { return cells_ != &home_; }
  Cell &cell_at(std::uint64_t slot) const noexcept {
    return *reinterpret_cast<Cell *>(reinterpret_cast<char *>(cells_) + (slot & mask_));
  }
  std::uint64_t cell_count() const noexcept { return mask_ / sizeof(Cell) + 1; }

  Account *const parent_;
  // Read in sections, changed while the world is stopped: a thread's cell is the one at its slot,
  // masked, in bytes, if the thread owns that cell.
  Cell *cells_ = &home_;
  std::uint64_t mask_ = 0;
  std::atomic<std::uint64_t> limit_;
  const std::uint64_t id_;
  Cell home_;

  // The ledger's, under its lock.
  std::int64_t settled_ = 0;    ///< bytes of no cell
  std::int64_t high_water_ = 0; ///< as of the last fold
  std::int64_t granted_ = 0;    ///< shared: settled_, all ceilings and spare_
  std::int64_t spare_ = 0;      ///< shared: credit that no cell has
  std::uint64_t checkpoint_ = no_limit;
  std::array<std::uint64_t, threshold_count> levels_{no_limit, no_limit, no_limit};
  std::array<std::uint64_t, threshold_count> crossings_{};
  std::uint8_t crossed_ = 0; ///< a bit for each disarmed threshold
  bool has_rivals_ = false;  ///< biased: two threads have been seen at it at the same time
  bool watched_ = false;     ///< in the list of accounts with thresholds
  Account *next_watched_ = nullptr;
  Account *previous_watched_ = nullptr;

  std::atomic<std::uint64_t> references_{1};
  std::atomic<bool> open_{true};
};

inline tl::expected<void, BudgetExceeded> Account::charge(std::uint64_t bytes) noexcept {
  if (try_charge(bytes)) [[likely]]
    return {};
  return charge_slowly(bytes);
}

inline tl::expected<void, InvalidOperation> Account::uncharge(std::uint64_t bytes) noexcept {
  if (try_uncharge(bytes)) [[likely]]
    return {};
  return uncharge_slowly(bytes, true);
}

} // namespace langone::rt

#endif // LANGONE_RT_ACCOUNT_H
