// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The monitor: samples, history, budget checks, events and bad handlers, pressure, reports, fork.

#include "langone/rt/monitor.h"
#include "langone/rt/pool.h"
#include "langone/rt/pool_gauges.h"
#include "langone/rt/pressure.h"
#include "langone/rt/process_limit.h"
#include "support.h"

#include <array>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace langone::rt {
namespace {

using namespace std::chrono_literals;

template <class Condition> bool soon(const Condition &condition) {
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline)
      return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

class MonitorTest : public test::ExactTest {
protected:
  void TearDown() override {
    process_limit::stop();
    ExactTest::TearDown();
  }

  static ResourceBudget quick() {
    ResourceBudget budget;
    budget.monitoring_interval = 1ms;
    budget.max_memory = 1000;
    budget.max_cpu_usage = 100.0;
    budget.warning_threshold = 70.0;
    return budget;
  }
};

/// Collects what a handler is told.
class Heard {
public:
  void operator()(const ResourceEvent &event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(event);
  }
  std::size_t count(EventKind kind) {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(
        std::count_if(events_.begin(), events_.end(), [kind](const ResourceEvent &event) {
          return event.kind == kind && std::string_view(event.resource) == "memory";
        }));
  }

private:
  std::mutex mutex_;
  std::vector<ResourceEvent> events_;
};

TEST_F(MonitorTest, UsageIsMeasuredWithoutAThread) {
  const ResourceMonitor monitor;
  ASSERT_TRUE(Account::process().charge(123));
  const ResourceUsage usage = monitor.get_current_usage();
  EXPECT_EQ(usage.memory_used, 123u);
  EXPECT_GT(usage.resident_memory, 100'000u);
  EXPECT_LT(std::chrono::abs(std::chrono::system_clock::now() - usage.timestamp), 10s);
  EXPECT_EQ(usage.gpu_memory_used, std::nullopt);
  EXPECT_EQ(usage.gpu_utilization, std::nullopt);
  EXPECT_EQ(usage.gpu_allocations, std::nullopt);
  EXPECT_EQ(usage.gpu_memory_pool_efficiency, std::nullopt);
  EXPECT_FALSE(monitor.is_running());
  EXPECT_TRUE(monitor.get_usage_history().empty());
  ASSERT_TRUE(Account::process().uncharge(123));
}

TEST_F(MonitorTest, KeepsABoundedHistory) {
  ResourceMonitor monitor(quick(), 8);
  ASSERT_TRUE(monitor.start_monitoring());
  EXPECT_TRUE(soon([&] { return monitor.generate_report().history.taken > 20; }));
  monitor.stop_monitoring();
  const auto history = monitor.get_usage_history();
  ASSERT_EQ(history.size(), 8u);
  for (std::size_t i = 1; i < history.size(); ++i)
    EXPECT_GT(history[i].timestamp, history[i - 1].timestamp);
  const auto taken = monitor.generate_report().history.taken;
  std::this_thread::sleep_for(5ms);
  EXPECT_EQ(monitor.generate_report().history.taken, taken) << "stopped";
}

TEST_F(MonitorTest, StartsAgainButOnlyOnce) {
  ResourceMonitor monitor(quick());
  ResourceMonitor other(quick());
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(monitor.start_monitoring());
    EXPECT_TRUE(monitor.is_running());
    const auto refused = other.start_monitoring();
    ASSERT_FALSE(refused);
    EXPECT_EQ(message(refused.error()), "Resource monitoring failed: another monitor is running");
    EXPECT_FALSE(monitor.start_monitoring());
    monitor.stop_monitoring();
    EXPECT_FALSE(monitor.is_running());
  }
}

TEST_F(MonitorTest, DisabledOrSenselessBudgets) {
  ResourceBudget budget;
  budget.enable_monitoring = false;
  ResourceMonitor disabled(budget);
  EXPECT_TRUE(disabled.start_monitoring());
  EXPECT_FALSE(disabled.is_running());
  budget.enable_monitoring = true;
  budget.monitoring_interval = 0ms;
  ResourceMonitor senseless(budget);
  EXPECT_FALSE(senseless.start_monitoring());
}

TEST_F(MonitorTest, EnforcesItsBudget) {
  ResourceMonitor monitor(quick());
  ASSERT_TRUE(monitor.start_monitoring());
  ASSERT_TRUE(Account::process().charge(1000));
  EXPECT_FALSE(Account::process().charge(1));
  EXPECT_TRUE(monitor.check_budget());
  ASSERT_TRUE(Account::process().uncharge(1000));
}

TEST_F(MonitorTest, CheckBudgetNamesTheResource) {
  const ResourceMonitor monitor(quick()); // not started: nothing is refused
  ASSERT_TRUE(Account::process().charge(1001));
  const auto checked = monitor.check_budget();
  ASSERT_FALSE(checked);
  EXPECT_EQ(message(checked.error()), "Resource budget exceeded: memory");
  EXPECT_EQ(std::get<BudgetExceeded>(checked.error()).requested, 1001u);
  EXPECT_EQ(std::get<BudgetExceeded>(checked.error()).limit, 1000u);
  ASSERT_TRUE(Account::process().uncharge(1001));
  ResourceBudget idle;
  idle.max_cpu_usage = 0.0;
  const ResourceMonitor strict(idle);
  std::atomic<std::uint64_t> turns = 0;
  while (turns.fetch_add(1) < 10'000'000) { // some processor time
  }
  const auto cpu = strict.check_budget();
  ASSERT_FALSE(cpu);
  EXPECT_EQ(message(cpu.error()), "Resource budget exceeded: cpu");
}

TEST_F(MonitorTest, TellsHandlersOfThresholdsWithHysteresis) {
  ResourceMonitor monitor(quick());
  Heard heard;
  monitor.register_event_handler(std::ref(heard));
  ASSERT_TRUE(monitor.start_monitoring());
  ASSERT_TRUE(Account::process().charge(701));
  EXPECT_TRUE(soon([&] { return heard.count(EventKind::warning) == 1; }));
  ASSERT_TRUE(Account::process().charge(200));
  EXPECT_TRUE(soon([&] { return heard.count(EventKind::critical) == 1; }));
  ASSERT_TRUE(Account::process().uncharge(901));
  const auto taken = monitor.generate_report().history.taken;
  EXPECT_TRUE(soon([&] { return monitor.generate_report().history.taken > taken + 1; }));
  ASSERT_TRUE(Account::process().charge(701));
  EXPECT_TRUE(soon([&] { return heard.count(EventKind::warning) == 2; }));
  ASSERT_TRUE(Account::process().uncharge(701));
  EXPECT_EQ(heard.count(EventKind::critical), 1u);
}

TEST_F(MonitorTest, HandlerThatThrowsIsCountedAndCalledAgain) {
  ResourceMonitor monitor(quick());
  std::atomic<int> calls = 0;
  Heard heard;
  monitor.register_event_handler([&](const ResourceEvent &) {
    ++calls;
    throw std::runtime_error("a handler's own trouble");
  });
  monitor.register_event_handler(std::ref(heard));
  ASSERT_TRUE(monitor.start_monitoring());
  ASSERT_TRUE(Account::process().charge(950));
  EXPECT_TRUE(soon([&] { return calls >= 2 && heard.count(EventKind::critical) == 1; }));
  EXPECT_TRUE(soon([&] { return monitor.generate_report().events.failed_handlers >= 2; }));
  ASSERT_TRUE(Account::process().uncharge(950));
}

TEST_F(MonitorTest, HandlerThatBlocksDoesNotStopTheMonitor) {
  auto monitor = std::make_unique<ResourceMonitor>(quick());
  std::atomic<bool> entered = false;
  std::atomic<bool> release = false;
  monitor->register_event_handler([&](const ResourceEvent &) {
    entered = true;
    while (!release)
      std::this_thread::sleep_for(1ms);
  });
  ASSERT_TRUE(monitor->start_monitoring());
  ASSERT_TRUE(Account::process().charge(701));
  EXPECT_TRUE(soon([&] { return entered.load(); }));
  const auto taken = monitor->generate_report().history.taken;
  EXPECT_TRUE(soon([&] { return monitor->generate_report().history.taken > taken + 5; }));
  // More events than can wait are dropped, and counted.
  for (int round = 0; round < 300; ++round) {
    ASSERT_TRUE(Account::process().uncharge(701));
    Account::rearm();
    ASSERT_TRUE(Account::process().charge(701));
  }
  EXPECT_GE(monitor->generate_report().events.dropped, 44u);
  ASSERT_TRUE(Account::process().uncharge(701));
  release = true;
  monitor.reset();
}

TEST_F(MonitorTest, RelievesPressure) {
  char path[] = "/tmp/langone-monitor-XXXXXX";
  ASSERT_NE(mkdtemp(path), nullptr);
  const std::string fifo = std::string(path) + "/fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  ASSERT_EQ(setenv("MEMORY_PRESSURE_WATCH", fifo.c_str(), 1), 0);
  std::atomic<int> compactions = 0;
  const auto compact = [](void *context) noexcept { ++*static_cast<std::atomic<int> *>(context); };
  ASSERT_TRUE(pressure::add_callback(compact, &compactions));
  ResourceMonitor monitor(quick());
  Heard heard;
  monitor.register_event_handler(std::ref(heard));
  ASSERT_TRUE(monitor.start_monitoring());
  std::ofstream(fifo) << "x" << std::flush;
  EXPECT_TRUE(soon([&] { return compactions == 1 && heard.count(EventKind::pressure) == 1; }));
  monitor.stop_monitoring();
  pressure::remove_callback(compact, &compactions);
  unsetenv("MEMORY_PRESSURE_WATCH");
  unlink(fifo.c_str());
  rmdir(path);
}

TEST_F(MonitorTest, PoolGaugesFeedTheIndicators) {
  const auto gauge = [](void *, pool_gauges::Reading &sum) noexcept {
    sum.bytes_in_use += 60;
    sum.bytes_held += 80;
    sum.live_allocations += 3;
    sum.cache_hits += 9;
    sum.cache_misses += 1;
    sum.timed_operations += 10;
    sum.timed_nanoseconds += 250;
  };
  const ResourceMonitor monitor;
  const pool_gauges::Reading before = pool_gauges::read();
  EXPECT_EQ(monitor.generate_report().indicators.allocation_nanoseconds, std::nullopt);
  ASSERT_TRUE(pool_gauges::add_gauge(gauge, nullptr));
  const ResourceReport report = monitor.generate_report();
  const auto percent = [](std::uint64_t part, std::uint64_t whole) {
    return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  };
  const double efficiency = percent(before.bytes_in_use + 60, before.bytes_held + 80);
  EXPECT_EQ(report.usage.memory_pool_efficiency, efficiency);
  EXPECT_EQ(report.usage.active_allocations, before.live_allocations + 3);
  EXPECT_EQ(report.indicators.memory_efficiency, efficiency);
  EXPECT_EQ(report.indicators.cache_hit_rate,
            percent(before.cache_hits + 9, before.cache_hits + before.cache_misses + 10));
  EXPECT_EQ(report.indicators.allocation_nanoseconds, 25.0);
  EXPECT_EQ(report.indicators.precision_savings, std::nullopt);
  pool_gauges::remove_gauge(gauge, nullptr);
}

TEST_F(MonitorTest, TheHeapHasAGauge) {
  const pool_gauges::Reading before = pool_gauges::read();
  std::array<void *, 3> blocks{};
  for (void *&block : blocks)
    block = pool::allocate(100'000, 16).value();
  const pool_gauges::Reading during = pool_gauges::read();
  EXPECT_EQ(during.bytes_in_use, before.bytes_in_use + 300'000);
  EXPECT_EQ(during.live_allocations, before.live_allocations + 3);
  EXPECT_EQ(during.cache_hits + during.cache_misses, before.cache_hits + before.cache_misses + 3);
  EXPECT_GE(during.bytes_held, during.bytes_in_use);
  for (void *block : blocks)
    ASSERT_TRUE(pool::free(block));
  EXPECT_EQ(pool_gauges::read().bytes_in_use, before.bytes_in_use);
  // What is held for reuse goes back; what the test itself holds may stay.
  pool::compact();
  EXPECT_LE(pool_gauges::read().bytes_held, before.bytes_held);
}

TEST_F(MonitorTest, ReportsInBothForms) {
  langone_rt_scope_info info = LANGONE_RT_SCOPE_INFO_INIT;
  info.id = 0xABC;
  info.name = "a \"quoted\"\tname";
  info.predicted_peak_bytes = 64;
  langone_rt_scope *scope = nullptr;
  ASSERT_EQ(langone_rt_scope_enter(&info, &scope, nullptr), LANGONE_RT_OK);
  ASSERT_EQ(langone_rt_scope_exit(scope, nullptr), LANGONE_RT_OK);
  const ResourceReport report = ResourceMonitor(quick()).generate_report();
  const std::string text = report.to_text();
  EXPECT_NE(text.find("GPU memory            unavailable"), std::string::npos) << text;
  EXPECT_NE(text.find("processors"), std::string::npos);
  const std::string json = report.to_json();
  for (const char *expected :
       {R"("schema":"langone-runtime-report/1")", R"("max_memory_bytes":1000)",
        R"("gpu_memory_used_bytes":null)", R"("gpu_utilization_percent":null)", R"("warning":0)",
        R"("last":[])"})
    EXPECT_NE(json.find(expected), std::string::npos) << expected << "\n" << json;
  bool is_listed = false;
  for (const auto &kept : report.scopes)
    is_listed |= kept.id == 0xABC;
  if (is_listed) {
    EXPECT_NE(json.find(R"("name":"a \"quoted\"\u0009name")"), std::string::npos) << json;
  }
}

TEST_F(MonitorTest, ChildOfForkHasNoMonitorAndMayStartOne) {
  ResourceMonitor monitor(quick());
  Heard heard;
  monitor.register_event_handler(std::ref(heard));
  ASSERT_TRUE(monitor.start_monitoring());
  for (int round = 0; round < 20; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      if (monitor.is_running())
        _exit(1);
      ResourceMonitor own(quick());
      Heard own_heard;
      own.register_event_handler(std::ref(own_heard));
      if (!own.start_monitoring() || !Account::process().charge(701))
        _exit(2);
      if (!soon([&] { return own_heard.count(EventKind::warning) == 1; }))
        _exit(3);
      own.stop_monitoring();
      if (!monitor.start_monitoring()) // the inherited one works too
        _exit(4);
      monitor.stop_monitoring();
      _exit(0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  }
  EXPECT_TRUE(monitor.is_running());
}

TEST_F(MonitorTest, EnvironmentSaysWhetherToStart) {
  EXPECT_TRUE(monitor::start_as_told(nullptr));
  EXPECT_TRUE(monitor::start_as_told("off"));
  for (const char *bad : {"yes", "10ms", "-1", "99999999999", "0"}) {
    const auto started = monitor::start_as_told(bad);
    EXPECT_FALSE(started) << bad;
    monitor::stop();
  }
  EXPECT_TRUE(monitor::start_as_told("5"));
  EXPECT_EQ(monitor::report().budget.monitoring_interval, 5ms);
  EXPECT_TRUE(monitor::start_as_told("on")) << "runs already";
  monitor::stop();
}

TEST_F(MonitorTest, CApi) {
  langone_rt_error error = LANGONE_RT_ERROR_INIT;
  ASSERT_EQ(langone_rt_monitor_start(1, &error), LANGONE_RT_OK) << error.message;
  ASSERT_EQ(langone_rt_monitor_start(0, &error), LANGONE_RT_OK) << "runs already";
  langone_rt_usage usage = LANGONE_RT_USAGE_INIT;
  ASSERT_EQ(langone_rt_get_usage(&usage), LANGONE_RT_OK);
  EXPECT_EQ(usage.available & LANGONE_RT_HAS_GPU_MEMORY, 0u);
  EXPECT_GT(usage.resident_memory_bytes, 0u);
  EXPECT_EQ(langone_rt_get_usage(nullptr), LANGONE_RT_INVALID_OPERATION);

  std::atomic<int> events = 0;
  const auto count = [](const langone_rt_event *event, void *context) {
    EXPECT_EQ(event->struct_size, sizeof(langone_rt_event));
    if (event->kind == LANGONE_RT_EVENT_SOFT)
      ++*static_cast<std::atomic<int> *>(context);
  };
  ASSERT_EQ(langone_rt_add_event_handler(count, &events), LANGONE_RT_OK);
  langone_rt_scope_info info = LANGONE_RT_SCOPE_INFO_INIT;
  info.id = 0xDEF;
  info.soft_bytes = 50;
  langone_rt_scope *scope = nullptr;
  ASSERT_EQ(langone_rt_scope_enter(&info, &scope, nullptr), LANGONE_RT_OK);
  void *block = langone_rt_pool_allocate_or_raise(51, 16);
  EXPECT_TRUE(soon([&] { return events == 1; }));
  langone_rt_pool_free_or_raise(block);
  ASSERT_EQ(langone_rt_scope_exit(scope, nullptr), LANGONE_RT_OK);

  const std::string path = "/tmp/langone-report-" + std::to_string(getpid()) + ".json";
  ASSERT_EQ(langone_rt_write_report(path.c_str(), LANGONE_RT_REPORT_JSON, &error), LANGONE_RT_OK);
  std::ifstream file(path);
  const std::string json(std::istreambuf_iterator<char>(file), {});
  EXPECT_EQ(json.find(R"({"schema":"langone-runtime-report/1")"), 0u);
  EXPECT_EQ(json.back(), '\n');
  unlink(path.c_str());
  EXPECT_EQ(langone_rt_write_report("/nowhere/report", LANGONE_RT_REPORT_TEXT, &error),
            LANGONE_RT_MONITORING_FAILED);
  EXPECT_STREQ(error.message, "Resource monitoring failed: the report cannot be written");
  EXPECT_EQ(langone_rt_write_report(nullptr, LANGONE_RT_REPORT_TEXT, nullptr),
            LANGONE_RT_INVALID_OPERATION);
  EXPECT_EQ(langone_rt_monitor_stop(), LANGONE_RT_OK);
}

} // namespace
} // namespace langone::rt
