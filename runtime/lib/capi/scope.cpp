// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Scopes and guards in C. A handle is the C++ object's address under another type.

#include "langone/rt/scope.h"

#include "capi/error.h"
#include "capi/raise.h"

#include <type_traits>

using namespace langone::rt;

namespace {

// Results stand in frames that a raise jumps over.
static_assert(std::is_trivially_destructible_v<Result<ScopeBudget>> &&
              std::is_trivially_destructible_v<Result<ScopeOutcome>>);
static_assert(sizeof(langone_rt_site) == sizeof(SitePrediction));

constexpr tl::unexpected<Error> invalid(std::string_view why) noexcept {
  return tl::make_unexpected(Error(InvalidOperation{why}));
}

Result<OnExceed> on_exceed_of(langone_rt_on_exceed value) noexcept {
  switch (value) {
  case LANGONE_RT_ON_EXCEED_ERROR:
    return OnExceed::error;
  case LANGONE_RT_ON_EXCEED_WARN:
    return OnExceed::warn;
  case LANGONE_RT_ON_EXCEED_FALLBACK:
    return OnExceed::fallback;
  }
  return invalid("unknown on_exceed");
}

Result<ScopeBudget> budget_of(const langone_rt_scope_info *info) noexcept {
  if (!info || info->struct_size < sizeof(langone_rt_scope_info))
    return invalid("scope without a description");
  const auto on_exceed = on_exceed_of(info->on_exceed);
  if (!on_exceed)
    return tl::make_unexpected(on_exceed.error());
  if (info->site_count > 0 && !info->sites)
    return invalid("scope with null sites");
  ScopeBudget budget;
  budget.id = info->id;
  budget.name = info->name ? info->name : "";
  budget.hard = info->hard_bytes;
  budget.soft = info->soft_bytes;
  budget.predicted_peak = info->predicted_peak_bytes;
  budget.on_exceed = *on_exceed;
  // Two integers in the same order, under another name.
  budget.sites = {reinterpret_cast<const SitePrediction *>(info->sites), info->site_count};
  return budget;
}

Result<scope::Scope *> enter(const langone_rt_scope_info *info) noexcept {
  const auto budget = budget_of(info);
  if (!budget)
    return tl::make_unexpected(budget.error());
  return scope::enter(*budget);
}

scope::Scope *from_c(langone_rt_scope *scope) noexcept {
  return reinterpret_cast<scope::Scope *>(scope);
}
langone_rt_scope *to_c(scope::Scope *scope) noexcept {
  return reinterpret_cast<langone_rt_scope *>(scope);
}
Account *from_c(langone_rt_account *account) noexcept {
  return reinterpret_cast<Account *>(account);
}

langone_rt_status status_of(const Result<void> &result) noexcept { return report(result, nullptr); }

Result<bool> require(std::uint64_t value, std::uint64_t bound,
                     const langone_rt_guard *guard) noexcept {
  if (value <= bound)
    return true;
  if (!guard || guard->struct_size < sizeof(langone_rt_guard))
    return invalid("guard without a description");
  const auto on_exceed = on_exceed_of(guard->on_exceed);
  if (!on_exceed)
    return tl::make_unexpected(on_exceed.error());
  const auto holds = langone::rt::require(value, bound, guard->id,
                                          guard->resource ? guard->resource : "memory", *on_exceed);
  if (!holds)
    return tl::make_unexpected(Error(holds.error()));
  return *holds;
}

} // namespace

langone_rt_status langone_rt_scope_enter(const langone_rt_scope_info *info, langone_rt_scope **out,
                                         langone_rt_error *error) {
  if (!out)
    return report(Result<void>(invalid("null where a scope is to be stored")), error);
  const auto scope = enter(info);
  if (scope)
    *out = to_c(*scope);
  return report(scope, error);
}

langone_rt_status langone_rt_scope_exit(langone_rt_scope *scope,
                                        langone_rt_scope_outcome *outcome) {
  const auto left = scope::exit(from_c(scope));
  if (left) {
    langone_rt_scope_outcome all = LANGONE_RT_SCOPE_OUTCOME_INIT;
    all.peak_bytes = left->peak;
    all.predicted_peak_bytes = left->predicted_peak;
    all.exceeded = left->exceeded;
    copy_out(all, outcome);
  }
  return report(left, nullptr);
}

langone_rt_scope *langone_rt_scope_enter_or_raise(const langone_rt_scope_info *info) {
  const auto scope = enter(info);
  if (!scope)
    raise(scope.error());
  return to_c(*scope);
}

void langone_rt_scope_exit_or_raise(langone_rt_scope *scope) {
  const auto left = scope::exit(from_c(scope));
  if (!left)
    raise(left.error());
}

langone_rt_status langone_rt_scope_capture(langone_rt_account **out) {
  if (!out)
    return LANGONE_RT_INVALID_OPERATION;
  *out = reinterpret_cast<langone_rt_account *>(&scope::capture());
  return LANGONE_RT_OK;
}

langone_rt_status langone_rt_scope_release(langone_rt_account *account) {
  if (!account)
    return LANGONE_RT_INVALID_OPERATION;
  from_c(account)->release();
  return LANGONE_RT_OK;
}

langone_rt_status langone_rt_scope_attach(langone_rt_account *account) {
  return account ? status_of(scope::attach(*from_c(account))) : LANGONE_RT_INVALID_OPERATION;
}

langone_rt_status langone_rt_scope_detach(langone_rt_account *account) {
  return account ? status_of(scope::detach(*from_c(account))) : LANGONE_RT_INVALID_OPERATION;
}

langone_rt_status langone_rt_require(uint64_t value, uint64_t bound, const langone_rt_guard *guard,
                                     int32_t *holds, langone_rt_error *error) {
  if (!holds)
    return report(Result<void>(invalid("null where a result is to be stored")), error);
  const auto result = require(value, bound, guard);
  *holds = result && *result;
  return report(result, error);
}

int32_t langone_rt_require_or_raise(uint64_t value, uint64_t bound, const langone_rt_guard *guard) {
  const auto result = require(value, bound, guard);
  if (!result)
    raise(result.error());
  return *result;
}
