// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Scopes: a list for each thread, innermost first; and guards.

#include "langone/rt/scope.h"

#include "base/system.h"
#include "langone/rt/site_records.h"
#include "memory/thread.h"

#include <cinttypes>
#include <cstdio>
#include <new>

namespace langone::rt {

namespace scope {

class Scope {
public:
  Scope(const ScopeBudget &budget_, Account &account_, Scope *outer_) noexcept
      : budget(budget_), account(account_), outer(outer_) {}

  const ScopeBudget budget;
  Account &account;
  Scope *outer;
};

namespace {

constinit thread_local Scope *innermost = nullptr;

/// A thread that ends leaves its scopes.
struct ScopesEnd {
  ScopesEnd() noexcept {}
  ScopesEnd(const ScopesEnd &) = delete;
  ScopesEnd &operator=(const ScopesEnd &) = delete;
  ~ScopesEnd() { exit_to(0); }
};

void warn_of(const ScopeBudget &budget, std::uint64_t peak) noexcept {
  char line[256];
  std::snprintf(line, sizeof line,
                "langone: scope %s used %" PRIu64 " bytes, its budget is %" PRIu64 "\n",
                budget.name ? budget.name : "", peak, budget.hard);
  system::write_stderr(line);
}

ScopeOutcome close(Scope &scope) noexcept {
  const ScopeBudget &budget = scope.budget;
  ScopeOutcome outcome;
  outcome.peak = scope.account.high_water();
  outcome.predicted_peak = budget.predicted_peak;
  outcome.exceeded = outcome.peak > budget.hard;
  if (site_records::record_exit(budget, outcome) && budget.on_exceed == OnExceed::warn)
    warn_of(budget, outcome.peak);
  scope.account.close();
  Thread::current().forget_closed();
  scope.account.release();
  scope.~Scope();
  system::free(&scope);
  return outcome;
}

/// Refusing takes the limit; granting and noticing, a threshold.
Account *open_account(const ScopeBudget &budget) noexcept {
  const bool refuses = budget.on_exceed == OnExceed::error;
  Account *account =
      Account::create(Thread::current().account(), refuses ? budget.hard : Account::no_limit);
  const std::uint64_t noticed = refuses ? Account::no_limit : budget.hard;
  if (account && (budget.soft != Account::no_limit || noticed != Account::no_limit))
    account->set_thresholds({Account::no_limit, budget.soft, noticed});
  return account;
}

} // namespace

Result<Scope *> enter(const ScopeBudget &budget) noexcept {
  static thread_local const ScopesEnd scopes_end;
  Thread::free_at_exit();
  Thread &thread = Thread::current();
  void *memory = system::allocate(sizeof(Scope));
  Account *account = memory && thread.reserve_account() ? open_account(budget) : nullptr;
  if (!account) {
    system::free(memory);
    return tl::make_unexpected(AllocationFailed{"out of memory"});
  }
  thread.open(*account);
  innermost = new (memory) Scope(budget, *account, innermost);
  return innermost;
}

Result<ScopeOutcome> exit(Scope *scope) noexcept {
  for (Scope **link = &innermost; *link; link = &(*link)->outer) {
    if (*link != scope)
      continue;
    *link = scope->outer;
    return close(*scope);
  }
  return tl::make_unexpected(InvalidOperation{"exit of what is not an open scope of this thread"});
}

std::size_t depth() noexcept {
  std::size_t count = 0;
  for (const Scope *scope = innermost; scope; scope = scope->outer)
    ++count;
  return count;
}

void exit_to(std::size_t depth) noexcept {
  for (std::size_t open = scope::depth(); open > depth; --open) {
    Scope *scope = innermost;
    innermost = scope->outer;
    close(*scope);
  }
}

Account &capture() noexcept {
  Account &account = Thread::current().account();
  account.retain();
  return account;
}

Result<void> attach(Account &account) noexcept {
  Thread::free_at_exit();
  Thread &thread = Thread::current();
  if (!thread.reserve_account())
    return tl::make_unexpected(AllocationFailed{"out of memory"});
  thread.open(account);
  return {};
}

Result<void> detach(Account &account) noexcept {
  if (!Thread::current().leave(account))
    return tl::make_unexpected(InvalidOperation{"detach of an account that is not attached"});
  return {};
}

} // namespace scope

tl::expected<bool, BudgetExceeded> require(std::uint64_t value, std::uint64_t bound,
                                           std::uint64_t id, std::string_view resource,
                                           OnExceed on_exceed) noexcept {
  if (value <= bound) [[likely]]
    return true;
  const bool first = site_records::record_failure(id, value, bound);
  if (on_exceed == OnExceed::error)
    return tl::make_unexpected(BudgetExceeded{resource, value, bound, bound});
  if (first && on_exceed == OnExceed::warn) {
    char line[256];
    std::snprintf(line, sizeof line,
                  "langone: guard %" PRIu64 " failed: %.*s needs %" PRIu64 ", proven for %" PRIu64
                  "\n",
                  id, static_cast<int>(resource.size()), resource.data(), value, bound);
    system::write_stderr(line);
  }
  return false;
}

} // namespace langone::rt
