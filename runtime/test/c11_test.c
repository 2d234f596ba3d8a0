// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The C ABI from C11, against the shared library: it compiles, links, and a budget holds.

#include "langone/runtime.h"

#include <stdio.h>
#include <string.h>

static void exceed(void *context) {
  (void)context;
  langone_rt_arena_acquire_or_raise(64, 64, 100);
  langone_rt_pool_allocate_or_raise(37, 8);
}

static const langone_rt_site sites[] = {{11, 40}, {12, 24}};
static const langone_rt_scope_info scope_info = {sizeof(langone_rt_scope_info),
                                                 LANGONE_RT_STRUCT_VERSION,
                                                 1,
                                                 "work",
                                                 100,
                                                 80,
                                                 64,
                                                 LANGONE_RT_ON_EXCEED_ERROR,
                                                 2,
                                                 sites};
static const langone_rt_guard guard = {sizeof(langone_rt_guard), LANGONE_RT_STRUCT_VERSION, 2,
                                       "length", LANGONE_RT_ON_EXCEED_ERROR};

static void exceed_scope(void *context) {
  (void)context;
  langone_rt_scope *scope = langone_rt_scope_enter_or_raise(&scope_info);
  langone_rt_pool_free_or_raise(langone_rt_pool_allocate_or_raise(100, 8));
  langone_rt_pool_allocate_or_raise(101, 8);
  langone_rt_scope_exit_or_raise(scope);
}

static void exceed_guard(void *context) {
  langone_rt_require_or_raise(*(uint64_t *)context, 8, &guard);
}

static int check(int holds, const char *what) {
  if (!holds)
    fprintf(stderr, "failed: %s\n", what);
  return holds ? 0 : 1;
}

int main(void) {
  langone_rt_error error = LANGONE_RT_ERROR_INIT;
  langone_rt_statistics statistics = LANGONE_RT_STATISTICS_INIT;
  int failed = 0;
  failed += check(langone_rt_version() == LANGONE_RT_VERSION, "version");
  failed += check(langone_rt_call(exceed, NULL, &error) == LANGONE_RT_BUDGET_EXCEEDED, "status");
  failed += check(strcmp(error.message, "Resource budget exceeded: memory") == 0, "message");
  failed += check(error.available_bytes == 36, "available bytes");
  failed += check(langone_rt_get_statistics(&statistics) == LANGONE_RT_OK, "statistics");
  failed += check(statistics.current_bytes == 0, "all released");
  failed += check(statistics.high_water_bytes == 64, "high-water");

  failed += check(langone_rt_call(exceed_scope, NULL, &error) == LANGONE_RT_BUDGET_EXCEEDED &&
                      error.limit_bytes == 100,
                  "scope");
  uint64_t length = 9;
  failed += check(langone_rt_call(exceed_guard, &length, &error) == LANGONE_RT_BUDGET_EXCEEDED &&
                      strcmp(error.message, "Resource budget exceeded: length") == 0,
                  "guard");
  langone_rt_scope_info info = LANGONE_RT_SCOPE_INFO_INIT;
  langone_rt_scope_outcome outcome = LANGONE_RT_SCOPE_OUTCOME_INIT;
  langone_rt_scope *scope = NULL;
  failed += check(langone_rt_scope_enter(&info, &scope, &error) == LANGONE_RT_OK, "enter");
  langone_rt_pool_free_or_raise(langone_rt_pool_allocate_or_raise(48, 8));
  failed += check(langone_rt_scope_exit(scope, &outcome) == LANGONE_RT_OK, "exit");
  failed += check(outcome.peak_bytes == 48, "peak");
  langone_rt_usage usage = LANGONE_RT_USAGE_INIT;
  failed += check(langone_rt_monitor_start(10, &error) == LANGONE_RT_OK, error.message);
  failed += check(langone_rt_get_usage(&usage) == LANGONE_RT_OK, "usage");
  failed += check((usage.available & LANGONE_RT_HAS_GPU_MEMORY) == 0, "no GPU");
  return failed; /* with the monitor running: it must not disturb the end of the program */
}
