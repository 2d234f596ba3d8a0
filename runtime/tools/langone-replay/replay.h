// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reading a log of events and doing them again on a resource. It owns the map from the log's
// pointers to today's blocks, and the order of threads; which resource it is, the tool decides.

#ifndef LANGONE_RT_TOOLS_REPLAY_H
#define LANGONE_RT_TOOLS_REPLAY_H

#include "langone/rt/event_log.h"

#include <istream>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace langone::rt::replay {

struct Problem {
  std::size_t line; ///< of the log, 1 for the header
  std::string text;
};

struct LoggedEvent {
  std::size_t line;
  Event event;
};

/// The whole log, or what is wrong with the first bad line. Accepts lines that end with CR LF.
tl::expected<std::vector<LoggedEvent>, Problem> read_log(std::istream &input);

struct Options {
  std::uint64_t alignment = 16; ///< of all blocks: the log does not tell
  bool with_threads = false;    ///< a thread for each of the log's, taking turns in its order
};

struct Summary {
  std::uint64_t allocations = 0;
  std::uint64_t frees = 0;
  std::uint64_t logged_failures = 0; ///< skipped: the log says that they did nothing
  std::uint64_t threads = 0;
  std::uint64_t peak_bytes = 0;
  std::uint64_t outstanding_blocks = 0; ///< at the end of the log; they are freed
  std::uint64_t outstanding_bytes = 0;
};

/// Stops at the first event that fails and says why.
tl::expected<Summary, Problem> replay(const std::vector<LoggedEvent> &log, Resource &resource,
                                      const Options &options);

} // namespace langone::rt::replay

#endif // LANGONE_RT_TOOLS_REPLAY_H
