// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The protocols of the sources of pressure.

#include "monitor/pressure_watch.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace langone::rt {

namespace {

/// Some task stalled for 150 ms within 1 s; with its zero byte, as the kernel wants it.
constexpr std::string_view default_trigger("some 150000 1000000", 20);

int value_of_base64(char digit) noexcept {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t value = digits.find(digit);
  return value == std::string_view::npos ? -1 : static_cast<int>(value);
}

/// RFC 4648; none if the text is not base64.
std::optional<std::string> decode_base64(std::string_view text) {
  while (!text.empty() && text.back() == '=')
    text.remove_suffix(1);
  std::string bytes;
  unsigned buffered = 0;
  int bits = 0;
  for (const char digit : text) {
    const int value = value_of_base64(digit);
    if (value < 0)
      return std::nullopt;
    buffered = buffered << 6 | static_cast<unsigned>(value);
    bits += 6;
    if (bits < 8)
      continue;
    bits -= 8;
    bytes += static_cast<char>(buffered >> bits & 0xFF);
  }
  return bytes;
}

system::File connect_to(const std::string &path) noexcept {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return {};
  std::memcpy(address.sun_path, path.data(), path.size());
  system::File socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open() ||
      ::connect(socket.descriptor(), reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
    return {};
  return socket;
}

} // namespace

PressureWatch::Sources PressureWatch::sources_of_process() {
  Sources sources;
  sources.watch = std::getenv("MEMORY_PRESSURE_WATCH");
  sources.write = std::getenv("MEMORY_PRESSURE_WRITE");
  sources.group = process_limit::pressure_source();
  return sources;
}

PressureWatch::PressureWatch(const Sources &sources) {
  if (sources.watch && *sources.watch) {
    if (std::strcmp(sources.watch, "/dev/null") == 0)
      source_ = "disabled";
    else if (open_service_manager(sources))
      source_ = "service manager";
    if (event_.is_open() || std::strcmp(source_, "disabled") == 0)
      return;
  }
  if (!sources.group.directory.empty() && sources.group.is_version_2 &&
      open_kernel_file(sources.group.directory + "/memory.pressure", default_trigger))
    source_ = "control group";
  else if (!sources.group.directory.empty() && !sources.group.is_version_2 &&
           open_version_1(sources.group.directory))
    source_ = "control group";
  else if (open_kernel_file(sources.system, default_trigger))
    source_ = "system";
}

bool PressureWatch::open_service_manager(const Sources &sources) {
  const auto told = decode_base64(sources.write ? sources.write : "");
  struct stat status{};
  if (!told || ::stat(sources.watch, &status) != 0)
    return false;
  if (S_ISREG(status.st_mode))
    return open_kernel_file(sources.watch, *told);
  if (S_ISSOCK(status.st_mode))
    event_ = connect_to(sources.watch);
  else if (S_ISFIFO(status.st_mode))
    event_ = system::File::open_to_read_and_write(sources.watch);
  if (event_.is_open() && !told->empty() && !event_.write(*told))
    event_ = system::File();
  return event_.is_open();
}

bool PressureWatch::open_kernel_file(const std::string &path, std::string_view trigger) {
  auto file = system::File::open_to_read_and_write(path.c_str());
  if (!file.is_open() || (!trigger.empty() && !file.write(trigger)))
    return false;
  event_ = std::move(file);
  is_kernel_file_ = true;
  return true;
}

bool PressureWatch::open_version_1(const std::string &directory) {
  auto level = system::File::open_to_read((directory + "/memory.pressure_level").c_str());
  system::File control(::open((directory + "/cgroup.event_control").c_str(), O_WRONLY | O_CLOEXEC));
  system::File event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!level.is_open() || !control.is_open() || !event.is_open())
    return false;
  const std::string request =
      std::to_string(event.descriptor()) + " " + std::to_string(level.descriptor()) + " medium";
  if (!control.write(request))
    return false;
  event_ = std::move(event);
  level_ = std::move(level);
  return true;
}

short PressureWatch::events() const noexcept { return is_kernel_file_ ? POLLPRI : POLLIN; }

bool PressureWatch::consume(short revents) noexcept {
  if (is_kernel_file_) {
    if (revents & POLLERR) // the group is gone
      event_ = system::File();
    return event_.is_open() && (revents & POLLPRI);
  }
  bool seen = false;
  std::array<char, 256> discarded;
  while (revents & POLLIN) {
    const ssize_t got = ::read(event_.descriptor(), discarded.data(), discarded.size());
    if (got < 0 && errno == EINTR)
      continue;
    if (got == 0) // the peer has gone
      revents |= POLLHUP;
    if (got <= 0)
      break;
    seen = true;
  }
  if (revents & (POLLHUP | POLLERR))
    event_ = system::File();
  return seen;
}

} // namespace langone::rt
