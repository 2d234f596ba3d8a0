// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Translates between the C ABI and the planner.

#include "langone/runtime_planner.h"

#include "langone/Planner/solver.h"

#include <algorithm>
#include <exception>

namespace {

namespace planner = langone::planner;

uint64_t plan(const langone_rt_plan_buffer *buffers, uint64_t count, const uint64_t *sizes,
              uint64_t *offsets) {
  planner::Problem problem;
  problem.buffers.reserve(count);
  for (uint64_t i = 0; i < count; ++i)
    problem.buffers.push_back({.lower = buffers[i].lower,
                               .upper = buffers[i].upper,
                               .size = sizes[i],
                               .alignment = buffers[i].alignment});
  const planner::Result result = planner::solve(problem, {.effort = planner::Effort::quick});
  if (result.error || result.solution.offsets.size() != count)
    return LANGONE_RT_NO_PLAN;
  std::copy(result.solution.offsets.begin(), result.solution.offsets.end(), offsets);
  return result.solution.height;
}

} // namespace

uint64_t langone_rt_plan(const langone_rt_plan_buffer *buffers, uint64_t count,
                         const uint64_t *sizes, uint64_t *offsets) {
  // No exception crosses the ABI: without memory there is no plan.
  try {
    return plan(buffers, count, sizes, offsets);
  } catch (const std::exception &) {
    return LANGONE_RT_NO_PLAN;
  }
}
