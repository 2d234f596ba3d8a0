// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The operating-system surface over the C library and POSIX.

#include "base/system.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

namespace langone::rt::system {

void *allocate(std::size_t bytes) noexcept { return std::malloc(bytes); }

void *allocate_zeroed(std::size_t count, std::size_t bytes_each) noexcept {
  return std::calloc(count, bytes_each);
}

void *reallocate(void *block, std::size_t bytes) noexcept { return std::realloc(block, bytes); }

void free(void *block) noexcept { std::free(block); }

namespace {

void *map(std::size_t bytes, int protection) noexcept {
  void *pages =
      ::mmap(nullptr, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return pages == MAP_FAILED ? nullptr : pages;
}

} // namespace

void *reserve(std::size_t bytes) noexcept { return map(bytes, PROT_NONE); }

void *map_zeroed(std::size_t bytes) noexcept { return map(bytes, PROT_READ | PROT_WRITE); }

bool commit(void *pages, std::size_t bytes) noexcept {
  return ::mprotect(pages, bytes, PROT_READ | PROT_WRITE) == 0;
}

bool discard(void *pages, std::size_t bytes) noexcept {
  return ::madvise(pages, bytes, MADV_DONTNEED) == 0;
}

void unmap(void *pages, std::size_t bytes) noexcept { ::munmap(pages, bytes); }

std::uint64_t page_bytes() noexcept {
  static const auto bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return bytes;
}

std::uint64_t random_bits() noexcept {
  std::uint64_t bits = 0;
  if (::getrandom(&bits, sizeof bits, GRND_NONBLOCK) == sizeof bits)
    return bits;
  // Early in the system's start, or where a sandbox forbids the call: better than a constant.
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  bits = static_cast<std::uint64_t>(now.tv_nsec) ^ reinterpret_cast<std::uintptr_t>(&now);
  return bits * 0x9E3779B97F4A7C15 ^ static_cast<std::uint64_t>(::getpid());
}

std::uint64_t thread_number() noexcept { return static_cast<std::uint64_t>(::gettid()); }

bool at_fork(void (*prepare)(), void (*after)()) noexcept {
  return ::pthread_atfork(prepare, after, after) == 0;
}

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
