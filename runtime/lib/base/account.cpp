// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Accounts. All atomics are relaxed but the reference count: counters order nothing, and whoever
// frees a block has been handed its pointer after the charge was complete.

#include "langone/rt/account.h"

#include "base/system.h"

#include <algorithm>
#include <new>
#include <type_traits>

namespace langone::rt {

namespace {

constexpr auto relaxed = std::memory_order_relaxed;

// Used until the last static destructor of the program, hence without one.
static_assert(std::is_trivially_destructible_v<Account>);
alignas(64) constinit Account process_account(nullptr, Account::no_limit);

} // namespace

Account &Account::process() noexcept { return process_account; }

Account *Account::create(Account &parent, std::uint64_t limit_bytes) noexcept {
  void *memory = system::allocate(sizeof(Account));
  if (!memory)
    return nullptr;
  parent.retain();
  return new (memory) Account(&parent, limit_bytes);
}

tl::expected<void, BudgetExceeded> Account::charge(std::uint64_t bytes) noexcept {
  auto reserved = reserve(bytes);
  if (reserved)
    commit(bytes);
  return reserved;
}

tl::expected<void, BudgetExceeded> Account::reserve(std::uint64_t bytes) noexcept {
  for (Account *account = this; account; account = account->parent_) {
    auto reserved = account->reserve_here(bytes);
    if (reserved)
      continue;
    for (Account *undone = this; undone != account; undone = undone->parent_)
      undone->reserved_.fetch_sub(bytes, relaxed);
    return reserved;
  }
  return {};
}

tl::expected<void, BudgetExceeded> Account::reserve_here(std::uint64_t bytes) noexcept {
  const std::uint64_t limit = limit_.load(relaxed);
  std::uint64_t reserved = reserved_.load(relaxed);
  do {
    const std::uint64_t available = limit > reserved ? limit - reserved : 0;
    if (bytes > available)
      return tl::make_unexpected(BudgetExceeded{"memory", bytes, available, limit});
  } while (!reserved_.compare_exchange_weak(reserved, reserved + bytes, relaxed));
  return {};
}

void Account::commit(std::uint64_t bytes) noexcept {
  for (Account *account = this; account; account = account->parent_)
    account->raise_high_water(account->current_.fetch_add(bytes, relaxed) + bytes);
}

void Account::cancel(std::uint64_t bytes) noexcept {
  for (Account *account = this; account; account = account->parent_)
    account->reserved_.fetch_sub(bytes, relaxed);
}

tl::expected<void, InvalidOperation> Account::uncharge(std::uint64_t bytes) noexcept {
  // Checking here is enough: ancestors hold at least what this account holds.
  std::uint64_t current = current_.load(relaxed);
  do {
    if (bytes > current)
      return tl::make_unexpected(InvalidOperation{"uncharge of more than the account holds"});
  } while (!current_.compare_exchange_weak(current, current - bytes, relaxed));
  for (Account *account = parent_; account; account = account->parent_)
    account->current_.fetch_sub(bytes, relaxed);
  cancel(bytes);
  return {};
}

std::uint64_t Account::current() const noexcept { return current_.load(relaxed); }

std::uint64_t Account::high_water() const noexcept {
  // A charge just committed may not have reached the high-water yet.
  return std::max(high_water_.load(relaxed), current());
}

std::uint64_t Account::limit() const noexcept { return limit_.load(relaxed); }

void Account::set_limit(std::uint64_t bytes) noexcept { limit_.store(bytes, relaxed); }

void Account::reset_high_water() noexcept {
  high_water_.store(0, relaxed);
  raise_high_water(current());
}

void Account::raise_high_water(std::uint64_t bytes) noexcept {
  std::uint64_t high_water = high_water_.load(relaxed);
  while (bytes > high_water && !high_water_.compare_exchange_weak(high_water, bytes, relaxed)) {
  }
}

void Account::close() noexcept { open_.store(false, std::memory_order_release); }

bool Account::is_open() const noexcept { return open_.load(std::memory_order_acquire); }

// The root is not counted: it lives for ever, and every block of the process would contend for its
// count.
void Account::retain() noexcept {
  if (parent_)
    references_.fetch_add(1, relaxed);
}

void Account::release() noexcept {
  for (Account *account = this; account->parent_;) {
    if (account->references_.fetch_sub(1, std::memory_order_acq_rel) != 1)
      return;
    Account *parent = account->parent_;
    system::free(account);
    account = parent;
  }
}

} // namespace langone::rt
