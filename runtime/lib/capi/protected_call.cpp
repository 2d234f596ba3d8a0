// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Protected calls: setjmp on the way in, longjmp on a raise, and the rollback of what the thread
// acquired between.

#include "capi/error.h"
#include "capi/raise.h"
#include "langone/rt/scope.h"
#include "memory/block.h"
#include "memory/thread.h"

#include <csetjmp>
#include <cxxabi.h>

namespace langone::rt {

namespace {

/// On the stack of langone_rt_call, hence found only while that runs.
struct ProtectedCall {
  std::jmp_buf jump;
  ProtectedCall *outer;
  std::uint64_t mark;
  std::size_t scope_depth;
  langone_rt_error error;
};

constinit thread_local ProtectedCall *innermost_call = nullptr;

void enter(ProtectedCall &call) noexcept {
  Thread::free_at_exit();
  call.outer = innermost_call;
  call.mark = Thread::current().undo_log().begin();
  call.scope_depth = scope::depth();
  innermost_call = &call;
}

void leave(const ProtectedCall &call) noexcept {
  innermost_call = call.outer;
  Thread::current().undo_log().end();
}

void abandon(const ProtectedCall &call) noexcept {
  roll_back(call.mark);
  scope::exit_to(call.scope_depth);
  leave(call);
}

/// False if the body was left by an exception. A thread that ends inside (pthread_exit, which glibc
/// does by unwinding) must go on unwinding.
bool run(void (*body)(void *), void *context, const ProtectedCall &call) {
  try {
    body(context);
    return true;
  } catch (abi::__forced_unwind &) {
    abandon(call);
    throw;
  } catch (...) {
    return false;
  }
}

} // namespace

void raise(const Error &error) {
  ProtectedCall *call = innermost_call;
  if (!call)
    end_with(to_c(error));
  call->error = to_c(error);
  abandon(*call);
  std::longjmp(call->jump, 1);
}

} // namespace langone::rt

langone_rt_status langone_rt_call(void (*body)(void *), void *context, langone_rt_error *error) {
  using namespace langone::rt;
  if (!body)
    return report(Result<void>(tl::make_unexpected(InvalidOperation{"protected call of null"})),
                  error);
  ProtectedCall call;
  enter(call);
  if (setjmp(call.jump) == 0) {
    if (run(body, context, call)) {
      leave(call);
      return LANGONE_RT_OK;
    }
    abandon(call);
    call.error = to_c(InvalidOperation{"exception thrown out of a protected call"});
  }
  copy_out(call.error, error);
  return call.error.status;
}
