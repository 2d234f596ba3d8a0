// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The fork handlers of the monitor.

#include "monitor/fork.h"

#include "langone/rt/monitor.h"
#include "langone/rt/pool_gauges.h"
#include "langone/rt/pressure.h"
#include "langone/rt/process_limit.h"
#include "langone/rt/site_records.h"

#include <atomic>
#include <pthread.h>

namespace langone::rt::fork_safety {

namespace {

void before_fork() {
  monitor::lock();
  lock_watcher();
  process_limit::lock();
  pressure::lock();
  pool_gauges::lock();
  site_records::lock();
}

void after_fork(bool is_child) {
  site_records::unlock();
  pool_gauges::unlock();
  pressure::unlock();
  process_limit::unlock();
  unlock_watcher(is_child);
  monitor::unlock();
}

} // namespace

void install() noexcept {
  static std::atomic<bool> installed{false};
  if (!installed.exchange(true))
    ::pthread_atfork(before_fork, [] { after_fork(false); }, [] { after_fork(true); });
}

} // namespace langone::rt::fork_safety
