// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the monitor and scopes cost: one sample with all that belongs to it, and a scope entered and
// left.

#include "langone/rt/process_limit.h"
#include "langone/rt/scope.h"
#include "monitor/watcher.h"

#include <benchmark/benchmark.h>
#include <ctime>
#include <memory>

namespace {

using namespace langone::rt;

/// What the monitor's thread does every 100 ms: limits, thresholds, sample, history.
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

/// Share of a processor that a running monitor takes at the default interval, over five seconds.
void monitor_share(benchmark::State &state) {
  ResourceBudget budget;
  budget.max_memory = Account::no_limit;
  const auto watcher = std::make_shared<Watcher>(budget, 600);
  for (auto _ : state) {
    if (!watcher->start())
      return state.SkipWithError("the monitor does not start");
    const std::uint64_t before = system::process_clock();
    const timespec five_seconds{5, 0};
    ::nanosleep(&five_seconds, nullptr);
    state.counters["percent"] = static_cast<double>(system::process_clock() - before) / 5e9 * 100.0;
    watcher->stop();
  }
}
BENCHMARK(monitor_share)->Iterations(1)->UseRealTime();

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
