// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls compiled code within and beyond its budget, with and without a
// protected call; exits 0 if everything is as promised, 2 with a message if
// not.

#include "langone/runtime.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void _mlir_ciface_work(int64_t size);

static void call_work(void *size) { _mlir_ciface_work(*(int64_t *)size); }

static void expect(int holds, const char *what) {
  if (holds)
    return;
  fprintf(stderr, "not so: %s\n", what);
  exit(2);
}

static uint64_t current_bytes(void) {
  langone_rt_statistics statistics = LANGONE_RT_STATISTICS_INIT;
  expect(langone_rt_get_statistics(&statistics) == LANGONE_RT_OK,
         "statistics can be read");
  return statistics.current_bytes;
}

int main(int count, char **arguments) {
  int64_t fits = 512,
          exceeds = 1024; // floats: 2 KiB and 4 KiB beside the planned 1 KiB
  if (count > 1 && strcmp(arguments[1], "unprotected") == 0) {
    _mlir_ciface_work(exceeds);
    expect(0, "the process ends before this");
  }
  for (int round = 0; round < 3; ++round) {
    langone_rt_error error = LANGONE_RT_ERROR_INIT;
    expect(langone_rt_call(call_work, &fits, &error) == LANGONE_RT_OK,
           "3 KiB fit into 4 KiB");
    expect(langone_rt_call(call_work, &exceeds, &error) ==
               LANGONE_RT_BUDGET_EXCEEDED,
           "5 KiB do not");
    expect(error.status == LANGONE_RT_BUDGET_EXCEEDED,
           "the error carries its status");
    expect(strcmp(error.message, "Resource budget exceeded: memory") == 0,
           "it has the message of the specification");
    expect(error.requested_bytes == 4096, "the request was 4,096 bytes");
    expect(error.limit_bytes == 4096, "the limit is that of the annotation");
    expect(error.available_bytes == 3072, "3,072 bytes were left of it");
    expect(current_bytes() == 0, "all memory was given back");
  }
  return 0;
}
