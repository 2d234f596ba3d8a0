// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The event log: what is written, and that lines of RMM and of ours are read alike.

#include "support.h"

#include "langone/rt/event_log.h"
#include "langone/rt/fault_adaptor.h"
#include "langone/rt/system_resource.h"

#include <cstring>
#include <memory>
#include <regex>
#include <vector>

namespace langone::rt {
namespace {

std::vector<std::string> lines_of(std::FILE *file) {
  std::vector<std::string> lines;
  if (std::fseek(file, 0, SEEK_SET) != 0)
    return lines;
  char line[256];
  while (std::fgets(line, sizeof line, file))
    lines.emplace_back(line, std::strlen(line) - 1);
  return lines;
}

TEST(EventLogTest, WritesRmmsFormat) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE *)> file(std::tmpfile(), std::fclose);
  SystemResource system;
  FaultAdaptor faults(system, 2);
  LogAdaptor log(faults, file.get());
  const auto block = log.allocate(100, 16);
  ASSERT_TRUE(block);
  EXPECT_FALSE(log.allocate(200, 16));
  EXPECT_TRUE(log.deallocate(*block, 100, 16));
  const auto lines = lines_of(file.get());
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0], "Thread,Time,Action,Pointer,Size,Stream");
  const std::string start = R"(\d+,\d\d:\d\d:\d\d\.\d{6},)";
  EXPECT_TRUE(std::regex_match(lines[1], std::regex(start + "allocate,0x[0-9a-f]+,100,0x0")));
  EXPECT_TRUE(
      std::regex_match(lines[2], std::regex(start + R"(allocate failure,\(nil\),200,0x0)")));
  EXPECT_TRUE(std::regex_match(lines[3], std::regex(start + "free,0x[0-9a-f]+,100,0x0")));
}

TEST(EventLogTest, WhatIsWrittenIsReadBack) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE *)> file(std::tmpfile(), std::fclose);
  SystemResource system;
  LogAdaptor log(system, file.get());
  const auto block = log.allocate(100, 16);
  ASSERT_TRUE(block);
  EXPECT_TRUE(log.deallocate(*block, 100, 16));
  const auto lines = lines_of(file.get());
  const auto allocation = parse_event(lines[1]);
  ASSERT_TRUE(allocation) << allocation.error();
  EXPECT_EQ(allocation->action, EventAction::allocate);
  EXPECT_EQ(allocation->pointer, reinterpret_cast<std::uintptr_t>(*block));
  EXPECT_EQ(allocation->bytes, 100u);
  const auto free = parse_event(lines[2]);
  ASSERT_TRUE(free) << free.error();
  EXPECT_EQ(free->action, EventAction::free);
  EXPECT_EQ(free->thread, allocation->thread);
}

TEST(EventLogTest, ReadsRmmsLines) {
  const auto event = parse_event("1979932,14:21:19.998533,allocate,0x30a000000,256,0x2");
  ASSERT_TRUE(event) << event.error();
  EXPECT_EQ(event->thread, 1979932u);
  EXPECT_EQ(event->pointer, 0x30a000000u);
  EXPECT_EQ(event->bytes, 256u);
  EXPECT_EQ(event->stream, 2u);
  EXPECT_TRUE(parse_event("1,14:21:19:998533,allocate failure,(nil),256,0"));
  EXPECT_TRUE(parse_event("1,1634567890.345678,deallocate,0x7f8a40000000,1024,0x7f8a38001020"));
  EXPECT_TRUE(parse_event("1,1,free,0x10,1,default"));
}

TEST(EventLogTest, SaysWhatIsWrongWithALine) {
  const auto problem = [](std::string_view line) {
    const auto event = parse_event(line);
    return event ? "" : event.error();
  };
  EXPECT_EQ(problem(""), "expected 6 fields, found 1");
  EXPECT_EQ(problem("1,2,allocate,0x1,5"), "expected 6 fields, found 5");
  EXPECT_EQ(problem("1,2,allocate,0x1,5,0x0,7"), "expected 6 fields, found 7");
  EXPECT_EQ(problem("x,2,allocate,0x1,5,0x0"), "not a thread: 'x'");
  EXPECT_EQ(problem("1,2,grab,0x1,5,0x0"), "not an action: 'grab'");
  EXPECT_EQ(problem("1,2,allocate,1,5,0x0"), "not a pointer: '1'");
  EXPECT_EQ(problem("1,2,allocate,0x,5,0x0"), "not a pointer: '0x'");
  EXPECT_EQ(problem("1,2,allocate,(nil),5,0x0"), "allocation of a null pointer: '(nil)'");
  EXPECT_EQ(problem("1,2,free,0x1,-5,0x0"), "not a size: '-5'");
  EXPECT_EQ(problem("1,2,free,0x1,99999999999999999999,0x0"), "not a size: '99999999999999999999'");
  EXPECT_EQ(problem("1,2,free,0x1,5,0xg"), "not a stream: '0xg'");
}

} // namespace
} // namespace langone::rt
