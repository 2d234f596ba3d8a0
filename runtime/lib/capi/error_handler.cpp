// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The process error handler and the end of the process.

#include "base/system.h"
#include "capi/raise.h"

#include <cinttypes>
#include <cstdio>
#include <mutex>

namespace langone::rt {

namespace {

struct Handler {
  langone_rt_error_handler function = nullptr;
  void *context = nullptr;
};

constinit std::mutex handler_mutex;
constinit Handler process_handler;
constinit thread_local bool in_handler = false;

void call_handler(const langone_rt_error &error) noexcept {
  Handler handler;
  {
    const std::lock_guard lock(handler_mutex);
    handler = process_handler;
  }
  if (!handler.function || in_handler)
    return;
  in_handler = true;
  try {
    handler.function(&error, handler.context);
  } catch (...) { // A handler that throws has returned.
  }
  in_handler = false;
}

void print(const langone_rt_error &error) noexcept {
  char line[LANGONE_RT_MESSAGE_BYTES + 128];
  if (error.status == LANGONE_RT_BUDGET_EXCEEDED)
    std::snprintf(line, sizeof line,
                  "langone: %s (requested %" PRIu64 ", available %" PRIu64 ", limit %" PRIu64
                  " bytes)\n",
                  error.message, error.requested_bytes, error.available_bytes, error.limit_bytes);
  else
    std::snprintf(line, sizeof line, "langone: %s\n", error.message);
  system::write_stderr(line);
}

} // namespace

void end_with(const langone_rt_error &error) noexcept {
  call_handler(error);
  print(error);
  system::exit_process();
}

} // namespace langone::rt

langone_rt_status langone_rt_set_error_handler(langone_rt_error_handler handler, void *context) {
  const std::lock_guard lock(langone::rt::handler_mutex);
  langone::rt::process_handler = {handler, context};
  return LANGONE_RT_OK;
}
