// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pages over POSIX and Linux.

#include "base/system_pages.h"

#include <cstring>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

namespace langone::rt::system {

std::uint64_t page_bytes() noexcept {
  static const auto bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return bytes;
}

void *map_pages(std::uint64_t bytes) noexcept {
  void *pages =
      ::mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return pages == MAP_FAILED ? nullptr : pages;
}

bool commit_pages(void *pages, std::uint64_t bytes) noexcept {
  return ::mprotect(pages, bytes, PROT_READ | PROT_WRITE) == 0;
}

void decommit_pages(void *pages, std::uint64_t bytes) noexcept {
  ::madvise(pages, bytes, MADV_DONTNEED);
}

void unmap_pages(void *pages, std::uint64_t bytes) noexcept { ::munmap(pages, bytes); }

std::uint64_t thread_number() noexcept { return static_cast<std::uint64_t>(::gettid()); }

std::uint64_t process_secret() noexcept {
  std::uint64_t secret = 0;
  if (const auto *random = reinterpret_cast<const void *>(::getauxval(AT_RANDOM)))
    std::memcpy(&secret, random, sizeof secret);
  return secret;
}

} // namespace langone::rt::system
