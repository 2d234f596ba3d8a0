// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The state of a thread and its end.

#include "memory/thread.h"

#include <algorithm>
#include <type_traits>

namespace langone::rt {

namespace {

static_assert(std::is_trivially_destructible_v<Thread>);

struct ThreadExit {
  ThreadExit() noexcept {}
  ThreadExit(const ThreadExit &) = delete;
  ThreadExit &operator=(const ThreadExit &) = delete;
  ~ThreadExit() { Thread::current().reset(); }
};

} // namespace

constinit thread_local Thread Thread::of_this_thread;

void Thread::free_at_exit() noexcept { static thread_local const ThreadExit thread_exit; }

Account &Thread::innermost() noexcept {
  forget_closed();
  return accounts_.empty() ? Account::process() : *accounts_.back();
}

void Thread::forget_closed() noexcept {
  while (!accounts_.empty() && !accounts_.back()->is_open()) {
    accounts_.back()->release();
    accounts_.pop_back();
  }
}

void Thread::open(Account &account) noexcept {
  account.retain();
  accounts_.push_back(&account);
}

bool Thread::leave(Account &account) noexcept {
  Account **found = accounts_.end();
  while (found != accounts_.begin() && found[-1] != &account)
    --found;
  if (found == accounts_.begin())
    return false;
  std::copy(found, accounts_.end(), found - 1);
  accounts_.pop_back();
  account.release();
  return true;
}

void Thread::reset() noexcept {
  for (Account *account : accounts_)
    account->release();
  accounts_.reset();
  undo_log_.reset();
}

} // namespace langone::rt
