// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The process in C: its account, its statistics, the runtime's version.

#include "capi/error.h"
#include "langone/rt/account.h"
#include "langone/rt/process_limit.h"
#include "langone/rt/statistics.h"

using namespace langone::rt;

uint32_t langone_rt_version(void) { return LANGONE_RT_VERSION; }

langone_rt_status langone_rt_get_statistics(langone_rt_statistics *out) {
  const Account &process = Account::process();
  const Statistics sum = statistics();
  langone_rt_statistics all = LANGONE_RT_STATISTICS_INIT;
  all.current_bytes = process.current();
  all.high_water_bytes = process.high_water();
  all.limit_bytes = process.limit();
  all.arena_bytes = sum.arena_bytes;
  all.pool_bytes = sum.pool_bytes;
  all.arena_acquires = sum.arena_acquires;
  all.pool_allocations = sum.pool_allocations;
  all.pool_frees = sum.pool_frees;
  all.failures = sum.failures;
  return copy_out(all, out) ? LANGONE_RT_OK : LANGONE_RT_INVALID_OPERATION;
}

langone_rt_status langone_rt_reset_high_water(void) {
  Account::process().reset_high_water();
  return LANGONE_RT_OK;
}

langone_rt_status langone_rt_set_process_limit(uint64_t bytes) {
  process_limit::set_budget(bytes);
  return LANGONE_RT_OK;
}
