// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// /proc/self/cgroup and /proc/self/mountinfo (proc(5), cgroups(7)) to directories, and the files in
// those.

#include "monitor/container.h"

#include <algorithm>
#include <sstream>

namespace langone::rt {

namespace {

/// "Unlimited" of version 1 is a number near 2^63, rounded to pages.
constexpr std::uint64_t least_unlimited = std::uint64_t{1} << 62;

std::optional<std::uint64_t> read_limit(const system::File &file) noexcept {
  char buffer[64];
  const auto limit = system::parse_number(file.read(buffer, sizeof buffer)); // "max" is none
  return limit && *limit < least_unlimited ? limit : std::nullopt;
}

void lower(std::optional<std::uint64_t> &least, std::optional<std::uint64_t> limit) noexcept {
  if (limit)
    least = std::min(least.value_or(UINT64_MAX), *limit);
}

std::string read_all(const std::string &path) {
  const auto file = system::File::open_to_read(path.c_str());
  std::string text(1 << 20, '\0'); // mountinfo of a host with many containers
  text.resize(file.read(text.data(), text.size()).size());
  return text;
}

std::vector<std::string> split(const std::string &text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);)
    parts.push_back(part);
  return parts;
}

bool lists(const std::string &names, const std::string &name) {
  const auto parts = split(names, ',');
  return std::find(parts.begin(), parts.end(), name) != parts.end();
}

/// mountinfo writes blanks and backslashes of a path as \ and three octal digits.
std::string unescape(const std::string &path) {
  std::string plain;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool escaped = path[i] == '\\' && i + 3 < path.size() &&
                         path.find_first_not_of("01234567", i + 1) >= i + 4;
    if (!escaped) {
      plain += path[i];
      continue;
    }
    plain +=
        static_cast<char>((path[i + 1] - '0') * 64 + (path[i + 2] - '0') * 8 + (path[i + 3] - '0'));
    i += 3;
  }
  return plain;
}

struct Mount {
  std::string root; // the group that stands at the mount point
  std::string point;
};

/// "36 35 98:0 /root /point options optional... - type source super-options"
std::optional<Mount> find_mount(const std::string &mountinfo, bool is_version_2) {
  for (const std::string &line : split(mountinfo, '\n')) {
    const auto fields = split(line, ' ');
    const auto dash = std::find(fields.begin(), fields.end(), "-");
    if (dash - fields.begin() < 6 || fields.end() - dash < 4)
      continue;
    const bool matches =
        is_version_2 ? dash[1] == "cgroup2" : dash[1] == "cgroup" && lists(dash[3], "memory");
    if (matches)
      return Mount{unescape(fields[3]), unescape(fields[4])};
  }
  return std::nullopt;
}

/// "4:memory:/path", of version 2 "0::/path".
std::optional<std::string> find_path(const std::string &cgroup, bool is_version_2) {
  for (const std::string &line : split(cgroup, '\n')) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos)
      continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (is_version_2 ? line.substr(0, first) == "0" && controllers.empty()
                     : lists(controllers, "memory"))
      return line.substr(second + 1);
  }
  return std::nullopt;
}

/// The group's path below the mount. One that does not lie below it (the mount is of another
/// container, or of a namespace of its own) is taken for the mount itself.
std::string below_mount(const std::string &path, const std::string &mount_root) {
  const std::string root = mount_root == "/" ? "" : mount_root;
  if (path.compare(0, root.size(), root) != 0 || path.find("/..") != std::string::npos)
    return "";
  const std::string rest = path.substr(root.size());
  if (!rest.empty() && rest[0] != '/')
    return "";
  return rest == "/" ? "" : rest;
}

void add_groups(const std::string &root, bool is_version_2, std::vector<ControlGroup> &groups) {
  const auto mount = find_mount(read_all(root + "/proc/self/mountinfo"), is_version_2);
  const auto path = find_path(read_all(root + "/proc/self/cgroup"), is_version_2);
  if (!mount || !path)
    return;
  std::string below = below_mount(*path, mount->root);
  for (;;) {
    groups.emplace_back(root + mount->point + below, is_version_2);
    if (below.empty())
      return;
    below.resize(below.rfind('/'));
  }
}

} // namespace

ControlGroup::ControlGroup(const std::string &directory, bool is_version_2)
    : directory_(directory), is_version_2_(is_version_2) {
  const auto open = [&directory](const char *name) {
    return system::File::open_to_read((directory + "/" + name).c_str());
  };
  max_ = open(is_version_2 ? "memory.max" : "memory.limit_in_bytes");
  if (is_version_2)
    high_ = open("memory.high");
  usage_ = open(is_version_2 ? "memory.current" : "memory.usage_in_bytes");
  stat_ = open("memory.stat");
}

std::optional<std::uint64_t> ControlGroup::limit() const noexcept {
  std::optional<std::uint64_t> least = read_limit(max_);
  if (is_version_2_) {
    lower(least, read_limit(high_));
    return least;
  }
  char buffer[4096];
  const auto hierarchical =
      system::number_after(stat_.read(buffer, sizeof buffer), "hierarchical_memory_limit");
  if (hierarchical && *hierarchical < least_unlimited)
    lower(least, hierarchical);
  return least;
}

std::uint64_t ControlGroup::working_set() const noexcept {
  char buffer[4096];
  const auto usage = system::parse_number(usage_.read(buffer, sizeof buffer)).value_or(0);
  const std::string_view stat = stat_.read(buffer, sizeof buffer);
  const auto cache = [&](std::string_view version_1, std::string_view version_2) {
    return system::number_after(stat, is_version_2_ ? version_2 : version_1).value_or(0);
  };
  const std::uint64_t droppable =
      cache("total_inactive_file", "inactive_file") + cache("total_active_file", "active_file");
  return usage > droppable ? usage - droppable : 0;
}

std::vector<ControlGroup> find_control_groups(const std::string &root) {
  std::vector<ControlGroup> groups;
  // Where both are mounted, version 2 may be there without the memory controller.
  add_groups(root, false, groups);
  if (groups.empty())
    add_groups(root, true, groups);
  return groups;
}

} // namespace langone::rt
