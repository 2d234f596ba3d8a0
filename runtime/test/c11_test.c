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
  return failed;
}
