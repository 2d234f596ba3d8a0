// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory pressure: the callbacks, and the sources with a FIFO, a socket and files in the service
// manager's place.

#include "langone/rt/pressure.h"
#include "monitor/pressure_watch.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace langone::rt {
namespace {

TEST(PressureTest, CallbacksRunUntilRemoved) {
  int runs = 0;
  const auto callback = [](void *context) noexcept { ++*static_cast<int *>(context); };
  ASSERT_TRUE(pressure::add_callback(callback, &runs));
  const std::uint64_t before = pressure::relief_count();
  pressure::relieve();
  pressure::relieve();
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(pressure::relief_count(), before + 2);
  pressure::remove_callback(callback, &runs);
  pressure::relieve();
  EXPECT_EQ(runs, 2);
}

TEST(PressureTest, ThereIsRoomFor64Callbacks) {
  std::array<int, 64> contexts{};
  const auto callback = [](void *) noexcept {};
  for (int &context : contexts)
    EXPECT_TRUE(pressure::add_callback(callback, &context));
  EXPECT_FALSE(pressure::add_callback(callback, nullptr));
  for (int &context : contexts)
    pressure::remove_callback(callback, &context);
  EXPECT_TRUE(pressure::add_callback(callback, nullptr));
  pressure::remove_callback(callback, nullptr);
}

class PressureWatchTest : public ::testing::Test {
protected:
  void SetUp() override {
    char name[] = "/tmp/langone-pressure-XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    folder = name;
    path = folder + "/source";
    sources.watch = path.c_str();
    sources.write = "c29tZSAyMDAwMDAgMjAwMDAwMAA="; // "some 200000 2000000" and a zero byte
    sources.system = folder + "/none";
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  /// Polls for 100 ms and has the watch look at what came.
  static bool sees_pressure(PressureWatch &watch) {
    pollfd polled{watch.descriptor(), watch.events(), 0};
    return ::poll(&polled, 1, 100) > 0 && watch.consume(polled.revents);
  }

  std::string folder;
  std::string path;
  PressureWatch::Sources sources;
};

const std::string told("some 200000 2000000", 20);

TEST_F(PressureWatchTest, ServiceManagersFifo) {
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  sources.write = nullptr;
  PressureWatch watch(sources);
  EXPECT_STREQ(watch.source(), "service manager");
  EXPECT_FALSE(sees_pressure(watch));
  std::ofstream(path) << "x" << std::flush;
  EXPECT_TRUE(sees_pressure(watch));
  EXPECT_FALSE(sees_pressure(watch)) << "what came is to be discarded";
}

TEST_F(PressureWatchTest, ServiceManagersSocket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const system::File listening(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(listening.descriptor(), reinterpret_cast<sockaddr *>(&address), sizeof address),
            0);
  ASSERT_EQ(::listen(listening.descriptor(), 1), 0);
  PressureWatch watch(sources);
  ASSERT_GE(watch.descriptor(), 0);
  system::File peer(::accept(listening.descriptor(), nullptr, nullptr));
  std::array<char, 64> received{};
  ASSERT_EQ(::read(peer.descriptor(), received.data(), received.size()), 20);
  EXPECT_EQ(std::string(received.data(), 20), told);
  EXPECT_FALSE(sees_pressure(watch));
  ASSERT_TRUE(peer.write("pressure"));
  EXPECT_TRUE(sees_pressure(watch));
  peer = system::File();
  EXPECT_FALSE(sees_pressure(watch));
  EXPECT_EQ(watch.descriptor(), -1) << "the peer has gone: polling on would spin";
}

TEST_F(PressureWatchTest, ServiceManagersKernelFile) {
  std::ofstream(path).flush();
  PressureWatch watch(sources);
  EXPECT_STREQ(watch.source(), "service manager");
  EXPECT_EQ(watch.events(), POLLPRI);
  std::ifstream file(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), told);
}

TEST_F(PressureWatchTest, DisabledMeansNoSourceAtAll) {
  sources.watch = "/dev/null";
  sources.system = path;
  std::ofstream(path).flush();
  const PressureWatch watch(sources);
  EXPECT_EQ(watch.descriptor(), -1);
  EXPECT_STREQ(watch.source(), "disabled");
}

TEST_F(PressureWatchTest, ControlGroupThenSystem) {
  sources.watch = nullptr;
  sources.group = {folder, true};
  sources.system = path;
  std::ofstream(path).flush();
  EXPECT_STREQ(PressureWatch(sources).source(), "system");
  std::ofstream(folder + "/memory.pressure").flush();
  EXPECT_STREQ(PressureWatch(sources).source(), "control group");
  std::ifstream file(folder + "/memory.pressure");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}),
            std::string("some 150000 1000000", 20));
}

TEST_F(PressureWatchTest, BadSourcesAreNoSources) {
  EXPECT_STREQ(PressureWatch(sources).source(), "none") << "nothing at the path";
  std::ofstream(path).flush();
  sources.write = "not base64!";
  EXPECT_STREQ(PressureWatch(sources).source(), "none");
}

// The kernel's own interface of version 1, where this machine has it.
TEST_F(PressureWatchTest, Version1Eventfd) {
  ASSERT_TRUE(process_limit::enforce());
  sources = PressureWatch::sources_of_process();
  process_limit::stop();
  if (sources.group.directory.empty() || sources.group.is_version_2)
    GTEST_SKIP() << "no memory control group of version 1 here";
  sources.watch = nullptr;
  if (access((sources.group.directory + "/cgroup.event_control").c_str(), W_OK) != 0)
    GTEST_SKIP() << "not permitted to write cgroup.event_control";
  PressureWatch watch(sources);
  EXPECT_STREQ(watch.source(), "control group");
  EXPECT_EQ(watch.events(), POLLIN);
  EXPECT_FALSE(sees_pressure(watch));
}

} // namespace
} // namespace langone::rt
