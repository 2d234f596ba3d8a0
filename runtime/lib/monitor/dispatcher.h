// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Events on their way to handlers: a bounded queue, and the thread that calls the handlers. It owns
// the handlers and what becomes of a bad one; not what an event is.

#ifndef LANGONE_RT_MONITOR_DISPATCHER_H
#define LANGONE_RT_MONITOR_DISPATCHER_H

#include "langone/rt/monitor.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

namespace langone::rt {

/// Held by a shared pointer: a dispatching thread that a handler keeps for ever keeps it too.
class Dispatcher : public std::enable_shared_from_this<Dispatcher> {
public:
  static constexpr std::size_t most_waiting = 256;

  void add_handler(EventHandler handler);

  /// Begins to dispatch; false if there is no thread to be had.
  bool start();
  /// Waits up to a second for the handler that runs; what is still in the queue is dropped.
  void stop() noexcept;
  /// In the child of a fork, under the lock: the thread is not there.
  void forget_thread() noexcept;

  /// Never blocks for long, allocates nothing.
  void post(const ResourceEvent &event) noexcept;

  struct Counts {
    std::array<std::uint64_t, 4> by_kind{};
    std::uint64_t dropped = 0;
    std::uint64_t failed_handlers = 0;
  };
  Counts counts() const;
  /// The last events posted, newest last.
  std::vector<ResourceEvent> last() const;

  /// For fork.
  void lock() noexcept { mutex_.lock(); }
  void unlock() noexcept { mutex_.unlock(); }

private:
  void run(std::uint64_t generation);
  void call_handlers(const ResourceEvent &event);

  mutable std::mutex mutex_;
  std::condition_variable posted_;
  std::condition_variable ended_;
  std::array<ResourceEvent, most_waiting> waiting_; // a ring
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  std::array<ResourceEvent, ResourceReport::kept_events> last_; // a ring
  std::uint64_t posted_count_ = 0;
  Counts counts_;
  std::uint64_t generation_ = 0; ///< odd while started
  bool running_ = false;         ///< the thread of this generation is there

  // Replaced, not changed: memory is never allocated under the lock, since the allocator may post.
  using Handlers = std::vector<EventHandler>;
  std::shared_ptr<const Handlers> handlers_ = std::make_shared<const Handlers>();
};

} // namespace langone::rt

#endif // LANGONE_RT_MONITOR_DISPATCHER_H
