// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An arena with a limit, and a pool allocation that the limit refuses.
#include <langone/runtime.h>

#include <stdio.h>

int main(void) {
  void *arena, *block = NULL;
  if (langone_rt_arena_acquire(1024, 64, 2048, &arena, NULL) != LANGONE_RT_OK)
    return 1;
  langone_rt_error error = LANGONE_RT_ERROR_INIT;
  const langone_rt_status status =
      langone_rt_pool_allocate(1025, 64, &block, &error);
  printf("runtime: %s\n", error.message);
  if (status != LANGONE_RT_BUDGET_EXCEEDED || error.limit_bytes != 2048)
    return 1;
  return langone_rt_arena_release(arena) == LANGONE_RT_OK ? 0 : 1;
}
