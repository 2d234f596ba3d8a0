// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The C ABI of the planner that compiled code calls at the entry of a function whose buffers no
// order of its compile-time plan fits well. A library of its own beside the runtime: programs that
// do not plan at entry need not carry a planner. It owns no memory and no policy.

#ifndef LANGONE_RUNTIME_PLANNER_H
#define LANGONE_RUNTIME_PLANNER_H

#include <stdint.h>

#define LANGONE_RT_PLANNER_API __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

/// When a buffer is live, [lower, upper), and the power of two that its offset is a multiple of.
/// Compiled code has tables of these as constants: the layout does not change.
typedef struct langone_rt_plan_buffer {
  int64_t lower;
  int64_t upper;
  uint64_t alignment;
} langone_rt_plan_buffer;

/// No plan: the sizes add up beyond 2^62, memory for planning is missing, or a lifetime or
/// alignment is malformed.
#define LANGONE_RT_NO_PLAN UINT64_MAX

/// Plans `count` buffers of `sizes` bytes each, stores their offsets and returns the bytes of the
/// arena. On LANGONE_RT_NO_PLAN `offsets` is untouched. Deterministic: the same buffers and sizes
/// have the same offsets on any machine. May be called from any thread; takes working memory of
/// O(count) from the system's allocator, which no account sees, and frees it before it returns.
/// Time is that of the planner's quick effort: below a millisecond for a few hundred buffers.
LANGONE_RT_PLANNER_API uint64_t langone_rt_plan(const langone_rt_plan_buffer *buffers,
                                                uint64_t count, const uint64_t *sizes,
                                                uint64_t *offsets);

#ifdef __cplusplus
}
#endif

#endif // LANGONE_RUNTIME_PLANNER_H
