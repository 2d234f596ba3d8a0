// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The operating-system surface over the C library and POSIX.

#include "base/system.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace langone::rt::system {

void *allocate(std::size_t bytes) noexcept { return std::malloc(bytes); }

void *allocate_zeroed(std::size_t count, std::size_t bytes_each) noexcept {
  return std::calloc(count, bytes_each);
}

void *reallocate(void *block, std::size_t bytes) noexcept { return std::realloc(block, bytes); }

void free(void *block) noexcept { std::free(block); }

void write_stderr(const char *text) noexcept {
  // A message that cannot be written has nowhere else to go.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text, std::strlen(text));
}

void exit_process() noexcept {
  static std::atomic_flag exiting = ATOMIC_FLAG_INIT;
  if (exiting.test_and_set())
    std::_Exit(EXIT_FAILURE);
  std::exit(EXIT_FAILURE);
}

} // namespace langone::rt::system
