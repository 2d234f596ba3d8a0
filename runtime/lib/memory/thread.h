// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What belongs to one thread: the accounts of its open arenas, and its undo log. It owns no blocks:
// those may outlive the thread.

#ifndef LANGONE_RT_MEMORY_THREAD_H
#define LANGONE_RT_MEMORY_THREAD_H

#include "base/account_fast.h"
#include "base/system_array.h"
#include "memory/undo_log.h"

namespace langone::rt {

/// Trivially destructible, so usable even while the thread's destructors run.
class Thread {
public:
  /// The calling thread's. One that opens arenas or protected calls calls `free_at_exit` too.
  static Thread &current() noexcept { return of_this_thread; }
  static void free_at_exit() noexcept;

  /// The account of the innermost arena still open, else the process account.
  Account &account() noexcept {
    if (accounts_.empty())
      return AccountFast::process();
    Account &last = *accounts_.back();
    return last.is_open() ? last : innermost();
  }

  /// Drops innermost accounts that are closed. `account` does so first: that is how a release from
  /// another thread, or out of order, reaches this thread without a lock.
  void forget_closed() noexcept;

  /// Makes room to open one more account; false if the system has no memory.
  bool reserve_account() noexcept { return accounts_.reserve_one(); }
  /// After reserve_account: makes `account` the current one, with a reference of its own.
  void open(Account &account) noexcept;

  /// Takes back the innermost `open` of the account; false if there is none.
  bool leave(Account &account) noexcept;

  UndoLog &undo_log() noexcept { return undo_log_; }

  void reset() noexcept;

private:
  Account &innermost() noexcept;

  static constinit thread_local Thread of_this_thread __attribute__((tls_model("initial-exec")));

  SystemArray<Account *> accounts_;
  UndoLog undo_log_;
};

} // namespace langone::rt

#endif // LANGONE_RT_MEMORY_THREAD_H
