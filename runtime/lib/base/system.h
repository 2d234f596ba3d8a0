// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The whole operating-system surface of the runtime: memory, address space, secrets, threads,
// forks, stderr, the end of the process. Nothing else in this tree calls malloc, mmap, write or
// exit. It owns no policy.

#ifndef LANGONE_RT_BASE_SYSTEM_H
#define LANGONE_RT_BASE_SYSTEM_H

#include <cstddef>
#include <cstdint>

namespace langone::rt::system {

/// Aligned for any scalar; null if there is none.
void *allocate(std::size_t bytes) noexcept;
void *allocate_zeroed(std::size_t count, std::size_t bytes_each) noexcept;
void *reallocate(void *block, std::size_t bytes) noexcept;
void free(void *block) noexcept;

/// Address space without memory: an access faults until `commit`. Aligned to a page; null if there
/// is none. Costs no memory, and no commit charge.
void *reserve(std::size_t bytes) noexcept;
/// As `reserve`, but zeros that may be used at once; pages take memory when they are touched.
void *map_zeroed(std::size_t bytes) noexcept;
/// Makes reserved pages usable; false if the system refuses.
bool commit(void *pages, std::size_t bytes) noexcept;
/// Gives the memory of committed pages back to the system; they read as zeros afterwards. False if
/// the system kept it (pages locked in memory): then they hold what they held.
bool discard(void *pages, std::size_t bytes) noexcept;
/// Gives reserved or mapped address space back.
void unmap(void *pages, std::size_t bytes) noexcept;

std::uint64_t page_bytes() noexcept;

/// Bits that an attacker cannot guess, as far as the system has any.
std::uint64_t random_bits() noexcept;

/// The kernel's number of the calling thread.
std::uint64_t thread_number() noexcept;

/// `prepare` runs in the forking thread before a fork, `after` in it and in its only thread of the
/// child. False if the system has no memory for it.
bool at_fork(void (*prepare)(), void (*after)()) noexcept;

/// Writes to stderr without a buffer.
void write_stderr(const char *text) noexcept;

/// exit(EXIT_FAILURE). A second call (from an exit handler or another thread) ends the process at
/// once, since exit must not run twice.
[[noreturn]] void exit_process() noexcept;

} // namespace langone::rt::system

#endif // LANGONE_RT_BASE_SYSTEM_H
