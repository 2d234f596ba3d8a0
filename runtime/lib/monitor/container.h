// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The container that this process runs in: its memory control groups, of version 1 or 2, from the
// process's own up to the mount. It owns the files' descriptors and their meaning; what follows
// from a limit is process_limit.h.

#ifndef LANGONE_RT_MONITOR_CONTAINER_H
#define LANGONE_RT_MONITOR_CONTAINER_H

#include "base/system_files.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace langone::rt {

/// One control group. Reading allocates nothing.
class ControlGroup {
public:
  /// Null files where there are none.
  ControlGroup(const std::string &directory, bool is_version_2);

  /// The least of `memory.max` and `memory.high`, or `memory.limit_in_bytes` and the hierarchical
  /// limit of `memory.stat` (which knows of groups above the mount); none if all say so. Bytes.
  std::optional<std::uint64_t> limit() const noexcept;
  /// Memory charged to the group that the kernel cannot simply drop: usage without the file cache.
  /// Bytes; 0 if unknown.
  std::uint64_t working_set() const noexcept;

  const std::string &directory() const noexcept { return directory_; }
  bool is_version_2() const noexcept { return is_version_2_; }

private:
  std::string directory_;
  bool is_version_2_;
  system::File max_;
  system::File high_; // version 2 only
  system::File usage_;
  system::File stat_;
};

/// The groups that limit this process's memory, its own first; empty without memory control groups.
/// `root` stands before every path that is read: "" outside tests. May throw std::bad_alloc.
std::vector<ControlGroup> find_control_groups(const std::string &root);

} // namespace langone::rt

#endif // LANGONE_RT_MONITOR_CONTAINER_H
