// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The effective limit of the process account: the least of its budget, what the container leaves,
// and physical memory. It owns that number and keeps it up to date; accounts enforce it.
//
// A container counts all of a process's memory, and that of its neighbours; the account counts
// charges. So what the container leaves is its limit, less what was in use beside the account
// (measured when enforcement began, and at every refresh), less a reserve of 1/64 and at least 1
// MiB for what the kernel needs. The refresh happens in time whatever the program does: at
// checkpoints, after each eighth of the room that the last one found, on the charging thread (about
// 20 us each); and at each of the monitor's samples.

#ifndef LANGONE_RT_PROCESS_LIMIT_H
#define LANGONE_RT_PROCESS_LIMIT_H

#include <cstdint>
#include <optional>
#include <string>

namespace langone::rt::process_limit {

/// The limit that the user wants, bytes; Account::no_limit: none. In force at once.
void set_budget(std::uint64_t bytes) noexcept;

/// From now on respects the container and physical memory too. `root` stands before all paths that
/// are read: "" outside tests. False if the system has no memory for it.
bool enforce(const std::string &root = "") noexcept;
/// The budget alone again.
void stop() noexcept;

/// Measures anew and sets the process account's limit. Thread-safe, allocates nothing; does nothing
/// unless enforcing.
void refresh() noexcept;

/// The limit of the container now, bytes, the least over its control groups; none if there is none,
/// or without enforcement.
std::optional<std::uint64_t> container_bytes() noexcept;
/// Physical memory, bytes; none without enforcement.
std::optional<std::uint64_t> physical_bytes() noexcept;
/// Where the container's memory.pressure file is (version 2), or its directory (version 1); empty
/// if there is none, or without enforcement.
struct PressureSource {
  std::string directory;
  bool is_version_2 = false;
};
PressureSource pressure_source();

/// For fork: nobody is at it in between.
void lock() noexcept;
void unlock() noexcept;

} // namespace langone::rt::process_limit

#endif // LANGONE_RT_PROCESS_LIMIT_H
