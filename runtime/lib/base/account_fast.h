// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The hot path of accounts, inline for the pools: a charge within the thread's run is a load, an
// addition and a store to the thread's own record, at any depth of the tree. It owns no state; what
// a run is, and who may end it, is in thread_record.h.

#ifndef LANGONE_RT_BASE_ACCOUNT_FAST_H
#define LANGONE_RT_BASE_ACCOUNT_FAST_H

#include "base/thread_record.h"
#include "langone/rt/account.h"

namespace langone::rt {

namespace account_detail {
extern constinit Account process_account;
} // namespace account_detail

/// The members of Account of these names, inline.
struct AccountFast {
  static Account &process() noexcept { return account_detail::process_account; }

  /// False, and nothing done, where `Account::charge` has to see.
  static bool try_charge(Account &account, std::uint64_t amount) noexcept {
    constexpr auto relaxed = std::memory_order_relaxed;
    ThreadRecord *record = current_record;
    if (!record || amount > Account::most_bytes) [[unlikely]]
      return false;
    const auto bytes = static_cast<std::int64_t>(amount);
    const Section section(*record, account);
    const std::uint64_t slot = record->slot.load(std::memory_order_acquire);
    if (slot == no_slot) [[unlikely]]
      return false;
    const std::int64_t used = record->run_used.load(relaxed) + bytes;
    if (record->route.load(relaxed) != &account || used > record->run_ceiling.load(relaxed))
        [[unlikely]]
      return account.begin_run(*record, slot, bytes);
    record->run_used.store(used, relaxed);
    return true;
  }

  /// `counts`: the uncharge of a charge, not of a reservation that is cancelled. The peak is noted
  /// here rather than in try_charge: only where the use falls can it have been one.
  template <bool counts> static bool try_subtract(Account &account, std::uint64_t amount) noexcept {
    constexpr auto relaxed = std::memory_order_relaxed;
    ThreadRecord *record = current_record;
    if (!record || amount > Account::most_bytes) [[unlikely]]
      return false;
    const auto bytes = static_cast<std::int64_t>(amount);
    const Section section(*record, account);
    const std::uint64_t slot = record->slot.load(std::memory_order_acquire);
    if (slot == no_slot) [[unlikely]]
      return false;
    if (record->route.load(relaxed) != &account && !account.begin_run(*record, slot, 0))
        [[unlikely]]
      return false;
    const std::int64_t used = record->run_used.load(relaxed);
    if (used - bytes < record->run_floor.load(relaxed)) [[unlikely]]
      return false;
    if constexpr (counts)
      if (used > record->run_peak.load(relaxed))
        record->run_peak.store(used, relaxed);
    record->run_used.store(used - bytes, relaxed);
    return true;
  }

  /// Of bytes that are charged.
  static void uncharge(Account &account, std::uint64_t bytes) noexcept {
    if (!try_subtract<true>(account, bytes)) [[unlikely]]
      (void)account.uncharge_slowly(bytes, true);
  }

  static void retain(Account &account) noexcept {
    if (!account.is_root())
      account.retain();
  }
  static void release(Account &account) noexcept {
    if (!account.is_root())
      account.release();
  }
};

} // namespace langone::rt

#endif // LANGONE_RT_BASE_ACCOUNT_FAST_H
