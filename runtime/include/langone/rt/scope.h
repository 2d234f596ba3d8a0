// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Scopes: the extent of a budget at run time, entered and left by compiled code. A scope owns an
// account that is its thread's current one while it is open, and compares the peak that it measured
// with the one that was predicted. What is charged inside is the pools' and arenas' business.

#ifndef LANGONE_RT_SCOPE_H
#define LANGONE_RT_SCOPE_H

#include "langone/rt/account.h"
#include "langone/rt/error.h"

#include <cstdint>
#include <span>

namespace langone::rt {

/// What happens where a scope's use, or a guarded value, exceeds its bound.
enum class OnExceed : std::uint8_t {
  error,   ///< refused, as a typed error
  warn,    ///< granted, counted, and said on stderr once for each scope or guard
  fallback ///< granted and counted
};

/// An allocation site and what was predicted for it, bytes.
struct SitePrediction {
  std::uint64_t id;
  std::uint64_t bytes;
};

struct ScopeBudget {
  std::uint64_t id = 0;                   ///< stable key of the scope in the program
  const char *name = "";                  ///< for people; copied, up to 63 bytes
  std::uint64_t hard = Account::no_limit; ///< bytes
  std::uint64_t soft = Account::no_limit; ///< bytes: crossing it is an event
  std::uint64_t predicted_peak = 0;       ///< bytes; 0: not predicted
  OnExceed on_exceed = OnExceed::error;
  std::span<const SitePrediction> sites; ///< copied at the first entry
};

struct ScopeOutcome {
  std::uint64_t peak = 0; ///< largest use inside, bytes: the account's high-water mark
  std::uint64_t predicted_peak = 0;
  bool exceeded = false; ///< the peak was above the hard limit, which can be only if not `error`
};

namespace scope {

class Scope;

/// Opens an account under this thread's current one. AllocationFailed.
Result<Scope *> enter(const ScopeBudget &budget) noexcept;

/// Closes a scope of this thread: any order, though inner ones come first as a rule. What was
/// charged inside and not given back stays charged to it and to its ancestors. InvalidOperation:
/// not an open scope of this thread.
Result<ScopeOutcome> exit(Scope *scope) noexcept;

/// How many scopes this thread has open, and the closing of all but the first so many: what a raise
/// out of them needs. Their measured peaks are recorded.
std::size_t depth() noexcept;
void exit_to(std::size_t depth) noexcept;

/// This thread's current account, with a reference for the caller: to be handed to a worker.
Account &capture() noexcept;
/// Makes a captured account the current one of this thread. AllocationFailed.
Result<void> attach(Account &account) noexcept;
/// Ends the innermost attachment of the account to this thread. InvalidOperation: there is none.
Result<void> detach(Account &account) noexcept;

} // namespace scope

/// Whether `value` is within `bound`, as the compiler assumed for the guard `id`. Counted if not;
/// then `error` says BudgetExceeded with `resource`, which has static storage, `warn` and
/// `fallback` say false.
tl::expected<bool, BudgetExceeded> require(std::uint64_t value, std::uint64_t bound,
                                           std::uint64_t id, std::string_view resource,
                                           OnExceed on_exceed) noexcept;

} // namespace langone::rt

#endif // LANGONE_RT_SCOPE_H
