// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The monitor's thread, its start and end, fork.

#include "monitor/watcher.h"

#include "langone/rt/pool_gauges.h"
#include "langone/rt/pressure.h"
#include "langone/rt/process_limit.h"
#include "monitor/background_thread.h"
#include "monitor/fork.h"

#include <algorithm>
#include <cstddef>
#include <new>
#include <poll.h>
#include <sys/eventfd.h>

namespace langone::rt {

namespace {

/// Percentage points that the processor time must fall below a threshold to arm it again.
constexpr double cpu_margin = 5.0;

/// Reading the files of control groups costs more than a sample: once a second does, since charges
/// measure by themselves when they need to (process_limit.h).
constexpr std::uint64_t nanoseconds_between_limits = 1'000'000'000;

tl::unexpected<ResourceError> failed(std::string_view why) noexcept {
  return tl::make_unexpected(ResourceError(MonitoringFailed{why}));
}

// The watcher that runs. The event sink may be in use by a charging thread when that changes, hence
// the lock; it is held for the time of a post.
constinit std::mutex running_mutex;
alignas(std::shared_ptr<Watcher>) constinit std::byte
    running_storage[sizeof(std::shared_ptr<Watcher>)];
std::shared_ptr<Watcher> &running_watcher() noexcept {
  static auto *const watcher = new (running_storage) std::shared_ptr<Watcher>; // never destroyed
  return *watcher;
}

} // namespace

Watcher::Watcher(const ResourceBudget &budget, std::size_t history_size)
    : budget_(budget), history_size_(std::max<std::size_t>(history_size, 1)),
      dispatcher_(std::make_shared<Dispatcher>()) {}

ResourceBudget Watcher::budget() const noexcept {
  const std::lock_guard lock(mutex_);
  return budget_;
}

ResourceResult<void> Watcher::set_budget(const ResourceBudget &budget) noexcept {
  const std::lock_guard lock(mutex_);
  if (running_)
    return failed("already running");
  budget_ = budget;
  return {};
}

ResourceResult<void> Watcher::start() {
  fork_safety::install();
  const std::lock_guard lock(running_mutex);
  if (running_watcher())
    return failed(running_watcher().get() == this ? "already running"
                                                  : "another monitor is running");
  {
    const std::lock_guard own(mutex_);
    history_.resize(history_size_);
    wake_ = system::File(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake_.is_open())
      return failed("no descriptor to wake the monitor with");
    running_ = true;
    thresholds_of_ = 0;
  }
  pressure_ = PressureWatch(PressureWatch::sources_of_process());
  set_thresholds();
  if (!dispatcher_->start() ||
      !run_in_background("langone-monitor", [self = shared_from_this(), wake = wake_.descriptor()] {
        self->run(wake);
      })) {
    dispatcher_->stop();
    end();
    return failed("no thread");
  }
  running_watcher() = shared_from_this();
  Account::set_event_sink(on_threshold);
  return {};
}

void Watcher::stop() noexcept {
  {
    const std::lock_guard lock(running_mutex);
    if (running_watcher().get() != this)
      return;
    Account::set_event_sink(nullptr);
    running_watcher().reset(); // the caller holds another reference
  }
  {
    std::unique_lock lock(mutex_);
    const std::uint64_t one = 1;
    wake_.write({reinterpret_cast<const char *>(&one), sizeof one});
    ended_.wait(lock, [this] { return !running_; });
    wake_ = system::File();
  }
  dispatcher_->stop();
}

void Watcher::end() noexcept {
  const std::lock_guard lock(mutex_);
  running_ = false;
  ended_.notify_all();
}

bool Watcher::is_running() const noexcept {
  const std::lock_guard lock(mutex_);
  return running_;
}

void Watcher::run(int wake) {
  const auto interval =
      static_cast<std::uint64_t>(std::chrono::nanoseconds(budget_.monitoring_interval).count());
  for (std::uint64_t next = system::steady_clock();;) {
    const std::uint64_t now = system::steady_clock();
    if (now >= next) {
      tick();
      // After a pause of the whole machine, samples are not made up for.
      next = std::max(next + interval, system::steady_clock());
    }
    std::array<pollfd, 2> polled{pollfd{wake, POLLIN, 0},
                                 pollfd{pressure_.descriptor(), pressure_.events(), 0}};
    const std::uint64_t left = next > now ? next - now : 0;
    const timespec timeout{static_cast<time_t>(left / 1'000'000'000),
                           static_cast<long>(left % 1'000'000'000)};
    if (::ppoll(polled.data(), polled.size(), &timeout, nullptr) <= 0)
      continue;
    if (polled[0].revents)
      break;
    if (polled[1].revents && pressure_.consume(polled[1].revents))
      on_pressure();
  }
  end();
}

void Watcher::tick() {
  if (const std::uint64_t now = system::steady_clock();
      now - limits_read_ >= nanoseconds_between_limits) {
    limits_read_ = now;
    process_limit::refresh();
    set_thresholds();
  }
  Account::rearm();
  ResourceUsage usage;
  {
    const std::lock_guard lock(mutex_);
    usage = sampler_.sample(true);
    keep(usage);
  }
  check_cpu(usage);
}

/// Under the mutex.
void Watcher::keep(const ResourceUsage &usage) noexcept {
  if (!history_.empty())
    history_[taken_++ % history_.size()] = usage;
}

/// A percentage is of the budget, or of the container if that is less. Not of the limit in force:
/// that moves with each measurement, and the thresholds would with it.
void Watcher::set_thresholds() noexcept {
  const std::uint64_t whole =
      std::min(budget_.max_memory, process_limit::container_bytes().value_or(Account::no_limit));
  if (whole == thresholds_of_)
    return;
  thresholds_of_ = whole;
  const auto level = [whole](double percent) {
    return whole == Account::no_limit ? Account::no_limit : part_of(whole, percent);
  };
  Account::process().set_thresholds(
      {level(budget_.warning_threshold), Account::no_limit, level(budget_.critical_threshold)});
}

void Watcher::check_cpu(const ResourceUsage &usage) noexcept {
  const std::array<double, 2> percents{budget_.warning_threshold, budget_.critical_threshold};
  const std::array<EventKind, 2> kinds{EventKind::warning, EventKind::critical};
  for (std::size_t i = 0; i < percents.size(); ++i) {
    const double level = budget_.max_cpu_usage * percents[i] / 100.0;
    if (usage.cpu_usage > level && !cpu_crossed_[i]) {
      cpu_crossed_[i] = true;
      dispatcher_->post({kinds[i], "cpu", 0, level, usage.cpu_usage, usage});
    } else if (usage.cpu_usage < level - cpu_margin) {
      cpu_crossed_[i] = false;
    }
  }
}

void Watcher::on_pressure() noexcept {
  pressure::relieve();
  const ResourceUsage usage = current_usage();
  dispatcher_->post(
      {EventKind::pressure, "memory", 0, 0.0, static_cast<double>(usage.resident_memory), usage});
}

/// On a charging thread, without locks of the ledger.
void Watcher::on_threshold(const ThresholdEvent &event) noexcept {
  const std::lock_guard lock(running_mutex);
  const std::shared_ptr<Watcher> &watcher = running_watcher();
  if (!watcher)
    return;
  watcher->dispatcher_->post({static_cast<EventKind>(event.threshold), "memory", event.account,
                              static_cast<double>(event.level), static_cast<double>(event.used),
                              watcher->last_usage()});
}

ResourceUsage Watcher::last_usage() const noexcept {
  const std::lock_guard lock(mutex_);
  return taken_ == 0 ? ResourceUsage{} : history_[(taken_ - 1) % history_.size()];
}

ResourceUsage Watcher::current_usage() {
  const std::lock_guard lock(mutex_);
  return sampler_.sample(false);
}

std::vector<ResourceUsage> Watcher::history() const {
  std::vector<ResourceUsage> samples;
  samples.reserve(history_size_); // not under the lock: the allocator may post an event
  const std::lock_guard lock(mutex_);
  const std::uint64_t kept = std::min<std::uint64_t>(taken_, history_.size());
  for (std::uint64_t i = taken_ - kept; i < taken_; ++i)
    samples.push_back(history_[i % history_.size()]);
  return samples;
}

//===-- Fork --------------------------------------------------------------------------------===//

/// The child has no monitor thread; what it inherits is consistent, and can be started again.
struct WatcherFork {
  static void before() {
    running_mutex.lock();
    if (const auto &watcher = running_watcher()) {
      watcher->mutex_.lock();
      watcher->dispatcher_->lock();
    }
  }
  static void after(bool is_child) {
    if (const auto &watcher = running_watcher()) {
      if (is_child)
        watcher->dispatcher_->forget_thread();
      watcher->dispatcher_->unlock();
      if (is_child) {
        watcher->running_ = false;
        new (&watcher->ended_) std::condition_variable;
      }
      watcher->mutex_.unlock();
    }
    if (is_child) {
      Account::set_event_sink(nullptr);
      // Left as it is: its thread's reference is never given back anyway.
      new (&running_watcher()) std::shared_ptr<Watcher>;
    }
    running_mutex.unlock();
  }
};

void fork_safety::lock_watcher() { WatcherFork::before(); }
void fork_safety::unlock_watcher(bool is_child) { WatcherFork::after(is_child); }

} // namespace langone::rt
