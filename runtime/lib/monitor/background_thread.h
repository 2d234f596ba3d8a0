// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Threads of the runtime: detached, without signals, small. It owns how one is made; its user knows
// when it has ended.

#ifndef LANGONE_RT_MONITOR_BACKGROUND_THREAD_H
#define LANGONE_RT_MONITOR_BACKGROUND_THREAD_H

#include <functional>

namespace langone::rt {

/// Runs `body` on a new thread that blocks all signals, so that the program's handlers run on the
/// program's threads; false if there is none to be had. May throw std::bad_alloc.
bool run_in_background(const char *name, std::function<void()> body);

} // namespace langone::rt

#endif // LANGONE_RT_MONITOR_BACKGROUND_THREAD_H
