// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The tool langone-replay, as a user runs it: logs of several threads, failing events, bad input.

#include "support.h"

#include "langone/rt/event_log.h"
#include "langone/rt/memory_pool.h"
#include "langone/rt/synchronized_adaptor.h"
#include "langone/rt/system_resource.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace langone::rt {
namespace {

class ReplayTest : public testing::Test {
protected:
  struct Run {
    int code;
    std::string output; ///< of both streams
  };

  ReplayTest() { std::filesystem::create_directory(folder_); }
  ~ReplayTest() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string &name) const { return folder_ / name; }

  std::string write(const std::string &text) const {
    std::ofstream(path("log.csv")) << text;
    return path("log.csv");
  }

  static Run replay(const std::string &arguments) {
    std::FILE *pipe = popen((LANGONE_REPLAY " " + arguments + " 2>&1").c_str(), "r");
    std::string output;
    for (int character = 0; (character = std::fgetc(pipe)) != EOF;)
      output += static_cast<char>(character);
    const int status = pclose(pipe);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, output};
  }

  /// A log that several threads wrote, each also freeing what others allocated.
  void record(const std::string &file_name) const {
    const std::unique_ptr<std::FILE, int (*)(std::FILE *)> file(std::fopen(file_name.c_str(), "w"),
                                                                std::fclose);
    ASSERT_NE(file, nullptr);
    SystemResource system;
    LogAdaptor log(system, file.get());
    SynchronizedAdaptor shared(log);
    std::array<std::vector<void *>, 3> blocks;
    const std::uint64_t seed = test::seed();
    for (int round = 0; round < 3; ++round) {
      std::vector<std::thread> threads;
      for (std::size_t number = 0; number < blocks.size(); ++number)
        threads.emplace_back([&, number] {
          std::mt19937_64 random(seed + number);
          for (int step = 0; step < 100; ++step)
            blocks[number].push_back(*shared.allocate(100 + number, 16));
          for (std::size_t left = random() % 100; left > 0; --left) {
            EXPECT_TRUE(shared.deallocate(blocks[number].back(), 100 + number, 16));
            blocks[number].pop_back();
          }
        });
      for (std::thread &thread : threads)
        thread.join();
      for (std::size_t number = 0; number < blocks.size(); ++number) {
        for (void *block : blocks[number])
          EXPECT_TRUE(shared.deallocate(block, 100 + number, 16));
        blocks[number].clear();
      }
    }
  }

  static constexpr const char *header = "Thread,Time,Action,Pointer,Size,Stream\n";

private:
  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("langone-replay-test-" + std::to_string(getpid()));
};

TEST_F(ReplayTest, LogsOfThreadsReplayOnEveryResource) {
  record(path("log.csv"));
  for (const char *resource :
       {"memory-pool", "block-pool", "large-blocks", "bump-arena", "offset", "system"})
    for (const char *threads : {"", " --threads"}) {
      const Run run = replay(path("log.csv") + " --no-leaks --resource " + resource + threads);
      EXPECT_EQ(run.code, 0) << run.output;
      EXPECT_NE(run.output.find("allocations: 900\nfrees: 900\n"), std::string::npos) << run.output;
    }
}

TEST_F(ReplayTest, TheLogOfAReplayIsTheSameProgram) {
  record(path("log.csv"));
  ASSERT_EQ(replay(path("log.csv") + " --log " + path("first.csv")).code, 0);
  const Run run = replay(path("first.csv") + " --no-leaks --log " + path("second.csv"));
  EXPECT_EQ(run.code, 0) << run.output;
  std::ifstream first(path("first.csv"));
  std::ifstream second(path("second.csv"));
  std::string left;
  std::string right;
  int lines = 0;
  std::getline(first, left);
  std::getline(second, right);
  while (std::getline(first, left)) {
    ASSERT_TRUE(std::getline(second, right));
    EXPECT_EQ(parse_event(left)->bytes, parse_event(right)->bytes);
    EXPECT_EQ(parse_event(left)->action, parse_event(right)->action);
    ++lines;
  }
  EXPECT_EQ(lines, 1800);
}

