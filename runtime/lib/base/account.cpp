// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs and lifetime of accounts, and the way from a public call to the ledger.

#include "langone/rt/account.h"

#include "base/account_fast.h"
#include "base/account_keeper.h"
#include "base/system.h"
#include "base/thread_record.h"

#include <algorithm>
#include <new>
#include <type_traits>

namespace langone::rt {

namespace {

constexpr auto relaxed = std::memory_order_relaxed;

// Used until the last static destructor of the program, hence without one.
static_assert(std::is_trivially_destructible_v<Account>);
constinit std::atomic<std::uint64_t> last_id{0};

} // namespace

alignas(64) constinit Account account_detail::process_account(nullptr, 0, Account::no_limit);

Account &Account::process() noexcept { return AccountFast::process(); }

Account *Account::create(Account &parent, std::uint64_t limit_bytes) noexcept {
  void *memory = system::allocate(sizeof(Account));
  if (!memory)
    return nullptr;
  parent.retain();
  auto *account = new (memory) Account(&parent, last_id.fetch_add(1, relaxed) + 1, limit_bytes);
  account->home_.owner.store(slot_of_this_thread(), relaxed);
  account->home_.ceiling.store(static_cast<std::int64_t>(std::min(limit_bytes, most_bytes)),
                               relaxed);
  return account;
}

void Account::cancel(std::uint64_t bytes) noexcept {
  if (!AccountFast::try_subtract<false>(*this, bytes))
    uncharge_slowly(bytes, false);
}

bool Account::try_uncharge(std::uint64_t bytes) noexcept {
  return AccountFast::try_subtract<true>(*this, bytes);
}

bool Account::try_charge(std::uint64_t bytes) noexcept {
  return AccountFast::try_charge(*this, bytes);
}

bool Account::begin_run(ThreadRecord &record, std::uint64_t slot, std::int64_t bytes) noexcept {
  end_run(record, slot);
  std::int64_t credit = INT64_MAX;
  for (const Account *account = this; account; account = account->parent_) {
    const Cell &cell = account->cell_at(slot);
    if (cell.owner.load(relaxed) != slot)
      return false;
    credit = std::min(credit, cell.ceiling.load(relaxed) - cell.used.load(relaxed));
  }
  // An account above its limit may still be given back to: a run that begins with nothing.
  if (bytes > credit && bytes > 0)
    return false;
  const Cell &cell = cell_at(slot);
  record.run_used.store(bytes, relaxed);
  record.run_ceiling.store(credit, relaxed);
  record.run_floor.store(cell.floor.load(relaxed) == INT64_MIN
                             ? INT64_MIN
                             : cell.floor.load(relaxed) - cell.used.load(relaxed),
                         relaxed);
  record.run_peak.store(INT64_MIN, relaxed);
  record.route.store(this, std::memory_order_release);
  return true;
}

void end_run(ThreadRecord &record, std::uint64_t slot) noexcept {
  Account *first = record.route.load(relaxed);
  if (!first)
    return;
  const std::int64_t run_used = record.run_used.load(relaxed);
  const std::int64_t run_peak = record.run_peak.load(relaxed);
  for (Account *account = first; account; account = account->parent_) {
    Account::Cell &cell = account->cell_at(slot);
    const std::int64_t used = cell.used.load(relaxed);
    if (run_peak != INT64_MIN && used + run_peak > cell.peak.load(relaxed))
      cell.peak.store(used + run_peak, relaxed);
    cell.used.store(used + run_used, relaxed);
  }
  record.route.store(nullptr, std::memory_order_release);
}

// Whom the charge has brought above a threshold hears of it after the lock is gone; what a
// checkpoint measures may take a while, so the lock goes first there too.
tl::expected<void, BudgetExceeded> Account::charge_slowly(std::uint64_t bytes) noexcept {
  constexpr int attempts = 4; // a checkpoint that does not move does not end the program
  for (int attempt = 1;; ++attempt) {
    PendingEvents events;
    auto charged = AccountKeeper(*this).charge(bytes, attempt < attempts, events);
    if (charged.at_checkpoint) {
      AccountKeeper::call_checkpoint();
      continue;
    }
    events.send();
    return charged.result;
  }
}

tl::expected<void, InvalidOperation> Account::uncharge_slowly(std::uint64_t bytes,
                                                              bool counts) noexcept {
  return AccountKeeper(*this).uncharge(bytes, counts);
}

std::uint64_t Account::current() const noexcept { return AccountKeeper(*this).current(); }

std::uint64_t Account::high_water() const noexcept { return AccountKeeper(*this).high_water(); }

void Account::set_limit(std::uint64_t bytes) noexcept { AccountKeeper(*this).set_limit(bytes); }

void Account::reset_high_water() noexcept { AccountKeeper(*this).reset_high_water(); }

bool Account::is_within(const Account &ancestor) const noexcept {
  const Account *account = this;
  while (account && account != &ancestor)
    account = account->parent_;
  return account;
}

void Account::close() noexcept { open_.store(false, std::memory_order_release); }

// The root is not counted: it lives for ever, and every block of the process would contend for its
// count.
void Account::retain() noexcept {
  if (parent_)
    references_.fetch_add(1, relaxed);
}

/// Of an account that nobody refers to: no thread begins a run of it.
void Account::end_runs() noexcept {
  ThreadRecord *record = current_record;
  bool ended = true;
  if (record && record->route.load(std::memory_order_acquire) == this) {
    const Section section(*record, *this);
    const std::uint64_t slot = record->slot.load(std::memory_order_acquire);
    ended = slot != no_slot; // else somebody stops the world, and may be about to end it
    if (ended)
      end_run(*record, slot);
  }
  // Of a biased account only its owner can have a run.
  const bool is_own = !is_shared() && home_.owner.load(relaxed) == slot_of_this_thread();
  if (!ended || (!is_own && Ledger::has_run(*this)))
    AccountKeeper(*this).end_runs();
}

void Account::release() noexcept {
  for (Account *account = this; account->parent_;) {
    if (account->references_.fetch_sub(1, std::memory_order_acq_rel) != 1)
      return;
    Account *parent = account->parent_;
    account->end_runs();
    if (account->is_shared() || account->watched_)
      AccountKeeper(*account).retire();
    system::free(account);
    account = parent;
  }
}

} // namespace langone::rt
