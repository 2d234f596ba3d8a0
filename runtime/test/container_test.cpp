// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The limits of containers: made-up trees of control groups of both versions, and a real child
// group of 64 MiB in which a process asks for 200 MiB.

#include "langone/rt/pool.h"
#include "langone/rt/process_limit.h"
#include "monitor/container.h"
#include "support.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

namespace langone::rt {
namespace {

#if defined(__SANITIZE_THREAD__)
constexpr bool thread_sanitizer = true;
#elif defined(__has_feature)
constexpr bool thread_sanitizer = __has_feature(thread_sanitizer);
#else
constexpr bool thread_sanitizer = false;
#endif

namespace fs = std::filesystem;
constexpr std::uint64_t mib = 1 << 20;

/// A root folder with /proc and control groups as a test wants them.
class ContainerTest : public test::ExactTest {
protected:
  void SetUp() override {
    ExactTest::SetUp();
    char name[] = "/tmp/langone-container-XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    root = name;
    write("/proc/meminfo", "MemTotal:        4194304 kB\nMemFree: 1 kB\n");
  }
  void TearDown() override {
    process_limit::stop();
    fs::remove_all(root);
    ExactTest::TearDown();
  }

  void write(const std::string &path, const std::string &text) {
    fs::create_directories(fs::path(root + path).parent_path());
    std::ofstream(root + path) << text;
  }

  void make_version_2() {
    write("/proc/self/cgroup", "0::/outer/inner\n");
    write("/proc/self/mountinfo",
          "22 1 0:1 / /proc rw - proc proc rw\n"
          "41 31 0:38 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n");
    group("/sys/fs/cgroup/outer/inner", "max", "max");
    group("/sys/fs/cgroup/outer", "max", "max");
  }
  void group(const std::string &path, const std::string &max, const std::string &high,
             std::uint64_t usage = 0, std::uint64_t cache = 0) {
    write(path + "/memory.max", max + "\n");
    write(path + "/memory.high", high + "\n");
    write(path + "/memory.current", std::to_string(usage) + "\n");
    write(path + "/memory.stat",
          "anon 5\ninactive_file " + std::to_string(cache) + "\nactive_file 0\n");
  }

  void make_version_1(const std::string &cgroup_path, const std::string &mount_root) {
    write("/proc/self/cgroup", "8:pids:/\n4:cpu,memory:" + cgroup_path + "\n0::/\n");
    write("/proc/self/mountinfo", "35 31 0:32 " + mount_root +
                                      " /cg\\040one/memory rw - cgroup cgroup rw,cpu,memory\n"
                                      "41 31 0:38 / /cg2 rw - cgroup2 cgroup2 rw\n");
  }
  void group_1(const std::string &path, const std::string &limit,
               const std::string &hierarchical = "9223372036854771712") {
    write(path + "/memory.limit_in_bytes", limit + "\n");
    write(path + "/memory.usage_in_bytes", "0\n");
    write(path + "/memory.stat", "cache 0\nhierarchical_memory_limit " + hierarchical + "\n");
  }

