// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The count of operations that ended with an error. It owns that number only.

#ifndef LANGONE_RT_MEMORY_FAILURES_H
#define LANGONE_RT_MEMORY_FAILURES_H

#include "langone/rt/error.h"

namespace langone::rt {

void count_failure() noexcept;

/// The result as it is, counted if it is an error.
template <class T> Result<T> counted(Result<T> result) noexcept {
  if (!result)
    count_failure();
  return result;
}

} // namespace langone::rt

#endif // LANGONE_RT_MEMORY_FAILURES_H
