// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls guarded code within and beyond its bounds; exits 0 if everything is as
// promised, 2 with a message if not. What the runtime says on stderr is checked
// by the caller.

#include "langone/runtime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  float *allocated, *aligned;
  int64_t offset, size, stride;
} Vector;

void _mlir_ciface_promised(Vector *x);
void _mlir_ciface_entry_error(int64_t n, int64_t m);
void _mlir_ciface_entry_warn(int64_t n, int64_t m);
void _mlir_ciface_scope_error(int64_t n, int64_t m);
void _mlir_ciface_scope_warn(int64_t n, int64_t m);
void _mlir_ciface_scope_fallback(int64_t n, int64_t m);
void _mlir_ciface_recursive(int64_t n);

typedef struct {
  void (*function)(int64_t, int64_t);
  int64_t n, m;
} Call;

static void run(void *context) {
  const Call *call = context;
  call->function(call->n, call->m);
}

static void promised(int64_t n, int64_t m) {
  float *data = calloc(n, sizeof(float));
  Vector x = {data, data, 0, n, 1};
  _mlir_ciface_promised(&x);
  free(data);
  (void)m;
}

static void recursive(int64_t n, int64_t m) {
  _mlir_ciface_recursive(n);
  (void)m;
}

static void expect(void (*function)(int64_t, int64_t), int64_t n, int64_t m,
                   langone_rt_status status, uint64_t requested, uint64_t limit,
                   const char *what) {
  Call call = {function, n, m};
  langone_rt_error error = LANGONE_RT_ERROR_INIT;
  langone_rt_status got = langone_rt_call(run, &call, &error);
  langone_rt_statistics statistics = LANGONE_RT_STATISTICS_INIT;
  langone_rt_get_statistics(&statistics);
  if (got == status && error.requested_bytes == requested &&
      error.limit_bytes == limit && statistics.current_bytes == 0)
    return;
  fprintf(stderr, "not so: %s: status %d, requested %llu, limit %llu: %s\n",
          what, got, (unsigned long long)error.requested_bytes,
          (unsigned long long)error.limit_bytes, error.message);
  exit(2);
}

int main(void) {
  const langone_rt_status ok = LANGONE_RT_OK,
                          refused = LANGONE_RT_BUDGET_EXCEEDED;
  for (int round = 0; round < 2; ++round) {
    expect(promised, 256, 0, ok, 0, 0, "at the promised bound");
    expect(promised, 257, 0, refused, 257, 256, "beyond the promised bound");
    expect(_mlir_ciface_entry_error, 32, 32, ok, 0, 0, "4 KiB at entry");
    expect(_mlir_ciface_entry_error, 32, 33, refused, 4224, 4096,
           "more than 4 KiB at entry");
    expect(_mlir_ciface_entry_error, INT64_C(1) << 40, INT64_C(1) << 40,
           refused, UINT64_MAX, 4096, "more than 64 bits at entry");
    expect(_mlir_ciface_entry_warn, 32, 33, ok, 0, 0, "a warning at entry");
    expect(_mlir_ciface_scope_error, 8, 8, ok, 0, 0, "within a scope");
    expect(_mlir_ciface_scope_error, 32, 64, refused, 8192, 4096,
           "beyond the limit of a scope");
    expect(_mlir_ciface_scope_warn, 32, 64, ok, 0, 0, "a scope that warns");
    expect(_mlir_ciface_scope_fallback, 32, 64, ok, 0, 0,
           "a scope that falls back");
    expect(recursive, 4, 0, ok, 0, 0, "five activations");
    expect(recursive, 5, 0, refused, 6, 5, "six activations");
  }
  return 0;
}
