// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// POSIX files and clocks.

#include "base/system_files.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <ctime>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

namespace langone::rt::system {

namespace {

std::uint64_t nanoseconds(clockid_t clock) noexcept {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(time.tv_nsec);
}

} // namespace

File::~File() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
}

File File::open_to_read(const char *path) noexcept {
  return File(::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
}

File File::open_to_read_and_write(const char *path) noexcept {
  return File(::open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK));
}

std::string_view File::read(char *buffer, std::size_t size) const noexcept {
  std::size_t length = 0;
  while (length < size) {
    const ssize_t got =
        ::pread(descriptor_, buffer + length, size - length, static_cast<off_t>(length));
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      break;
    length += static_cast<std::size_t>(got);
  }
  return {buffer, length};
}

bool File::write(std::string_view bytes) const noexcept {
  ssize_t written = 0;
  do
    written = ::write(descriptor_, bytes.data(), bytes.size());
  while (written < 0 && errno == EINTR);
  return written == static_cast<ssize_t>(bytes.size());
}

std::optional<std::uint64_t> parse_number(std::string_view text) noexcept {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc())
    return std::nullopt;
  return number;
}

std::optional<std::uint64_t> number_after(std::string_view text, std::string_view key) noexcept {
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    if (at != 0 && text[at - 1] != '\n')
      continue;
    const std::string_view rest = text.substr(at + key.size());
    if (!rest.empty() && (rest[0] == ' ' || rest[0] == '\t'))
      return parse_number(rest);
  }
  return std::nullopt;
}

unsigned usable_processors() noexcept {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) // more processors than the set has room for
    return static_cast<unsigned>(std::max(::sysconf(_SC_NPROCESSORS_ONLN), 1L));
  return static_cast<unsigned>(std::max(CPU_COUNT(&set), 1));
}

std::uint64_t wall_clock() noexcept { return nanoseconds(CLOCK_REALTIME); }
std::uint64_t steady_clock() noexcept { return nanoseconds(CLOCK_MONOTONIC); }
std::uint64_t process_clock() noexcept { return nanoseconds(CLOCK_PROCESS_CPUTIME_ID); }

} // namespace langone::rt::system
