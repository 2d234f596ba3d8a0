// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the preloaded library tells: faults and the first refusal on stderr, all of it and who holds
// the memory in the report at exit. It owns the texts; it decides nothing, and allocates nothing.

#ifndef LANGONE_RT_MALLOC_REPORT_H
#define LANGONE_RT_MALLOC_REPORT_H

#include "langone/rt/error.h"

namespace langone::rt::report {

/// One line on stderr.
void fault(const Error &error, const void *block) noexcept;

/// The first time, on stderr: the error, and the sites that hold most. Later ones are counted.
void refusal(const Error &error) noexcept;

/// Writes the JSON report to the file that LANGONE_REPORT names, if it does.
void at_exit() noexcept;

} // namespace langone::rt::report

#endif // LANGONE_RT_MALLOC_REPORT_H
