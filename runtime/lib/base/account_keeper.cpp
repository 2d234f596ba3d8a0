// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Charges and uncharges under the ledger's lock, and the numbers that are read there.

#include "base/account_keeper.h"

#include <algorithm>
#include <optional>

namespace langone::rt {

namespace {

constexpr auto relaxed = std::memory_order_relaxed;

/// So many visits of other threads, and the account is taken over rather than visited again.
constexpr std::uint8_t most_visits = 64;

} // namespace

//===-- Numbers -----------------------------------------------------------------------------===//

AccountKeeper::Cell *AccountKeeper::own_cell(Account &account) const noexcept {
  Cell &cell = account.cell_at(slot_);
  return slot_ != no_slot && cell.owner.load(relaxed) == slot_ ? &cell : nullptr;
}

std::int64_t AccountKeeper::total(const Account &account) noexcept {
  std::int64_t sum = account.settled_;
  for (std::uint64_t i = 0; i < account.cell_count(); ++i)
    sum += account.cells_[i].used.load(std::memory_order_acquire);
  return sum;
}

// Of a cell that is in use, first the use is read, then the peak: if the use has fallen in between,
// the peak shows what it was.
std::int64_t AccountKeeper::peak(const Account &account) noexcept {
  std::int64_t sum = account.settled_;
  for (std::uint64_t i = 0; i < account.cell_count(); ++i) {
    const std::int64_t used = account.cells_[i].used.load(std::memory_order_acquire);
    sum += std::max(used, account.cells_[i].peak.load(relaxed));
  }
  return account.is_shared() ? std::min(sum, account.granted_) : sum;
}

std::int64_t AccountKeeper::limit(const Account &account) noexcept {
  return static_cast<std::int64_t>(std::min(account.limit(), Account::most_bytes));
}

std::int64_t AccountKeeper::missing(Account &account, std::int64_t bytes) const noexcept {
  if (const Cell *cell = own_cell(account))
    return cell->used.load(relaxed) + bytes - cell->ceiling.load(relaxed);
  return bytes;
}

std::uint64_t AccountKeeper::current() const noexcept {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(total(account_), 0));
}

std::uint64_t AccountKeeper::high_water() const noexcept {
  return static_cast<std::uint64_t>(std::max(account_.high_water_, peak(account_)));
}

//===-- Charges -----------------------------------------------------------------------------===//

AccountKeeper::Charged AccountKeeper::charge(std::uint64_t bytes, bool minds_checkpoint,
                                             PendingEvents &events) noexcept {
  slot_ = ledger_.slot();
  // More than any account can hold is refused below; the sum with it does not overflow.
  const auto need = static_cast<std::int64_t>(std::min(bytes, Account::most_bytes + 1));
  bool stop = false;
  for (Account *account = &account_; account; account = account->parent_)
    stop |= needs_stop(*account, need);
  {
    std::optional<StoppedWorld> stopped;
    if (stop)
      stopped.emplace();
    for (Account *account = &account_; account; account = account->parent_)
      prepare(*account, stop);
  }
  for (Account *account = &account_; account; account = account->parent_) {
    if (auto checked = check(*account, need); !checked) {
      checked.error().requested = bytes;
      Ledger::note_outcome(true);
      return {checked};
    }
    const auto checkpoint =
        static_cast<std::int64_t>(std::min(account->checkpoint_, Account::most_bytes));
    if (account->checkpoint_ != Account::no_limit && minds_checkpoint &&
        total(*account) + need > checkpoint)
      return {{}, true};
  }
  for (Account *account = &account_; account; account = account->parent_) {
    grant(*account, need, events);
    add(*account, need);
  }
  Ledger::note_outcome(false);
  return {};
}

bool AccountKeeper::needs_stop(Account &account, std::int64_t bytes) const noexcept {
  if (!account.is_shared()) {
    const std::uint64_t owner = account.home_.owner.load(relaxed);
    if (owner == slot_ || !Ledger::is_live(owner))
      return false;
    account.has_rivals_ |= Ledger::has_rivals(account);
    return true;
  }
  if (!Ledger::has_others())
    return false;
  return (slot_ != no_slot && !own_cell(account)) || missing(account, bytes) > account.spare_;
}

// What no stop is needed for is done in any case; what has been stopped for, for the whole tree.
void AccountKeeper::prepare(Account &account, bool stopped) noexcept {
  if (!account.is_shared()) {
    const std::uint64_t owner = account.home_.owner.load(relaxed);
    if (owner == slot_ && slot_ != no_slot)
      return;
    // A thread that ran into the stop waits now.
    const bool rivals = stopped && (account.has_rivals_ || Ledger::has_rivals(account));
    account.has_rivals_ = false;
    if (!rivals || !Ledger::is_live(owner) || !share(account))
      take_over(account);
    return;
  }
  if (!Ledger::has_others()) {
    make_biased(account);
    take_over(account);
    return;
  }
  if (!stopped)
    return;
  if (slot_ != no_slot && !own_cell(account))
    enlarge(account);
  reclaim(account);
}

