// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A report for programs. Keys are snake_case with the unit in the name; what is unavailable, or no
// limit, is null.

#include "langone/rt/report.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace langone::rt {

namespace {

/// Writes members and elements, and the commas between them.
class JsonWriter {
public:
  void open(const char *key, char bracket) {
    begin(key);
    text_ += bracket;
    first_ = true;
  }
  void close(char bracket) {
    text_ += bracket;
    first_ = false;
  }
  void add(const char *key, std::uint64_t value) {
    begin(key);
    text_ += std::to_string(value);
  }
  void add(const char *key, double value) {
    begin(key);
    char digits[64];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    text_ += std::isfinite(value) ? std::string_view(digits, static_cast<std::size_t>(end - digits))
                                  : std::string_view("null");
  }
  template <class T> void add(const char *key, std::optional<T> value) {
    if (value)
      return add(key, *value);
    begin(key);
    text_ += "null";
  }
  void add_limit(const char *key, std::uint64_t bytes) {
    add(key, bytes == Account::no_limit ? std::nullopt : std::optional(bytes));
  }
  void add(const char *key, std::string_view value) {
    begin(key);
    text_ += '"';
    for (const char character : value)
      add_escaped(static_cast<unsigned char>(character));
    text_ += '"';
  }
  std::string take() { return std::move(text_); }

private:
  void begin(const char *key) {
    if (!first_)
      text_ += ',';
    first_ = false;
    if (key)
      text_.append("\"").append(key).append("\":");
  }
  /// Bytes beyond ASCII stay: names are UTF-8 if the program's are.
  void add_escaped(unsigned char character) {
    if (character == '"' || character == '\\') {
      text_ += '\\';
    } else if (character < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", character);
      text_ += escape;
      return;
    }
    text_ += static_cast<char>(character);
  }

  std::string text_;
  bool first_ = true;
};

double seconds(std::chrono::system_clock::time_point time) noexcept {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

void add_budget(JsonWriter &json, const ResourceBudget &budget) {
  json.open("budget", '{');
  json.add_limit("max_memory_bytes", budget.max_memory);
  json.add_limit("max_gpu_memory_bytes", budget.max_gpu_memory);
  json.add("max_cpu_usage_percent", budget.max_cpu_usage);
  json.add("max_gpu_utilization_percent", budget.max_gpu_utilization);
  json.add("monitoring_interval_milliseconds",
           static_cast<std::uint64_t>(budget.monitoring_interval.count()));
  json.add("warning_threshold_percent", budget.warning_threshold);
  json.add("critical_threshold_percent", budget.critical_threshold);
  json.close('}');
}

void add_usage(JsonWriter &json, const ResourceReport &report) {
  const ResourceUsage &usage = report.usage;
  json.open("usage", '{');
  json.add("timestamp_seconds", seconds(usage.timestamp));
  json.add("memory_used_bytes", usage.memory_used);
  json.add("resident_memory_bytes", usage.resident_memory);
  json.add("gpu_memory_used_bytes", usage.gpu_memory_used);
  json.add("cpu_usage_percent", usage.cpu_usage);
  json.add("gpu_utilization_percent", usage.gpu_utilization);
  json.add("active_allocations", usage.active_allocations);
  json.add("gpu_allocations", usage.gpu_allocations);
  json.add("memory_pool_efficiency_percent", usage.memory_pool_efficiency);
  json.add("gpu_memory_pool_efficiency_percent", usage.gpu_memory_pool_efficiency);
  json.close('}');
  json.open("memory", '{');
  json.add("high_water_bytes", report.memory.high_water);
  json.add_limit("limit_bytes", report.memory.limit);
  json.add("container_limit_bytes", report.memory.container);
  json.add("physical_bytes", report.memory.physical);
  json.close('}');
}

void add_indicators(JsonWriter &json, const ResourceReport::Indicators &indicators) {
  json.open("indicators", '{');
  json.add("memory_efficiency_percent", indicators.memory_efficiency);
  json.add("gpu_utilization_percent", indicators.gpu_utilization);
  json.add("allocation_speed_nanoseconds", indicators.allocation_nanoseconds);
  json.add("cache_hit_rate_percent", indicators.cache_hit_rate);
  json.add("precision_savings_bytes", indicators.precision_savings);
  json.close('}');
}

void add_history(JsonWriter &json, const ResourceReport::History &history) {
  json.open("history", '{');
  json.add("samples", history.samples);
  json.add("samples_taken", history.taken);
  json.add("duration_seconds", history.seconds);
  json.add("least_memory_bytes", history.least_memory);
  json.add("most_memory_bytes", history.most_memory);
  json.add("mean_memory_bytes", history.mean_memory);
  json.add("mean_cpu_percent", history.mean_cpu);
  json.add("most_cpu_percent", history.most_cpu);
  json.close('}');
}

void add_events(JsonWriter &json, const ResourceReport::Events &events) {
  json.open("events", '{');
  for (std::size_t kind = 0; kind < events.counts.size(); ++kind)
    json.add(name_of(static_cast<EventKind>(kind)).data(), events.counts[kind]);
  json.add("dropped", events.dropped);
  json.add("failed_handlers", events.failed_handlers);
  json.add("reliefs", events.reliefs);
  json.open("last", '[');
  for (const ResourceEvent &event : events.last) {
    json.open(nullptr, '{');
    json.add("kind", name_of(event.kind));
    json.add("resource", event.resource);
    json.add("account", event.account);
    json.add("level", event.level);
    json.add("value", event.value);
    json.add("timestamp_seconds", seconds(event.usage.timestamp));
    json.close('}');
  }
  json.close(']');
  json.close('}');
}

void add_sites(JsonWriter &json, const ResourceReport &report) {
  json.open("scopes", '[');
  for (const auto &scope : report.scopes) {
    json.open(nullptr, '{');
    json.add("id", scope.id);
    json.add("name", std::string_view(scope.name));
    json.add("exits", scope.exits);
    json.add("exceeded", scope.exceeded);
    json.add("largest_peak_bytes", scope.largest_peak);
    json.add("last_peak_bytes", scope.last_peak);
    json.add("predicted_peak_bytes", scope.predicted_peak);
    json.add_limit("hard_limit_bytes", scope.hard);
    json.close('}');
  }
  json.close(']');
  json.open("sites", '[');
  for (const auto &site : report.sites) {
    json.open(nullptr, '{');
    json.add("id", site.id);
    json.add("predicted_bytes", site.bytes);
    json.close('}');
  }
  json.close(']');
  json.open("guards", '[');
  for (const auto &guard : report.guards) {
    json.open(nullptr, '{');
    json.add("id", guard.id);
    json.add("failures", guard.failures);
    json.add("largest_value", guard.largest_value);
    json.add("bound", guard.bound);
    json.close('}');
  }
  json.close(']');
  json.add("unrecorded", report.unrecorded);
}

} // namespace

std::string ResourceReport::to_json() const {
  JsonWriter json;
  json.open(nullptr, '{');
  json.add("schema", std::string_view("langone-runtime-report/1"));
  add_budget(json, budget);
  add_usage(json, *this);
  add_indicators(json, indicators);
  add_history(json, history);
  add_events(json, events);
  add_sites(json, *this);
  json.close('}');
  return json.take() + "\n";
}

} // namespace langone::rt
