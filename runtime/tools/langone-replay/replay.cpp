// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The replay of a log.

#include "replay.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>

namespace langone::rt::replay {

namespace {

struct Block {
  void *address;
  std::uint64_t bytes;
  std::size_t line;
};

/// One event after the other, whoever the caller is.
class Player {
public:
  Player(Resource &resource, std::uint64_t alignment)
      : resource_(resource), alignment_(alignment) {}

  std::optional<Problem> play(const LoggedEvent &logged) {
    switch (logged.event.action) {
    case EventAction::allocate:
      return allocate(logged);
    case EventAction::free:
      return free(logged);
    case EventAction::allocate_failure:
      ++summary_.logged_failures;
    }
    return std::nullopt;
  }

  /// Frees what the log left behind.
  std::optional<Problem> finish() {
    std::optional<Problem> problem;
    for (const auto &[pointer, block] : blocks_) {
      ++summary_.outstanding_blocks;
      summary_.outstanding_bytes += block.bytes;
      const auto freed = resource_.deallocate(block.address, block.bytes, alignment_);
      if (!freed && !problem)
        problem = Problem{block.line, "free at the end: " + message(freed.error())};
    }
    return problem;
  }

  Summary &summary() { return summary_; }

private:
  std::optional<Problem> allocate(const LoggedEvent &logged) {
    const Event &event = logged.event;
    if (const auto found = blocks_.find(event.pointer); found != blocks_.end())
      return Problem{logged.line, "allocation of a pointer that is live since line " +
                                      std::to_string(found->second.line)};
    const auto block = resource_.allocate(event.bytes, alignment_);
    if (!block)
      return Problem{logged.line, message(block.error())};
    blocks_.emplace(event.pointer, Block{*block, event.bytes, logged.line});
    ++summary_.allocations;
    bytes_ += event.bytes;
    summary_.peak_bytes = std::max(summary_.peak_bytes, bytes_);
    return std::nullopt;
  }

  std::optional<Problem> free(const LoggedEvent &logged) {
    const Event &event = logged.event;
    const auto found = blocks_.find(event.pointer);
    if (found == blocks_.end())
      return Problem{logged.line, "free of a pointer that is not live"};
    const Block block = found->second;
    if (block.bytes != event.bytes)
      return Problem{logged.line, "free of " + std::to_string(event.bytes) + " bytes, but line " +
                                      std::to_string(block.line) + " allocated " +
                                      std::to_string(block.bytes)};
    const auto freed = resource_.deallocate(block.address, block.bytes, alignment_);
    if (!freed)
      return Problem{logged.line, message(freed.error())};
    blocks_.erase(found);
    ++summary_.frees;
    bytes_ -= event.bytes;
    return std::nullopt;
  }

  Resource &resource_;
  const std::uint64_t alignment_;
  std::map<std::uint64_t, Block> blocks_; ///< by the log's pointer
  std::uint64_t bytes_ = 0;
  Summary summary_;
};

std::optional<Problem> play_in_order(const std::vector<LoggedEvent> &log, Player &player) {
  for (const LoggedEvent &logged : log)
    if (auto problem = player.play(logged))
      return problem;
  return std::nullopt;
}

/// Each of the log's threads is one here. The log's order decides whose turn it is.
std::optional<Problem> play_in_threads(const std::vector<LoggedEvent> &log, Player &player) {
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> events_of;
  for (std::size_t index = 0; index < log.size(); ++index)
    events_of[log[index].event.thread].push_back(index);

  std::mutex mutex;
  std::condition_variable turn_changed;
  std::size_t turn = 0;
  std::optional<Problem> problem;
  std::vector<std::thread> threads;
  threads.reserve(events_of.size());
  for (const auto &entry : events_of)
    threads.emplace_back([&, events = &entry.second] {
      for (const std::size_t index : *events) {
        std::unique_lock lock(mutex);
        turn_changed.wait(lock, [&] { return turn == index || problem; });
        if (problem)
          return;
        problem = player.play(log[index]);
        ++turn;
        turn_changed.notify_all();
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  return problem;
}

} // namespace

tl::expected<std::vector<LoggedEvent>, Problem> read_log(std::istream &input) {
  std::vector<LoggedEvent> log;
  std::string line;
  std::size_t number = 0;
  while (std::getline(input, line)) {
    ++number;
    if (!line.empty() && line.back() == '\r')
      line.pop_back();
    if (number == 1) {
      if (line != event_log_header)
        return tl::make_unexpected(
            Problem{1, "expected the header '" + std::string(event_log_header) + "'"});
      continue;
    }
    if (line.empty())
      continue;
    const auto event = parse_event(line);
    if (!event)
      return tl::make_unexpected(Problem{number, event.error()});
    log.push_back({number, *event});
  }
  if (input.bad())
    return tl::make_unexpected(Problem{number + 1, "cannot be read"});
  if (number == 0)
    return tl::make_unexpected(Problem{1, "the log is empty"});
  return log;
}

tl::expected<Summary, Problem> replay(const std::vector<LoggedEvent> &log, Resource &resource,
                                      const Options &options) {
  Player player(resource, options.alignment);
  std::vector<std::uint64_t> threads;
  threads.reserve(log.size());
  for (const LoggedEvent &logged : log)
    threads.push_back(logged.event.thread);
  std::sort(threads.begin(), threads.end());
  player.summary().threads =
      static_cast<std::uint64_t>(std::unique(threads.begin(), threads.end()) - threads.begin());

  auto problem = options.with_threads ? play_in_threads(log, player) : play_in_order(log, player);
  auto at_end = player.finish();
  if (problem || at_end)
    return tl::make_unexpected(problem ? *problem : *at_end);
  return player.summary();
}

} // namespace langone::rt::replay
