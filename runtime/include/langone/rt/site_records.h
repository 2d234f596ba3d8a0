// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What scopes and guards have measured, by their ids: the material of reports and profiles. It owns
// a table of fixed size; ids beyond it are counted, not kept.

#ifndef LANGONE_RT_SITE_RECORDS_H
#define LANGONE_RT_SITE_RECORDS_H

#include "langone/rt/scope.h"

#include <cstdint>

namespace langone::rt::site_records {

struct ScopeRecord {
  std::uint64_t id = 0;
  char name[64] = {};
  std::uint64_t exits = 0;
  std::uint64_t exceeded = 0;            ///< exits with a peak above the hard limit
  std::uint64_t largest_peak = 0;        ///< bytes
  std::uint64_t last_peak = 0;           ///< bytes
  std::uint64_t predicted_peak = 0;      ///< bytes, of the last exit
  std::uint64_t hard = 0;                ///< bytes, of the last exit
  const SitePrediction *sites = nullptr; ///< never freed
  std::uint64_t site_count = 0;
};

struct GuardRecord {
  std::uint64_t id = 0;
  std::uint64_t failures = 0;
  std::uint64_t largest_value = 0;
  std::uint64_t bound = 0; ///< of the last failure
};

constexpr std::size_t most_records = 512;

/// Whether this is the first time that the scope exceeded its limit.
bool record_exit(const ScopeBudget &budget, const ScopeOutcome &outcome) noexcept;
/// Whether this is the guard's first failure.
bool record_failure(std::uint64_t id, std::uint64_t value, std::uint64_t bound) noexcept;

/// Exits and failures that found the table full.
std::uint64_t unrecorded() noexcept;

/// Calls `visit(context, record)` for each record, in no order, under a lock: it must not enter
/// scopes or require anything.
void for_each_scope(void (*visit)(void *, const ScopeRecord &), void *context);
void for_each_guard(void (*visit)(void *, const GuardRecord &), void *context);

/// For fork: nobody is at it in between.
void lock() noexcept;
void unlock() noexcept;

} // namespace langone::rt::site_records

#endif // LANGONE_RT_SITE_RECORDS_H
