// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pages of the operating system (address space, and memory behind it) and the identity of process
// and thread. It owns the system calls, no
// policy and no bookkeeping. All sizes and addresses are multiples of `page_bytes`.

#ifndef LANGONE_RT_BASE_SYSTEM_PAGES_H
#define LANGONE_RT_BASE_SYSTEM_PAGES_H

#include <cstdint>

namespace langone::rt::system {

std::uint64_t page_bytes() noexcept;

/// Address space without memory; null if there is none.
void *map_pages(std::uint64_t bytes) noexcept;

/// Makes pages readable and writable; zero where they were never written or were decommitted.
bool commit_pages(void *pages, std::uint64_t bytes) noexcept;

/// Gives the memory back. The pages stay accessible, so that a stray access is no crash.
void decommit_pages(void *pages, std::uint64_t bytes) noexcept;

void unmap_pages(void *pages, std::uint64_t bytes) noexcept;

/// The kernel's number of the calling thread.
std::uint64_t thread_number() noexcept;

/// Different in each process, from the kernel's random bytes for it; costs no system call.
std::uint64_t process_secret() noexcept;

} // namespace langone::rt::system

#endif // LANGONE_RT_BASE_SYSTEM_PAGES_H
