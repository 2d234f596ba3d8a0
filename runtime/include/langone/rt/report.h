// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the monitor has seen, for people (text) and programs (JSON). It owns the numbers and their
// two forms; docs/Runtime.md, "Monitor", defines each.

#ifndef LANGONE_RT_REPORT_H
#define LANGONE_RT_REPORT_H

#include "langone/rt/budget.h"
#include "langone/rt/site_records.h"
#include "langone/rt/usage.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace langone::rt {

struct ResourceReport {
  static constexpr std::size_t kept_events = 32;
  static constexpr std::size_t kept_sites = 10;

  ResourceBudget budget;
  ResourceUsage usage; ///< now

  struct Memory {
    std::uint64_t high_water = 0;           ///< bytes, of the process account
    std::uint64_t limit = 0;                ///< bytes, in force now
    std::optional<std::uint64_t> container; ///< bytes, limit
    std::optional<std::uint64_t> physical;  ///< bytes
  } memory;

  /// The specification's key performance indicators.
  struct Indicators {
    std::optional<double> memory_efficiency;      ///< percent
    std::optional<double> gpu_utilization;        ///< percent
    std::optional<double> allocation_nanoseconds; ///< mean
    std::optional<double> cache_hit_rate;         ///< percent
    std::optional<double> precision_savings;      ///< bytes
  } indicators;

  struct History {
    std::uint64_t samples = 0; ///< of those kept; since the start: `taken`
    std::uint64_t taken = 0;
    double seconds = 0.0; ///< from the oldest to the newest kept
    std::uint64_t least_memory = 0;
    std::uint64_t most_memory = 0;
    double mean_memory = 0.0;
    double mean_cpu = 0.0;
    double most_cpu = 0.0;
  } history;

  struct Events {
    std::array<std::uint64_t, 4> counts{}; ///< by EventKind
    std::uint64_t dropped = 0;             ///< for handlers that did not keep up
    std::uint64_t failed_handlers = 0;     ///< calls that ended with an exception
    std::uint64_t reliefs = 0;             ///< of memory pressure
    std::vector<ResourceEvent> last;       ///< newest last
  } events;

  std::vector<site_records::ScopeRecord> scopes; ///< largest peaks first
  std::vector<SitePrediction> sites;             ///< of all scopes, largest predictions first
  std::vector<site_records::GuardRecord> guards; ///< most failures first
  std::uint64_t unrecorded = 0;

  std::string to_text() const;
  /// One object, `"schema": "langone-runtime-report/1"`; absent numbers are null.
  std::string to_json() const;
};

} // namespace langone::rt

#endif // LANGONE_RT_REPORT_H
