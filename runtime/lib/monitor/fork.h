// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fork while the monitor's locks are in use: takes them all, in the order in which the monitor
// does. It owns the order; the accounts' own lock has handlers of its own (thread_record.h).

#ifndef LANGONE_RT_MONITOR_FORK_H
#define LANGONE_RT_MONITOR_FORK_H

namespace langone::rt::fork_safety {

/// Once for the process; further calls do nothing.
void install() noexcept;

void lock_watcher();
void unlock_watcher(bool is_child);

} // namespace langone::rt::fork_safety

#endif // LANGONE_RT_MONITOR_FORK_H
