// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The dispatching thread.

#include "monitor/dispatcher.h"

#include "monitor/background_thread.h"

#include <algorithm>
#include <chrono>
#include <cxxabi.h>
#include <new>

namespace langone::rt {

void Dispatcher::add_handler(EventHandler handler) {
  for (;;) {
    std::shared_ptr<const Handlers> before;
    {
      const std::lock_guard lock(mutex_);
      before = handlers_;
    }
    auto after = std::make_shared<Handlers>(*before);
    after->push_back(handler);
    const std::lock_guard lock(mutex_);
    if (handlers_ != before)
      continue; // another one has been added meanwhile
    handlers_ = std::move(after);
    return;
  }
}

bool Dispatcher::start() {
  std::uint64_t generation = 0;
  {
    const std::lock_guard lock(mutex_);
    generation = ++generation_;
    count_ = 0;
    running_ = true;
  }
  if (run_in_background("langone-events",
                        [self = shared_from_this(), generation] { self->run(generation); }))
    return true;
  const std::lock_guard lock(mutex_);
  ++generation_;
  running_ = false;
  return false;
}

void Dispatcher::stop() noexcept {
  std::unique_lock lock(mutex_);
  counts_.dropped += count_;
  count_ = 0;
  ++generation_;
  posted_.notify_all();
  ended_.wait_for(lock, std::chrono::seconds(1), [this] { return !running_; });
}

void Dispatcher::forget_thread() noexcept {
  if (running_)
    ++generation_;
  running_ = false;
  count_ = 0;
  // The threads that waited are not there to be woken, yet would be counted.
  new (&posted_) std::condition_variable;
  new (&ended_) std::condition_variable;
}

void Dispatcher::post(const ResourceEvent &event) noexcept {
  const std::lock_guard lock(mutex_);
  ++counts_.by_kind[static_cast<std::size_t>(event.kind)];
  last_[posted_count_++ % last_.size()] = event;
  if (count_ == waiting_.size()) {
    ++counts_.dropped;
    return;
  }
  waiting_[(first_ + count_++) % waiting_.size()] = event;
  posted_.notify_one();
}

Dispatcher::Counts Dispatcher::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

std::vector<ResourceEvent> Dispatcher::last() const {
  std::vector<ResourceEvent> events;
  events.reserve(last_.size());
  const std::lock_guard lock(mutex_);
  const std::uint64_t kept = std::min<std::uint64_t>(posted_count_, last_.size());
  for (std::uint64_t i = posted_count_ - kept; i < posted_count_; ++i)
    events.push_back(last_[i % last_.size()]);
  return events;
}

void Dispatcher::run(std::uint64_t generation) {
  std::unique_lock lock(mutex_);
  for (;;) {
    posted_.wait(lock, [&] { return generation_ != generation || count_ > 0; });
    if (generation_ != generation)
      break;
    const ResourceEvent event = waiting_[first_];
    first_ = (first_ + 1) % waiting_.size();
    --count_;
    lock.unlock();
    call_handlers(event);
    lock.lock();
  }
  // Of a later generation another thread may already run.
  if (generation_ == generation + 1) {
    running_ = false;
    ended_.notify_all();
  }
}

void Dispatcher::call_handlers(const ResourceEvent &event) {
  std::shared_ptr<const Handlers> handlers;
  {
    const std::lock_guard lock(mutex_);
    handlers = handlers_;
  }
  for (const EventHandler &handler : *handlers) {
    try {
      handler(event);
    } catch (abi::__forced_unwind &) { // the handler ends its thread
      throw;
    } catch (...) {
      const std::lock_guard lock(mutex_);
      ++counts_.failed_handlers;
    }
  }
}

} // namespace langone::rt
