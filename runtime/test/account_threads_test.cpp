// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Accounts under real concurrency: no drift, no limit exceeded, no charge refused that fits, bounds
// of the high-water mark, limits changed and processes forked meanwhile.

#include "support.h"

#include <array>
#include <atomic>
#include <barrier>
#include <chrono>
#include <random>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace langone::rt {
namespace {

using test::ExactTest;
using namespace std::chrono_literals;

/// A common account below the process, and a leaf below that for each of the threads.
class AccountThreadsTest : public ExactTest {
protected:
  static constexpr std::size_t thread_count = 4;

  void SetUp() override {
    ExactTest::SetUp();
    common = Account::create(Account::process(), Account::no_limit);
    for (Account *&leaf : leaves)
      leaf = Account::create(*common, Account::no_limit);
  }
  void TearDown() override {
    for (Account *leaf : leaves) {
      EXPECT_EQ(leaf->current(), 0u);
      leaf->release();
    }
    EXPECT_EQ(common->current(), 0u);
    common->release();
    ExactTest::TearDown();
  }

  template <class Body> void on_all_threads(const Body &body) {
    std::vector<std::jthread> threads;
    for (std::size_t thread = 0; thread < thread_count; ++thread)
      threads.emplace_back([&body, thread] { body(thread); });
  }

  Account *common = nullptr;
  std::array<Account *, thread_count> leaves{};
};

/// Charges that wait in slots to be given back by whichever thread comes next.
class Exchange {
public:
  explicit Exchange(const std::array<Account *, 4> &leaves) : leaves_(leaves) {}

  void run(std::uint64_t seed, std::uint64_t operations) {
    std::mt19937_64 random(seed);
    for (std::uint64_t i = 0; i < operations; ++i) {
      const std::uint64_t draw = random();
      const std::uint64_t leaf = draw % leaves_.size();
      const std::uint64_t bytes = (draw >> 8) % 1000;
      ASSERT_TRUE(leaves_[leaf]->charge(bytes));
      give_back(slots_[(draw >> 32) % slots_.size()].exchange(1 + (bytes << 8 | leaf)));
    }
  }

  void finish() {
    for (auto &slot : slots_)
      give_back(slot.exchange(0));
  }

private:
  void give_back(std::uint64_t charge) {
    if (charge != 0) {
      EXPECT_TRUE(leaves_[(charge - 1) & 0xFF]->uncharge((charge - 1) >> 8));
    }
  }

