// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How an error leaves compiled code: to the innermost protected call of the thread, else to the
// process error handler. It owns the jump and the last resort; not what the error is.

#ifndef LANGONE_RT_CAPI_RAISE_H
#define LANGONE_RT_CAPI_RAISE_H

#include "langone/rt/error.h"
#include "langone/runtime.h"

namespace langone::rt {

/// May longjmp: the caller's frame, and those between, have nothing to destroy.
[[noreturn]] void raise(const Error &error);

/// What a raise outside any protected call does: handler, message, exit.
[[noreturn]] void end_with(const langone_rt_error &error) noexcept;

} // namespace langone::rt

#endif // LANGONE_RT_CAPI_RAISE_H