tl::expected<void, BudgetExceeded> AccountKeeper::check(Account &account,
                                                        std::int64_t bytes) const noexcept {
  std::int64_t used = 0;
  if (account.is_shared()) {
    if (missing(account, bytes) <= account.spare_)
      return {};
    used =
        account.granted_ - account.spare_; // the world has been stopped: all idle credit is spare
  } else {
    used = total(account);
  }
  const std::int64_t available = std::max<std::int64_t>(limit(account) - used, 0);
  if (bytes <= available)
    return {};
  return tl::make_unexpected(BudgetExceeded{"memory", static_cast<std::uint64_t>(bytes),
                                            static_cast<std::uint64_t>(available),
                                            account.limit()});
}

void AccountKeeper::grant(Account &account, std::int64_t bytes, PendingEvents &events) noexcept {
  if (!account.is_shared()) {
    cross_thresholds(account, total(account) + bytes, events);
    recap(account);
    return;
  }
  const std::int64_t need = missing(account, bytes);
  if (need <= 0)
    return;
  if (need > account.spare_) {
    const std::int64_t least = account.granted_ + need - account.spare_;
    cross_thresholds(account, least, events);
    const std::int64_t headroom = std::max(account.granted_ / 64, shared_headroom);
    const std::int64_t granted = std::max(least, std::min(cap(account), least + headroom));
    account.spare_ += granted - account.granted_;
    account.granted_ = granted;
  }
  // Half of what is spare goes along, so that the lock is taken the less often the more there is.
  Cell *cell = own_cell(account);
  const std::int64_t extra = cell ? (account.spare_ - need) / 2 : 0;
  if (cell)
    cell->ceiling.store(cell->ceiling.load(relaxed) + need + extra, relaxed);
  account.spare_ -= need + extra;
}

/// Credit is there; a cell is its own thread's, so nobody else writes it.
void AccountKeeper::add(Account &account, std::int64_t bytes) noexcept {
  if (Cell *cell = own_cell(account)) {
    cell->used.store(cell->used.load(relaxed) + bytes, relaxed);
    return;
  }
  account.settled_ += bytes;
  if (!account.is_shared())
    recap(account);
}

//===-- Uncharges ---------------------------------------------------------------------------===//

tl::expected<void, InvalidOperation> AccountKeeper::uncharge(std::uint64_t bytes,
                                                             bool counts) noexcept {
  slot_ = ledger_.slot();
  const auto returned = static_cast<std::int64_t>(std::min(bytes, Account::most_bytes + 1));
  if (!account_.is_shared() && returned > total(account_))
    return tl::make_unexpected(InvalidOperation{"uncharge of more than the account holds"});
  bool stop = false;
  for (Account *account = &account_; account; account = account->parent_)
    stop |= needs_stop_to_uncharge(*account);
  std::optional<StoppedWorld> stopped;
  if (stop)
    stopped.emplace();
  for (Account *account = &account_; account; account = account->parent_) {
    const bool dead = !account->is_shared() && !Ledger::is_live(account->home_.owner.load(relaxed));
    if (stop || dead)
      prepare(*account, stop);
    subtract(*account, returned, counts);
  }
  return {};
}

/// A visit to an account of another thread needs none; many in a row, or one while that thread is
/// at it too, and the account had better change its state. A cell of one's own makes the next
/// uncharge fast.
bool AccountKeeper::needs_stop_to_uncharge(Account &account) noexcept {
  if (slot_ == no_slot || own_cell(account))
    return false;
  if (account.is_shared())
    return true;
  if (!Ledger::is_live(account.home_.owner.load(relaxed)))
    return false;
  account.has_rivals_ |= Ledger::has_rivals(account);
  return account.has_rivals_ || ++account.visits_ >= most_visits;
}

void AccountKeeper::subtract(Account &account, std::int64_t bytes, bool counts) noexcept {
  if (Cell *cell = own_cell(account)) {
    const std::int64_t used = cell->used.load(relaxed);
    if (counts)
      cell->peak.store(std::max(used, cell->peak.load(relaxed)), relaxed);
    cell->used.store(used - bytes, relaxed);
    return;
  }
  if (counts)
    account.high_water_ = std::max(account.high_water_, peak(account));
  account.settled_ -= bytes;
  if (account.is_shared())
    account.spare_ += bytes;
  else
    recap(account);
}

} // namespace langone::rt
