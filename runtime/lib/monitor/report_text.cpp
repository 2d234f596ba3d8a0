// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A report for people.

#include "langone/rt/report.h"

#include <cinttypes>
#include <cstdarg>
#include <cstdio>

namespace langone::rt {

namespace {

[[gnu::format(printf, 2, 3)]] void add(std::string &text, const char *format, ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  text += line;
}

std::string bytes(std::uint64_t count) {
  if (count == Account::no_limit)
    return "none";
  char text[64];
  if (count < 1024)
    std::snprintf(text, sizeof text, "%" PRIu64 " B", count);
  else if (count < 1024 * 1024)
    std::snprintf(text, sizeof text, "%.1f KiB", static_cast<double>(count) / 1024);
  else
    std::snprintf(text, sizeof text, "%.1f MiB", static_cast<double>(count) / (1024 * 1024));
  return text;
}

std::string bytes(std::optional<std::uint64_t> count) {
  return count ? bytes(*count) : "unavailable";
}

std::string number(std::optional<double> value, const char *unit) {
  if (!value)
    return "unavailable";
  char text[64];
  std::snprintf(text, sizeof text, "%.1f %s", *value, unit);
  return text;
}

void add_use(std::string &text, const ResourceReport &report) {
  const ResourceUsage &usage = report.usage;
  text += "Resource report\n\nUse now\n";
  add(text, "  memory                %s (high water %s, limit %s)\n",
      bytes(usage.memory_used).c_str(), bytes(report.memory.high_water).c_str(),
      bytes(report.memory.limit).c_str());
  add(text, "  resident memory       %s\n", bytes(usage.resident_memory).c_str());
  add(text, "  container limit       %s\n", bytes(report.memory.container).c_str());
  add(text, "  physical memory       %s\n", bytes(report.memory.physical).c_str());
  add(text, "  allocations           %" PRIu64 "\n", usage.active_allocations);
  add(text, "  processors            %.1f %% (budget %.1f %%)\n", usage.cpu_usage,
      report.budget.max_cpu_usage);
  add(text, "  GPU memory            %s\n", bytes(usage.gpu_memory_used).c_str());
  add(text, "  GPU utilization       %s\n", number(usage.gpu_utilization, "%").c_str());
}

void add_indicators(std::string &text, const ResourceReport &report) {
  const auto &indicators = report.indicators;
  text += "\nKey performance indicators\n";
  add(text, "  memory efficiency     %s\n", number(indicators.memory_efficiency, "%").c_str());
  add(text, "  GPU utilization       %s\n", number(indicators.gpu_utilization, "%").c_str());
  add(text, "  allocation speed      %s\n",
      number(indicators.allocation_nanoseconds, "ns").c_str());
  add(text, "  cache hit rate        %s\n", number(indicators.cache_hit_rate, "%").c_str());
  add(text, "  precision saved       %s\n", number(indicators.precision_savings, "B").c_str());
}

void add_history(std::string &text, const ResourceReport &report) {
  const auto &history = report.history;
  add(text, "\nHistory: %" PRIu64 " samples over %.1f s (%" PRIu64 " taken)\n", history.samples,
      history.seconds, history.taken);
  if (history.samples == 0)
    return;
  add(text, "  memory                %s to %s, mean %s\n", bytes(history.least_memory).c_str(),
      bytes(history.most_memory).c_str(),
      bytes(static_cast<std::uint64_t>(history.mean_memory)).c_str());
  add(text, "  processors            mean %.1f %%, most %.1f %%\n", history.mean_cpu,
      history.most_cpu);
}

void add_events(std::string &text, const ResourceReport &report) {
  const auto &events = report.events;
  text += "\nEvents\n";
  for (std::size_t kind = 0; kind < events.counts.size(); ++kind)
    add(text, "  %-21s %" PRIu64 "\n", name_of(static_cast<EventKind>(kind)).data(),
        events.counts[kind]);
  add(text, "  dropped               %" PRIu64 "\n", events.dropped);
  add(text, "  failed handlers       %" PRIu64 "\n", events.failed_handlers);
  add(text, "  reliefs               %" PRIu64 "\n", events.reliefs);
}

void add_sites(std::string &text, const ResourceReport &report) {
  text += "\nScopes by measured peak\n";
  for (const auto &scope : report.scopes)
    add(text,
        "  %016" PRIx64 " %-24s peak %s, predicted %s, %" PRIu64 " times, %" PRIu64
        " above limit\n",
        scope.id, scope.name, bytes(scope.largest_peak).c_str(),
        scope.predicted_peak ? bytes(scope.predicted_peak).c_str() : "nothing", scope.exits,
        scope.exceeded);
  text += "\nSites by predicted bytes\n";
  for (const auto &site : report.sites)
    add(text, "  %016" PRIx64 " %s\n", site.id, bytes(site.bytes).c_str());
  text += "\nGuards that failed\n";
  for (const auto &guard : report.guards)
    add(text,
        "  %016" PRIx64 " %" PRIu64 " times, up to %" PRIu64 " where %" PRIu64 " was proven\n",
        guard.id, guard.failures, guard.largest_value, guard.bound);
  if (report.unrecorded > 0)
    add(text,
        "\n%" PRIu64 " exits of scopes or failures of guards were not recorded: too many ids\n",
        report.unrecorded);
}

} // namespace

std::string_view name_of(EventKind kind) noexcept {
  constexpr std::array<std::string_view, 4> names{"warning", "soft", "critical", "pressure"};
  return names[static_cast<std::size_t>(kind)];
}

std::string ResourceReport::to_text() const {
  std::string text;
  add_use(text, *this);
  add_indicators(text, *this);
  add_history(text, *this);
  add_events(text, *this);
  add_sites(text, *this);
  return text;
}

} // namespace langone::rt
