// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The whole operating-system surface of the runtime: memory, stderr, the end of the process.
// Nothing else in this tree calls malloc, free, write or exit. It owns no policy.

#ifndef LANGONE_RT_BASE_SYSTEM_H
#define LANGONE_RT_BASE_SYSTEM_H

#include <cstddef>

namespace langone::rt::system {

/// Aligned for any scalar; null if there is none.
void *allocate(std::size_t bytes) noexcept;
void *allocate_zeroed(std::size_t count, std::size_t bytes_each) noexcept;
void *reallocate(void *block, std::size_t bytes) noexcept;
void free(void *block) noexcept;

/// Writes to stderr without a buffer.
void write_stderr(const char *text) noexcept;

/// exit(EXIT_FAILURE). A second call (from an exit handler or another thread) ends the process at
/// once, since exit must not run twice.
[[noreturn]] void exit_process() noexcept;

} // namespace langone::rt::system

#endif // LANGONE_RT_BASE_SYSTEM_H