  const std::array<Account *, 4> &leaves_;
  std::array<std::atomic<std::uint64_t>, 64> slots_{};
};

// LANGONE_DRIFT_OPERATIONS sets how many; docs/Benchmarks.md records a run of 10^9.
TEST_F(AccountThreadsTest, NoDrift) {
  const char *asked = std::getenv("LANGONE_DRIFT_OPERATIONS");
  const std::uint64_t operations = asked ? std::strtoull(asked, nullptr, 10) : 10'000'000;
  const std::uint64_t seed = test::seed();
  Exchange exchange(leaves);
  on_all_threads([&](std::size_t thread) {
    exchange.run(seed + thread, operations / 2 / thread_count); // a charge and an uncharge each
  });
  exchange.finish();
}

TEST_F(AccountThreadsTest, ChargesThatFitAreNeverRefused) {
  common->set_limit(thread_count * 100);
  on_all_threads([&](std::size_t thread) {
    for (int round = 0; round < 20'000; ++round) {
      EXPECT_TRUE(leaves[thread]->charge(60));
      EXPECT_TRUE(leaves[thread]->charge(40));
      EXPECT_TRUE(leaves[thread]->uncharge(100));
    }
  });
  EXPECT_LE(common->high_water(), thread_count * 100);
}

// What the threads hold is summed beside the account: at no time may it exceed the limit.
TEST_F(AccountThreadsTest, LimitIsNeverExceeded) {
  constexpr std::uint64_t limit = 1'000;
  common->set_limit(limit);
  std::atomic<std::uint64_t> held = 0;
  std::atomic<std::uint64_t> granted = 0;
  on_all_threads([&](std::size_t thread) {
    std::mt19937_64 random(thread);
    for (int round = 0; round < 20'000; ++round) {
      const std::uint64_t bytes = random() % 500;
      if (!leaves[thread]->charge(bytes))
        continue;
      ++granted;
      EXPECT_LE(held.fetch_add(bytes) + bytes, limit);
      held.fetch_sub(bytes);
      EXPECT_TRUE(leaves[thread]->uncharge(bytes));
    }
  });
  EXPECT_GT(granted, 20'000u);
  EXPECT_LE(common->high_water(), limit);
}

TEST_F(AccountThreadsTest, HighWaterOfConcurrentThreadsIsWithinItsBound) {
  constexpr std::uint64_t bytes = 8 << 20;
  std::barrier all_hold(thread_count);
  on_all_threads([&](std::size_t thread) {
    for (int round = 0; round < 50; ++round) {
      for (std::uint64_t part = 0; part < 1024; ++part)
        EXPECT_TRUE(leaves[thread]->charge(bytes / 1024));
      all_hold.arrive_and_wait();
      for (std::uint64_t part = 0; part < 1024; ++part)
        EXPECT_TRUE(leaves[thread]->uncharge(bytes / 1024));
      all_hold.arrive_and_wait();
    }
  });
  constexpr std::uint64_t truth = thread_count * bytes;
  EXPECT_GE(common->high_water(), truth);
  EXPECT_LE(common->high_water(), truth + std::max<std::uint64_t>(truth / 64, 256 * 1024));
  for (const Account *leaf : leaves)
    EXPECT_EQ(leaf->high_water(), bytes);
}

TEST_F(AccountThreadsTest, ChangedLimitIsHonouredWithin100Milliseconds) {
  std::atomic<bool> stop = false;
  std::atomic<std::uint64_t> granted = 0;
  std::jthread changing([&] {
    for (int round = 0; round < 20; ++round) {
      common->set_limit(0);
      const auto deadline = std::chrono::steady_clock::now() + 100ms;
      while (common->current() > 0 && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
      EXPECT_EQ(common->current(), 0u);
      const std::uint64_t before = granted;
      std::this_thread::sleep_for(1ms);
      EXPECT_EQ(granted, before) << "granted beyond the limit";
      common->set_limit(Account::no_limit);
      const auto limit = std::chrono::steady_clock::now() + 100ms;
      while (granted == before && std::chrono::steady_clock::now() < limit)
        std::this_thread::yield();
      EXPECT_GT(granted, before) << "not granted although it fits again";
    }
    stop = true;
  });
  on_all_threads([&](std::size_t thread) {
    while (!stop)
      if (leaves[thread]->charge(64)) {
        granted.fetch_add(1, std::memory_order_relaxed);
        EXPECT_TRUE(leaves[thread]->uncharge(64));
      }
  });
}

// More threads than there are slots: the rest charge under the lock.
TEST_F(AccountThreadsTest, MoreThreadsThanSlots) {
  constexpr int many = 1'100;
  std::barrier all_there(many);
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < many; ++thread)
    threads.emplace_back([&, thread] {
      EXPECT_TRUE(leaves[thread % thread_count]->charge(7));
      all_there.arrive_and_wait();
      EXPECT_TRUE(leaves[(thread + 1) % thread_count]->uncharge(7));
    });
  threads.clear();
  EXPECT_EQ(common->high_water(), many * 7u);
}

TEST_F(AccountThreadsTest, ChildOfForkHasWholeCharges) {
  std::atomic<bool> stop = false;
  std::vector<std::jthread> threads;
  for (std::size_t thread = 0; thread < 2; ++thread)
    threads.emplace_back([&, thread] {
      while (!stop) {
        EXPECT_TRUE(leaves[thread]->charge(64));
        EXPECT_TRUE(leaves[thread]->uncharge(64));
      }
    });
  for (int round = 0; round < 50; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      // Exits by a code: the parent's test framework is not to be used here.
      const std::uint64_t first = leaves[0]->current();
      const std::uint64_t second = leaves[1]->current();
      const bool whole = first % 64 == 0 && second % 64 == 0 &&
                         common->current() == first + second && leaves[2]->charge(10) &&
                         leaves[2]->uncharge(10) && common->charge(100) && common->uncharge(100) &&
                         common->current() == first + second;
      _exit(whole ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  }
  stop = true;
}

} // namespace
} // namespace langone::rt