  std::string root;
};

TEST_F(ContainerTest, WithoutControlGroupsPhysicalMemoryIsTheLimit) {
  ASSERT_TRUE(process_limit::enforce(root));
  EXPECT_EQ(process_limit::container_bytes(), std::nullopt);
  EXPECT_EQ(process_limit::physical_bytes(), 4096 * mib);
  EXPECT_EQ(Account::process().limit(), 4096 * mib);
  process_limit::set_budget(100);
  EXPECT_EQ(Account::process().limit(), 100u);
}

TEST_F(ContainerTest, Version2TakesTheLeastOfMaxAndHighOverThePath) {
  make_version_2();
  ASSERT_TRUE(process_limit::enforce(root));
  EXPECT_EQ(process_limit::container_bytes(), std::nullopt);
  group("/sys/fs/cgroup/outer", "268435456", "max");
  EXPECT_EQ(process_limit::container_bytes(), 256 * mib);
  group("/sys/fs/cgroup/outer", "268435456", "134217728");
  EXPECT_EQ(process_limit::container_bytes(), 128 * mib);
  group("/sys/fs/cgroup/outer/inner", "67108864", "max");
  EXPECT_EQ(process_limit::container_bytes(), 64 * mib);
}

TEST_F(ContainerTest, Version1TakesTheLeastOverThePathAndTheHierarchy) {
  make_version_1("/docker/abc/sub", "/docker/abc");
  group_1("/cg one/memory/sub", "9223372036854771712");
  group_1("/cg one/memory", "268435456");
  ASSERT_TRUE(process_limit::enforce(root));
  EXPECT_EQ(process_limit::container_bytes(), 256 * mib);
  group_1("/cg one/memory/sub", "9223372036854771712", "67108864");
  EXPECT_EQ(process_limit::container_bytes(), 64 * mib);
}

TEST_F(ContainerTest, PathBesideTheMountIsTheMount) {
  make_version_1("/elsewhere/x", "/docker/abc");
  group_1("/cg one/memory", "67108864");
  ASSERT_TRUE(process_limit::enforce(root));
  EXPECT_EQ(process_limit::container_bytes(), 64 * mib);
}

TEST_F(ContainerTest, WhatIsUsedBesideTheAccountIsNotGranted) {
  make_version_2();
  group("/sys/fs/cgroup/outer", "67108864", "max", 20 * mib, 4 * mib);
  ASSERT_TRUE(process_limit::enforce(root));
  EXPECT_EQ(Account::process().limit(), (64 - 16 - 1) * mib) << "16 MiB in use, 1 MiB of reserve";
  // The neighbours grow.
  group("/sys/fs/cgroup/outer", "67108864", "max", 40 * mib, 0);
  process_limit::refresh();
  EXPECT_EQ(Account::process().limit(), (64 - 40 - 1) * mib);
  // The container is made larger, then smaller than what it holds.
  group("/sys/fs/cgroup/outer", "134217728", "max", 40 * mib, 0);
  process_limit::refresh();
  EXPECT_EQ(Account::process().limit(), (128 - 40 - 2) * mib);
  group("/sys/fs/cgroup/outer", "1048576", "max", 40 * mib, 0);
  process_limit::refresh();
  EXPECT_EQ(Account::process().limit(), 0u);
}

// No monitor runs: the charges themselves notice that the container fills up.
TEST_F(ContainerTest, LimitFollowsTheContainerWhileChargesGrow) {
  make_version_2();
  group("/sys/fs/cgroup/outer", "67108864", "max");
  ASSERT_TRUE(process_limit::enforce(root));
  std::uint64_t charged = 0;
  while (charged < 200 * mib && Account::process().charge(128 << 10)) {
    charged += 128 << 10;
    // Each charged byte takes three: the account alone would see too late.
    group("/sys/fs/cgroup/outer", "67108864", "max", charged * 3);
  }
  EXPECT_LE(charged * 3, 64 * mib);
  EXPECT_GE(charged * 3, 58 * mib);
  EXPECT_TRUE(Account::process().uncharge(charged));
}

//===-- A real child group ------------------------------------------------------------------===//

class ChildGroup {
public:
  explicit ChildGroup(const ControlGroup &parent)
      : directory_(parent.directory() + "/langone-test-" + std::to_string(getpid())) {
    std::error_code ignored;
    made_ = fs::create_directory(directory_, ignored) &&
            set(parent.is_version_2() ? "memory.max" : "memory.limit_in_bytes", "67108864");
    if (parent.is_version_2())
      set("memory.swap.max", "0");
    else
      set("memory.memsw.limit_in_bytes", "67108864");
  }
  ~ChildGroup() { rmdir(directory_.c_str()); }
  ChildGroup(const ChildGroup &) = delete;
  ChildGroup &operator=(const ChildGroup &) = delete;

  bool made() const { return made_; }
  bool join() const { return set("cgroup.procs", std::to_string(getpid())); }

private:
  bool set(const char *file, const std::string &value) const {
    std::ofstream stream(directory_ + "/" + file);
    stream << value << std::flush;
    return bool(stream);
  }

  std::string directory_;
  bool made_ = false;
};

/// In a process of its own, in the group. The codes are the test's messages.
int storm() {
  if (!process_limit::enforce())
    return 2;
  if (process_limit::container_bytes() != 64 * mib)
    return 3;
  std::uint64_t granted = 0;
  while (granted < 200 * mib) {
    const auto block = pool::allocate(4096, 16);
    if (!block) {
      if (!std::holds_alternative<BudgetExceeded>(block.error()))
        return 4;
      // No overshoot at all: what is charged is within the limit that stood at that moment.
      return Account::process().current() != granted ? 5 : granted < 32 * mib ? 6 : 0;
    }
    std::memset(*block, 1, 4096);
    granted += 4096;
  }
  return 7;
}

// LANGONE_STORM_RUNS sets how many; docs/Benchmarks.md records 100.
TEST(ContainerStormTest, TypedErrorInsteadOfAKill) {
  if (thread_sanitizer)
    GTEST_SKIP() << "the shadow memory of the sanitizer does not fit into the container";
  const auto groups = find_control_groups("");
  if (groups.empty())
    GTEST_SKIP() << "no memory control groups here";
  const ChildGroup group(groups.front());
  if (!group.made())
    GTEST_SKIP() << "not permitted to make a child of " << groups.front().directory();
  const char *asked = std::getenv("LANGONE_STORM_RUNS");
  for (auto runs = asked ? std::strtoul(asked, nullptr, 10) : 5; runs > 0; --runs) {
    const pid_t child = fork();
    if (child == 0)
      _exit(group.join() ? storm() : 1);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status)) << "killed by signal " << WTERMSIG(status);
    ASSERT_EQ(WEXITSTATUS(status), 0);
  }
}

} // namespace
} // namespace langone::rt
