// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The event log: one line of CSV for each call, in the format of RMM's logging adaptor, so that
// logs of either can be replayed by the tools of both. It owns the format, the adaptor that writes
// it and the reading of a line; replaying is langone-replay's.
//
//   Thread,Time,Action,Pointer,Size,Stream
//   4711,14:21:19.998533,allocate,0x30a000000,256,0x0

#ifndef LANGONE_RT_EVENT_LOG_H
#define LANGONE_RT_EVENT_LOG_H

#include "langone/rt/resource.h"

#include <cstdio>
#include <string>
#include <string_view>

namespace langone::rt {

enum class EventAction : std::uint8_t { allocate, allocate_failure, free };

struct Event {
  std::uint64_t thread;
  EventAction action;
  std::uint64_t pointer; ///< 0 for a failure
  std::uint64_t bytes;
  std::uint64_t stream; ///< of a GPU; 0 on the host
};

inline constexpr std::string_view event_log_header = "Thread,Time,Action,Pointer,Size,Stream";

std::string_view name_of(EventAction action) noexcept;

/// Reads a line without its end. The text of an error says what is wrong with it. Accepts what RMM
/// writes: "(nil)" as a pointer, "deallocate" for free, streams in hexadecimal, decimal or as
/// RMM's names for the default streams.
tl::expected<Event, std::string> parse_event(std::string_view line);

/// Writes an event for each call: allocations after upstream has answered, frees before it is
/// asked, so that the log of several threads is in an order that can be replayed, and a free that
/// upstream refuses is in it. As thread-safe as upstream; a line is written at once. The file is
/// the caller's; a log that cannot be written is cut short, `std::ferror` tells.
class LogAdaptor final : public Resource {
public:
  /// Writes the header.
  LogAdaptor(Resource &upstream, std::FILE *file) noexcept;

  Result<void *> allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept override;
  Result<void> deallocate(void *block, std::uint64_t bytes,
                          std::uint64_t alignment) noexcept override;

private:
  void write(EventAction action, const void *block, std::uint64_t bytes) noexcept;

  Resource &upstream_;
  std::FILE *const file_;
};

} // namespace langone::rt

#endif // LANGONE_RT_EVENT_LOG_H
