// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An account: counts the bytes charged to one budget and refuses what exceeds its limit. It owns
// the counters, the tree and its own lifetime; it owns no memory blocks and does not know which
// thread uses it.

#ifndef LANGONE_RT_ACCOUNT_H
#define LANGONE_RT_ACCOUNT_H

#include "langone/rt/error.h"

#include <atomic>
#include <cstdint>

namespace langone::rt {

/// A node in the tree of accounts. A charge goes to the account and to all its ancestors, all or
/// nothing. All members are thread-safe and lock-free; a charge costs O(depth) atomic operations.
///
/// An account keeps two counters: `reserved` is held against the limit while a charge is under way,
/// `current` counts only charges that every ancestor has accepted, and feeds the high-water. So a
/// refused charge never shows in either, whatever other threads do. Known weakness: a charge under
/// way that is refused further up can, in that moment, make an account refuse another one that
/// would have fitted. The limit is never exceeded.
class Account {
public:
  static constexpr std::uint64_t no_limit = UINT64_MAX;

  /// The root: everything charged in this process. Never destroyed.
  static Account &process() noexcept;

  /// A new open account under `parent`, with one reference that the caller holds; null if the
  /// system has no memory.
  static Account *create(Account &parent, std::uint64_t limit_bytes) noexcept;

  constexpr Account(Account *parent, std::uint64_t limit_bytes) noexcept
      : parent_(parent), limit_(limit_bytes) {}
  Account(const Account &) = delete;
  Account &operator=(const Account &) = delete;

  /// Charges `bytes`: reserve, then commit.
  tl::expected<void, BudgetExceeded> charge(std::uint64_t bytes) noexcept;

  /// Holds `bytes` against all limits up to the root; `commit` or `cancel` must follow with the
  /// same number.
  tl::expected<void, BudgetExceeded> reserve(std::uint64_t bytes) noexcept;
  void commit(std::uint64_t bytes) noexcept;
  void cancel(std::uint64_t bytes) noexcept;

  /// Takes back a charge. InvalidOperation, and nothing changed, if this account holds fewer bytes.
  tl::expected<void, InvalidOperation> uncharge(std::uint64_t bytes) noexcept;

  std::uint64_t current() const noexcept;
  std::uint64_t high_water() const noexcept;
  std::uint64_t limit() const noexcept;

  void set_limit(std::uint64_t bytes) noexcept;
  void reset_high_water() noexcept;

  /// A closed account still counts, but is no thread's current account any more.
  void close() noexcept;
  bool is_open() const noexcept;

  /// Reference count: an account lives as long as a block, a child or a caller refers to it.
  void retain() noexcept;
  void release() noexcept;

private:
  tl::expected<void, BudgetExceeded> reserve_here(std::uint64_t bytes) noexcept;
  void raise_high_water(std::uint64_t bytes) noexcept;

  Account *const parent_;
  std::atomic<std::uint64_t> limit_;
  std::atomic<std::uint64_t> reserved_{0};
  std::atomic<std::uint64_t> current_{0};
  std::atomic<std::uint64_t> high_water_{0};
  std::atomic<std::uint64_t> references_{1};
  std::atomic<bool> open_{true};
};

} // namespace langone::rt

#endif // LANGONE_RT_ACCOUNT_H
