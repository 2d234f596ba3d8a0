// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The monitor in C, and its start with the program.

#include "langone/rt/monitor.h"

#include "base/system.h"
#include "capi/error.h"
#include "langone/rt/pressure.h"
#include "langone/rt/process_limit.h"

#include <cstdio>
#include <cstdlib>
#include <string>

using namespace langone::rt;

namespace {

langone_rt_error to_c(const ResourceError &error) noexcept {
  langone_rt_error out = LANGONE_RT_ERROR_INIT;
  out.status = LANGONE_RT_MONITORING_FAILED;
  write_message(error, out.message, sizeof out.message);
  return out;
}

langone_rt_status failed(const ResourceError &error, langone_rt_error *out) noexcept {
  copy_out(to_c(error), out);
  return LANGONE_RT_MONITORING_FAILED;
}

langone_rt_status status_of(const ResourceResult<void> &result, langone_rt_error *error) noexcept {
  return result ? LANGONE_RT_OK : failed(result.error(), error);
}

/// `body`, and MONITORING_FAILED if it runs out of memory.
template <class Body>
langone_rt_status guarded(const Body &body, langone_rt_error *error) noexcept {
  try {
    return body();
  } catch (...) {
    return failed(MonitoringFailed{"out of memory"}, error);
  }
}

template <class T, class U>
void set(T &field, std::uint32_t &available, std::uint32_t bit,
         const std::optional<U> &value) noexcept {
  if (!value)
    return;
  field = *value;
  available |= bit;
}

langone_rt_usage to_c(const ResourceUsage &usage) noexcept {
  langone_rt_usage out = LANGONE_RT_USAGE_INIT;
  out.timestamp_ns = static_cast<std::uint64_t>(
      std::chrono::nanoseconds(usage.timestamp.time_since_epoch()).count());
  out.memory_used_bytes = usage.memory_used;
  out.resident_memory_bytes = usage.resident_memory;
  out.cpu_usage_percent = usage.cpu_usage;
  out.active_allocations = usage.active_allocations;
  set(out.gpu_memory_used_bytes, out.available, LANGONE_RT_HAS_GPU_MEMORY, usage.gpu_memory_used);
  set(out.gpu_utilization_percent, out.available, LANGONE_RT_HAS_GPU_UTILIZATION,
      usage.gpu_utilization);
  set(out.gpu_allocations, out.available, LANGONE_RT_HAS_GPU_ALLOCATIONS, usage.gpu_allocations);
  set(out.memory_pool_efficiency_percent, out.available, LANGONE_RT_HAS_POOL_EFFICIENCY,
      usage.memory_pool_efficiency);
  set(out.gpu_memory_pool_efficiency_percent, out.available, LANGONE_RT_HAS_GPU_POOL_EFFICIENCY,
      usage.gpu_memory_pool_efficiency);
  return out;
}

langone_rt_event to_c(const ResourceEvent &event) noexcept {
  return {sizeof(langone_rt_event),
          LANGONE_RT_STRUCT_VERSION,
          static_cast<langone_rt_event_kind>(event.kind),
          event.resource.data(),
          event.account,
          event.level,
          event.value};
}

bool write_file(const std::string &path, const std::string &text) {
  const std::string unfinished = path + ".unfinished";
  std::FILE *file = std::fopen(unfinished.c_str(), "we");
  if (!file)
    return false;
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool closed = std::fclose(file) == 0;
  if (written && closed && std::rename(unfinished.c_str(), path.c_str()) == 0)
    return true;
  std::remove(unfinished.c_str());
  return false;
}

// Compiled code links the shared library, where this runs when it is loaded.
[[gnu::constructor]] void start_with_program() {
  const char *told = std::getenv("LANGONE_MONITOR");
  if (!told)
    return;
  langone_rt_error error = LANGONE_RT_ERROR_INIT;
  if (guarded([told, &error] { return status_of(monitor::start_as_told(told), &error); }, &error) ==
      LANGONE_RT_OK)
    return;
  char line[LANGONE_RT_MESSAGE_BYTES + 16];
  std::snprintf(line, sizeof line, "langone: %s\n", error.message);
  system::write_stderr(line);
}

} // namespace

langone_rt_status langone_rt_respect_container(void) {
  return process_limit::enforce() ? LANGONE_RT_OK : LANGONE_RT_ALLOCATION_FAILED;
}

langone_rt_status langone_rt_monitor_start(uint32_t interval_ms, langone_rt_error *error) {
  const auto interval =
      interval_ms ? std::chrono::milliseconds(interval_ms) : ResourceBudget().monitoring_interval;
  return guarded([&] { return status_of(monitor::start(interval), error); }, error);
}

langone_rt_status langone_rt_monitor_stop(void) {
  monitor::stop();
  return LANGONE_RT_OK;
}

langone_rt_status langone_rt_get_usage(langone_rt_usage *out) {
  return guarded(
      [out] {
        return copy_out(to_c(monitor::usage()), out) ? LANGONE_RT_OK : LANGONE_RT_INVALID_OPERATION;
      },
      nullptr);
}

langone_rt_status langone_rt_add_event_handler(langone_rt_event_handler handler, void *context) {
  if (!handler)
    return LANGONE_RT_INVALID_OPERATION;
  const auto call = [handler, context](const ResourceEvent &event) {
    const langone_rt_event in_c = to_c(event);
    handler(&in_c, context);
  };
  try {
    monitor::register_event_handler(call);
    return LANGONE_RT_OK;
  } catch (...) {
    return LANGONE_RT_ALLOCATION_FAILED;
  }
}

// The two types differ in noexcept alone; a callback that throws ends the process either way.
langone_rt_status langone_rt_add_compact_callback(langone_rt_compact_callback callback,
                                                  void *context) {
  if (!callback)
    return LANGONE_RT_INVALID_OPERATION;
  return pressure::add_callback(reinterpret_cast<pressure::Callback>(callback), context)
             ? LANGONE_RT_OK
             : LANGONE_RT_ALLOCATION_FAILED;
}

langone_rt_status langone_rt_remove_compact_callback(langone_rt_compact_callback callback,
                                                     void *context) {
  pressure::remove_callback(reinterpret_cast<pressure::Callback>(callback), context);
  return LANGONE_RT_OK;
}

langone_rt_status langone_rt_write_report(const char *path, langone_rt_report_format format,
                                          langone_rt_error *error) {
  const bool is_known = format == LANGONE_RT_REPORT_TEXT || format == LANGONE_RT_REPORT_JSON;
  if (!path || !is_known)
    return report(Result<void>(tl::make_unexpected(
                      InvalidOperation{"report without a path, or of an unknown format"})),
                  error);
  return guarded(
      [&] {
        const ResourceReport all = monitor::report();
        if (write_file(path, format == LANGONE_RT_REPORT_TEXT ? all.to_text() : all.to_json()))
          return LANGONE_RT_OK;
        return failed(MonitoringFailed{"the report cannot be written"}, error);
      },
      error);
}
