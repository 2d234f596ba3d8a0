// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Typed errors to C.

#include "capi/error.h"

namespace langone::rt {

namespace {

struct FieldWriter {
  langone_rt_error &out;

  void operator()(const AllocationFailed &) const noexcept {
    out.status = LANGONE_RT_ALLOCATION_FAILED;
  }
  void operator()(const PoolExhausted &error) const noexcept {
    out.status = LANGONE_RT_POOL_EXHAUSTED;
    out.requested_bytes = error.requested;
    out.available_bytes = error.available;
  }
  void operator()(const InvalidOperation &) const noexcept {
    out.status = LANGONE_RT_INVALID_OPERATION;
  }
  void operator()(const CorruptionDetected &error) const noexcept {
    out.status = LANGONE_RT_CORRUPTION_DETECTED;
    out.address = error.address;
  }
  void operator()(const BudgetExceeded &error) const noexcept {
    out.status = LANGONE_RT_BUDGET_EXCEEDED;
    out.requested_bytes = error.requested;
    out.available_bytes = error.available;
    out.limit_bytes = error.limit;
  }
};

} // namespace

langone_rt_error to_c(const Error &error) noexcept {
  langone_rt_error out = LANGONE_RT_ERROR_INIT;
  std::visit(FieldWriter{out}, error);
  write_message(error, out.message, sizeof out.message);
  return out;
}

} // namespace langone::rt
