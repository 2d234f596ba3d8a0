// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The changes of an account's state, and the tables of cells.

#include "base/account_keeper.h"
#include "base/system.h"

#include <algorithm>
#include <bit>
#include <new>
#include <optional>

namespace langone::rt {

namespace {

constexpr auto relaxed = std::memory_order_relaxed;

constexpr std::uint64_t least_cells = 64; // a page of them

// Accounts that live shortly and are shared would map and unmap a page each. Under the lock; a free
// page begins with the address of the next one.
constinit void *free_page = nullptr;
constinit int free_pages = 0;
constexpr int most_free_pages = 16;

void *take_table(std::uint64_t cells) noexcept {
  if (cells != least_cells || !free_page)
    return system::map_zeroed(cells * slot_size);
  void *taken = free_page;
  free_page = *static_cast<void **>(taken);
  --free_pages;
  return taken;
}

void return_table(void *table, std::uint64_t cells) noexcept {
  if (cells != least_cells || free_pages == most_free_pages) {
    system::unmap(table, cells * slot_size);
    return;
  }
  *static_cast<void **>(table) = free_page;
  free_page = table;
  ++free_pages;
}

} // namespace

/// What use there was becomes the high-water mark, and each cell's peak begins anew.
void AccountKeeper::fold(Account &account) noexcept {
  account.high_water_ = std::max(account.high_water_, peak(account));
  for (std::uint64_t i = 0; i < account.cell_count(); ++i) {
    Cell &cell = account.cells_[i];
    cell.peak.store(cell.used.load(relaxed), relaxed);
  }
}

/// Biased: the owner may use what the others leave of the cap. Without a stop a charge under way
/// may still go by the ceiling before.
void AccountKeeper::recap(Account &account) noexcept {
  account.home_.ceiling.store(cap(account) - account.settled_, relaxed);
  account.home_.floor.store(-account.settled_, relaxed);
}

/// Shared: all credit that is not used becomes spare. Of an account above its limit no thread can
/// charge again what it gives back, until it alone has given back the excess: then the sum is below
/// the limit whatever the others do.
void AccountKeeper::reclaim(Account &account) noexcept {
  fold(account);
  const std::int64_t used = total(account);
  const std::int64_t excess = std::max<std::int64_t>(used - limit(account), 0);
  for (std::uint64_t i = 0; i < account.cell_count(); ++i) {
    Cell &cell = account.cells_[i];
    cell.ceiling.store(cell.used.load(relaxed) - excess, relaxed);
  }
  account.granted_ = std::max(used, std::min(account.granted_, cap(account)));
  account.spare_ = account.granted_ - used;
}

/// Biased: this thread, or nobody if it has no slot, becomes the owner.
void AccountKeeper::take_over(Account &account) noexcept {
  fold(account);
  Cell &home = account.home_;
  account.settled_ += home.used.load(relaxed);
  home.used.store(0, relaxed);
  home.peak.store(0, relaxed);
  home.owner.store(slot_, relaxed);
  recap(account);
}

/// Biased to shared, the world being stopped. False, and nothing changed, without memory for the
/// table.
bool AccountKeeper::share(Account &account) noexcept {
  const std::uint64_t count =
      std::max(std::bit_ceil(Ledger::slot_bound() / slot_size), least_cells);
  void *table = take_table(count);
  if (!table)
    return false;
  const std::uint64_t slot = slot_;
  slot_ = no_slot;
  take_over(account); // by nobody: all is settled
  slot_ = slot;
  auto *cells = static_cast<Cell *>(table);
  for (std::uint64_t i = 0; i < count; ++i) {
    new (&cells[i]) Cell;
    cells[i].owner.store(i * slot_size, relaxed);
    cells[i].floor.store(INT64_MIN, relaxed);
  }
  account.cells_ = cells;
  account.mask_ = (count - 1) * slot_size;
  account.granted_ = account.settled_;
  reclaim(account);
  return true;
}

/// Shared, the world being stopped: gives each slot a cell. Without memory for that, false; this
/// thread then charges what is settled.
bool AccountKeeper::enlarge(Account &account) noexcept {
  const std::uint64_t before = account.cell_count();
  const std::uint64_t count = std::bit_ceil(Ledger::slot_bound() / slot_size);
  void *table = take_table(count);
  if (!table)
    return false;
  auto *cells = static_cast<Cell *>(table);
  for (std::uint64_t i = 0; i < count; ++i) {
    new (&cells[i]) Cell;
    cells[i].owner.store(i * slot_size, relaxed);
    cells[i].floor.store(INT64_MIN, relaxed);
    if (i >= before)
      continue;
    const Cell &old = account.cells_[i];
    cells[i].ceiling.store(old.ceiling.load(relaxed), relaxed);
    cells[i].used.store(old.used.load(relaxed), relaxed);
    cells[i].peak.store(old.peak.load(relaxed), relaxed);
  }
  return_table(account.cells_, before);
  account.cells_ = cells;
  account.mask_ = (count - 1) * slot_size;
  return true;
}

/// Shared to biased, no other thread being in a section: nobody is the owner.
void AccountKeeper::make_biased(Account &account) noexcept {
  fold(account);
  account.settled_ = total(account);
  return_table(account.cells_, account.cell_count());
  account.cells_ = &account.home_;
  account.mask_ = 0;
  account.home_.owner.store(no_slot, relaxed);
  recap(account);
}

/// After the cap has become lower.
void AccountKeeper::tighten(Account &account) noexcept {
  const std::uint64_t owner = account.home_.owner.load(relaxed);
  std::optional<StoppedWorld> stopped;
  if (account.is_shared() || (owner != slot_of_this_thread() && Ledger::is_live(owner)))
    stopped.emplace();
  if (account.is_shared())
    reclaim(account);
  else
    recap(account);
}

void AccountKeeper::set_limit(std::uint64_t bytes) noexcept {
  account_.limit_.store(bytes, relaxed);
  tighten(account_);
}

void AccountKeeper::reset_high_water() noexcept {
  const StoppedWorld stopped;
  if (account_.is_shared())
    make_biased(account_);
  fold(account_);
  account_.high_water_ = total(account_);
}

void AccountKeeper::retire() noexcept {
  if (account_.is_shared())
    make_biased(account_);
  unwatch(account_);
}

} // namespace langone::rt
