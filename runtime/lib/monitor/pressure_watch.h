// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Noticing memory pressure: one descriptor to be polled, from whichever source there is. It owns
// the protocols of the sources; what is done about pressure is pressure.h.
//
// Sources, the first that works:
// 1. The service manager's, if it set MEMORY_PRESSURE_WATCH (https://systemd.io/MEMORY_PRESSURE): a
//    kernel file, a FIFO or a stream socket, told what MEMORY_PRESSURE_WRITE says. /dev/null means
//    that nothing is to be watched, other sources included.
// 2. `memory.pressure` of this process's control group (version 2): 150 ms of stall within 1 s.
// 3. `memory.pressure_level` of its group (version 1), level medium, through an eventfd.
// 4. /proc/pressure/memory, with the same trigger.

#ifndef LANGONE_RT_MONITOR_PRESSURE_WATCH_H
#define LANGONE_RT_MONITOR_PRESSURE_WATCH_H

#include "base/system_files.h"
#include "langone/rt/process_limit.h"

#include <string>

namespace langone::rt {

class PressureWatch {
public:
  struct Sources {
    const char *watch = nullptr; ///< MEMORY_PRESSURE_WATCH; null: not set
    const char *write = nullptr; ///< MEMORY_PRESSURE_WRITE; null: not set
    process_limit::PressureSource group;
    std::string system = "/proc/pressure/memory";
  };
  static Sources sources_of_process();

  PressureWatch() noexcept = default;
  /// Watches the first source that works, or nothing. May throw std::bad_alloc.
  explicit PressureWatch(const Sources &sources);

  /// To be polled for `events()`; -1 if nothing is watched.
  int descriptor() const noexcept { return event_.descriptor(); }
  short events() const noexcept;
  /// After poll has returned `revents`: whether there is pressure. A source that has ended is
  /// closed.
  bool consume(short revents) noexcept;

  const char *source() const noexcept { return source_; }

private:
  bool open_service_manager(const Sources &sources);
  bool open_kernel_file(const std::string &path, std::string_view trigger);
  bool open_version_1(const std::string &directory);

  system::File event_;
  system::File level_; // version 1: must stay open as long as the eventfd
  bool is_kernel_file_ = false;
  const char *source_ = "none";
};

} // namespace langone::rt

#endif // LANGONE_RT_MONITOR_PRESSURE_WATCH_H