TEST_F(ReplayTest, RmmsLogReplays) {
  const Run run = replay(write(std::string(header) +
                               "1979932,14:21:19.998533,allocate,0x30a000000,256,0x2\r\n"
                               "1979932,14:21:20.000000,allocate failure,(nil),1000000,0x2\r\n"
                               "1980043,14:21:32.661875,free,0x30a000000,256,0x2\r\n") +
                         " --no-leaks --threads");
  EXPECT_EQ(run.code, 0) << run.output;
  EXPECT_EQ(run.output, "allocations: 1\nfrees: 1\nlogged failures: 1\nthreads: 2\n"
                        "peak bytes: 256\noutstanding blocks: 0\noutstanding bytes: 0\n");
}

TEST_F(ReplayTest, TheFailingEventIsNamed) {
  const auto failure = [&](const std::string &events, const std::string &options = "") {
    const Run run = replay(write(header + events) + options);
    EXPECT_EQ(run.code, 1) << run.output;
    return run.output;
  };
  const std::string file = path("log.csv");
  const std::string allocation = "1,0,allocate,0x10,100,0x0\n";
  EXPECT_EQ(failure(allocation + "1,0,free,0x10,100,0x0\n2,0,free,0x10,100,0x0\n", " --threads"),
            file + ":4: error: free of a pointer that is not live\n");
  EXPECT_EQ(failure(allocation + "1,0,free,0x10,99,0x0\n"),
            file + ":3: error: free of 99 bytes, but line 2 allocated 100\n");
  EXPECT_EQ(failure(allocation + allocation),
            file + ":3: error: allocation of a pointer that is live since line 2\n");
  EXPECT_EQ(failure(allocation + "1,0,allocate,0x20,100,0x0\n", " --limit 150"),
            file + ":3: error: Resource budget exceeded: memory\n");
  EXPECT_EQ(failure("1,0,allocate,0x20,5000,0x0\n", " --capacity 4KiB"),
            file + ":2: error: Memory pool exhausted: requested 5000, available 4096\n");
  EXPECT_EQ(failure("1,0,allocate,0x20,18446744073709551615,0x0\n", " --resource system"),
            file + ":2: error: Memory allocation failed: size and alignment exceed the address "
                   "space\n");
  EXPECT_NE(failure(allocation, " --no-leaks").find("1 blocks were never freed"),
            std::string::npos);
}

TEST_F(ReplayTest, BadInputAndUsageHaveCodeTwo) {
  const auto refusal = [&](const std::string &text) {
    const Run run = replay(write(text));
    EXPECT_EQ(run.code, 2) << run.output;
    return run.output;
  };
  const std::string file = path("log.csv");
  EXPECT_EQ(refusal(""), file + ":1: error: the log is empty\n");
  EXPECT_EQ(refusal("a,b\n"),
            file + ":1: error: expected the header 'Thread,Time,Action,Pointer,Size,Stream'\n");
  EXPECT_EQ(refusal(header + std::string("1,0,allocate,0x10,5,0x0\n1,0,grab,0x10,5,0x0\n")),
            file + ":3: error: not an action: 'grab'\n");
  EXPECT_EQ(refusal(header + std::string("1,0,allocate,0x10\n")),
            file + ":2: error: expected 6 fields, found 4\n");
  EXPECT_EQ(replay("").code, 2);
  EXPECT_EQ(replay(path("missing.csv")).code, 2);
  EXPECT_EQ(replay(write(header) + " --resource nothing").code, 2);
  EXPECT_EQ(replay(write(header) + " --alignment 3").code, 2);
  EXPECT_EQ(replay(write(header) + " --log " + path("missing/out.csv")).code, 2);
  EXPECT_EQ(replay("--help").code, 0);
  EXPECT_EQ(replay(write(header)).code, 0) << "no events are no error";
}

} // namespace
} // namespace langone::rt
