// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the monitor and scopes cost: one sample with all that belongs to it, and a scope entered and
// left.

#include "langone/rt/process_limit.h"
#include "langone/rt/scope.h"
#include "monitor/watcher.h"

#include <atomic>
#include <benchmark/benchmark.h>
#include <ctime>
#include <memory>
#include <thread>

namespace {

using namespace langone::rt;

/// What the monitor's thread does every 100 ms: sample, history, thresholds; limits once a second.
void monitor_sample(benchmark::State &state) {
  ResourceBudget budget;
  budget.max_memory = Account::no_limit;
  const auto watcher = std::make_shared<Watcher>(budget, 600);
  process_limit::enforce();
  for (auto _ : state)
    watcher->tick();
  process_limit::stop();
}
BENCHMARK(monitor_sample);

void limit_refresh(benchmark::State &state) {
  process_limit::enforce();
  for (auto _ : state)
    process_limit::refresh();
  process_limit::stop();
}
BENCHMARK(limit_refresh);

/// Percent of a processor that the process takes in the next five seconds.
double share_of_five_seconds() {
  const timespec settled{0, 300'000'000};
  const timespec five_seconds{5, 0};
  ::nanosleep(&settled, nullptr);
  const std::uint64_t before = system::process_clock();
  ::nanosleep(&five_seconds, nullptr);
  return static_cast<double>(system::process_clock() - before) / 5e9 * 100.0;
}

/// A running monitor at the default interval.
void monitor_share(benchmark::State &state) {
  ResourceBudget budget;
  budget.max_memory = Account::no_limit;
  const auto watcher = std::make_shared<Watcher>(budget, 600);
  for (auto _ : state) {
    if (!watcher->start())
      return state.SkipWithError("the monitor does not start");
    state.counters["percent"] = share_of_five_seconds();
    watcher->stop();
  }
}
BENCHMARK(monitor_share)->Iterations(1)->UseRealTime();

/// What no monitor can beat on this machine: a thread that wakes as often and does nothing.
void wake_share(benchmark::State &state) {
  std::atomic<bool> stop = false;
  std::thread thread([&stop] {
    const timespec interval{0, 100'000'000};
    while (!stop)
      ::nanosleep(&interval, nullptr);
  });
  for (auto _ : state)
    state.counters["percent"] = share_of_five_seconds();
  stop = true;
  thread.join();
}
BENCHMARK(wake_share)->Iterations(1)->UseRealTime();

void scope_enter_exit(benchmark::State &state) {
  ScopeBudget budget;
  budget.id = 1;
  budget.hard = 4096;
  if (state.range(0))
    budget.soft = 2048;
  for (auto _ : state) {
    const auto scope = scope::enter(budget);
    if (!scope || !scope::exit(*scope))
      return state.SkipWithError("no scope");
  }
}
BENCHMARK(scope_enter_exit)->ArgName("soft")->Arg(0)->Arg(1);

} // namespace
