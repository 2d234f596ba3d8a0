// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reading and writing of the event log.

#include "langone/rt/event_log.h"

#include "base/system.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cinttypes>
#include <ctime>

namespace langone::rt {

namespace {

bool parse_number(std::string_view text, std::uint64_t &value) noexcept {
  int base = 10;
  if (text.substr(0, 2) == "0x") {
    text.remove_prefix(2);
    base = 16;
  }
  if (text.empty())
    return false;
  const char *begin = &*text.begin();
  const char *end = begin + text.size();
  const auto [last, error] = std::from_chars(begin, end, value, base);
  return error == std::errc() && last == end;
}

bool parse_pointer(std::string_view text, std::uint64_t &value) noexcept {
  value = 0;
  return text == "(nil)" || (text.substr(0, 2) == "0x" && parse_number(text, value));
}

bool parse_stream(std::string_view text, std::uint64_t &value) noexcept {
  value = 0;
  return text.substr(0, 7) == "default" || text == "(nil)" || text == "legacy" ||
         text == "per-thread" || parse_number(text, value);
}

bool parse_action(std::string_view text, EventAction &action) noexcept {
  if (text == "allocate")
    action = EventAction::allocate;
  else if (text == "allocate failure")
    action = EventAction::allocate_failure;
  else if (text == "free" || text == "deallocate")
    action = EventAction::free;
  else
    return false;
  return true;
}

tl::unexpected<std::string> bad(const char *field, std::string_view text) {
  return tl::unexpected<std::string>(std::string(field) + ": '" + std::string(text) + "'");
}

} // namespace

std::string_view name_of(EventAction action) noexcept {
  constexpr std::array<std::string_view, 3> names{"allocate", "allocate failure", "free"};
  return names[static_cast<std::size_t>(action)];
}

tl::expected<Event, std::string> parse_event(std::string_view line) {
  std::array<std::string_view, 6> fields;
  std::size_t count = 0;
  for (std::string_view rest = line;; ++count) {
    const std::size_t comma = rest.find(',');
    if (count < fields.size())
      fields[count] = rest.substr(0, comma);
    if (comma == std::string_view::npos)
      break;
    rest.remove_prefix(comma + 1);
  }
  if (++count != fields.size())
    return tl::make_unexpected("expected 6 fields, found " + std::to_string(count));
  const auto [thread, time, action, pointer, bytes, stream] = fields;
  Event event{};
  if (!parse_number(thread, event.thread))
    return bad("not a thread", thread);
  if (!parse_action(action, event.action))
    return bad("not an action", action);
  if (!parse_pointer(pointer, event.pointer))
    return bad("not a pointer", pointer);
  if (!parse_number(bytes, event.bytes))
    return bad("not a size", bytes);
  if (!parse_stream(stream, event.stream))
    return bad("not a stream", stream);
  if (event.action == EventAction::allocate && event.pointer == 0)
    return bad("allocation of a null pointer", pointer);
  return event;
}

LogAdaptor::LogAdaptor(Resource &upstream, std::FILE *file) noexcept
    : upstream_(upstream), file_(file) {
  std::fprintf(file_, "%.*s\n", static_cast<int>(event_log_header.size()), event_log_header.data());
}

Result<void *> LogAdaptor::allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept {
  auto block = upstream_.allocate(bytes, alignment);
  if (block)
    write(EventAction::allocate, *block, bytes);
  else
    write(EventAction::allocate_failure, nullptr, bytes);
  return block;
}

Result<void> LogAdaptor::deallocate(void *block, std::uint64_t bytes,
                                    std::uint64_t alignment) noexcept {
  if (block)
    write(EventAction::free, block, bytes);
  return upstream_.deallocate(block, bytes, alignment);
}

void LogAdaptor::write(EventAction action, const void *block, std::uint64_t bytes) noexcept {
  const auto now = std::chrono::system_clock::now();
  const auto microseconds =
      std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
  const std::time_t seconds = microseconds / 1'000'000;
  const std::string_view name = name_of(action);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  std::fprintf(file_, "%" PRIu64 ",%02d:%02d:%02d.%06d,%.*s,%p,%" PRIu64 ",0x0\n",
               system::thread_number(), local.tm_hour, local.tm_min, local.tm_sec,
               static_cast<int>(microseconds % 1'000'000), static_cast<int>(name.size()),
               name.data(), block, bytes);
}

} // namespace langone::rt
