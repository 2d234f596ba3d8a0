// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The keeper of accounts: everything about an account that is not its hot path, under the ledger's
// lock. It owns who has which credit and the folding of threads' cells into the account's numbers.
//
// An account is in one of two states.
//
// *Biased*: one thread at most, the owner, has credit: all there is up to the limit, in the home
// cell. Its peak is therefore the account's. Another thread that charges takes the account over,
// with the world stopped; one that gives back lowers `settled_`, under the lock alone.
//
// *Shared*: each thread has a cell in a table, and credit in it; all credit together, `granted_`,
// is at most a bit more than the high-water mark. A thread that runs short gets from what is spare,
// else the world is stopped and what others hold idle becomes spare, else `granted_` grows. An
// account becomes shared when two threads have been seen charging it at the same time.

#ifndef LANGONE_RT_BASE_ACCOUNT_KEEPER_H
#define LANGONE_RT_BASE_ACCOUNT_KEEPER_H

#include "base/thread_record.h"
#include "langone/rt/account.h"

#include <array>
#include <cstdint>

namespace langone::rt {

/// Events of one charge, kept until the lock is released.
class PendingEvents {
public:
  void add(const ThresholdEvent &event) noexcept;
  void send() const noexcept;

private:
  std::array<ThresholdEvent, 8> events_; // of deeper trees the lowest accounts are told
  std::size_t count_ = 0;
};

/// Bytes that `granted_` may lie above the use, beside 1/64 of it.
constexpr std::int64_t shared_headroom = 256 * 1024;

class AccountKeeper {
public:
  /// Takes the lock. `account` is changed only by the functions that say so.
  explicit AccountKeeper(const Account &account) noexcept
      : ledger_(account), account_(const_cast<Account &>(account)) {}

  struct Charged {
    tl::expected<void, BudgetExceeded> result;
    bool at_checkpoint = false; ///< nothing done: call_checkpoint first
  };
  Charged charge(std::uint64_t bytes, bool minds_checkpoint, PendingEvents &events) noexcept;
  tl::expected<void, InvalidOperation> uncharge(std::uint64_t bytes, bool counts) noexcept;

  std::uint64_t current() const noexcept;
  std::uint64_t high_water() const noexcept;
  std::uint64_t crossings(Threshold threshold) const noexcept;

  void set_limit(std::uint64_t bytes) noexcept;
  void reset_high_water() noexcept;
  void set_thresholds(const std::array<std::uint64_t, threshold_count> &levels) noexcept;
  void set_checkpoint(std::uint64_t bytes, Account::Checkpoint checkpoint) noexcept;
  static void call_checkpoint() noexcept;
  void rearm_all() noexcept;

  /// Of an account that nobody refers to: gives back what it has beside its own memory.
  void retire() noexcept;

private:
  using Cell = Account::Cell;

  // Numbers; see the states above.
  Cell *own_cell(Account &account) const noexcept;
  static std::int64_t total(const Account &account) noexcept;
  static std::int64_t peak(const Account &account) noexcept;
  static std::int64_t cap(const Account &account) noexcept;
  static std::int64_t limit(const Account &account) noexcept;
  std::int64_t missing(Account &account, std::int64_t bytes) const noexcept;

  // Credit for a charge, in this order for each account.
  bool needs_stop(Account &account, std::int64_t bytes) const noexcept;
  void prepare(Account &account, bool stopped) noexcept;
  tl::expected<void, BudgetExceeded> check(Account &account, std::int64_t bytes) const noexcept;
  void grant(Account &account, std::int64_t bytes, PendingEvents &events) noexcept;
  void add(Account &account, std::int64_t bytes) noexcept;

  bool needs_stop_to_uncharge(Account &account) noexcept;
  void subtract(Account &account, std::int64_t bytes, bool counts) noexcept;

  void cross_thresholds(Account &account, std::int64_t used, PendingEvents &events) noexcept;
  void rearm(Account &account) noexcept;
  static void watch(Account &account) noexcept;
  static void unwatch(Account &account) noexcept;

  // Changes of state. Where other threads have credit, the world is stopped.
  static void fold(Account &account) noexcept;
  static void recap(Account &account) noexcept;
  static void reclaim(Account &account) noexcept;
  void take_over(Account &account) noexcept;
  bool share(Account &account) noexcept;
  bool enlarge(Account &account) noexcept;
  static void make_biased(Account &account) noexcept;
  void tighten(Account &account) noexcept;

  Ledger ledger_;
  Account &account_;
  std::uint64_t slot_ = no_slot; ///< of a thread that charges; a mere reader needs none
};

} // namespace langone::rt

#endif // LANGONE_RT_BASE_ACCOUNT_KEEPER_H
