// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Thresholds and checkpoints of accounts: an event once for each crossing, hysteresis, no lock
// held.

#include "support.h"

#include <thread>
#include <vector>

namespace langone::rt {
namespace {

constinit std::vector<ThresholdEvent> *heard = nullptr;

class AccountEventsTest : public test::ExactTest {
protected:
  void SetUp() override {
    ExactTest::SetUp();
    account = Account::create(Account::process(), 1000);
    account->set_thresholds({700, 800, 900});
    heard = &events;
    // A sink may use accounts: no lock is held.
    Account::set_event_sink([](const ThresholdEvent &event) noexcept {
      EXPECT_GT(Account::process().current(), 0u);
      heard->push_back(event);
    });
  }
  void TearDown() override {
    Account::set_event_sink(nullptr);
    account->release();
    ExactTest::TearDown();
  }

  Account *account = nullptr;
  std::vector<ThresholdEvent> events;
};

TEST_F(AccountEventsTest, EachCrossingIsOneEvent) {
  ASSERT_TRUE(account->charge(700));
  EXPECT_TRUE(events.empty()) << "a level may be reached";
  ASSERT_TRUE(account->charge(1));
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].account, account->id());
  EXPECT_EQ(events[0].threshold, Threshold::warning);
  EXPECT_EQ(events[0].level, 700u);
  EXPECT_EQ(events[0].used, 701u);
  ASSERT_TRUE(account->charge(299));
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[1].threshold, Threshold::soft);
  EXPECT_EQ(events[2].threshold, Threshold::critical);
  EXPECT_FALSE(account->charge(1));
  ASSERT_TRUE(account->uncharge(1000));
  ASSERT_TRUE(account->charge(1000));
  EXPECT_EQ(events.size(), 3u) << "not armed again";
  EXPECT_EQ(account->crossings(Threshold::warning), 1u);
  ASSERT_TRUE(account->uncharge(1000));
}

TEST_F(AccountEventsTest, ArmedAgainOnlyBelowTheMargin) {
  ASSERT_TRUE(account->charge(701));
  ASSERT_TRUE(account->uncharge(40));
  Account::rearm();
  ASSERT_TRUE(account->charge(40));
  EXPECT_EQ(events.size(), 1u) << "661 is within 1/16 of 700";
  ASSERT_TRUE(account->uncharge(50));
  Account::rearm();
  ASSERT_TRUE(account->charge(50));
  EXPECT_EQ(events.size(), 2u);
  ASSERT_TRUE(account->uncharge(701));
}

TEST_F(AccountEventsTest, RefusedChargeIsNoCrossing) {
  Account *inner = Account::create(*account, 5000);
  inner->set_thresholds({10, Account::no_limit, Account::no_limit});
  EXPECT_FALSE(inner->charge(2000));
  EXPECT_TRUE(events.empty());
  EXPECT_EQ(inner->crossings(Threshold::warning), 0u);
  ASSERT_TRUE(inner->charge(11));
  EXPECT_EQ(events.size(), 1u);
  ASSERT_TRUE(inner->uncharge(11));
  inner->release();
}

TEST_F(AccountEventsTest, CrossingOfConcurrentThreadsIsOneEvent) {
  Account::set_event_sink(nullptr); // `events` is one thread's
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([this] {
      for (int round = 0; round < 20'000; ++round) {
        EXPECT_TRUE(account->charge(200)); // 800 together at most
        EXPECT_TRUE(account->uncharge(200));
      }
    });
  threads.clear();
  EXPECT_LE(account->crossings(Threshold::warning), 1u);
  EXPECT_EQ(account->crossings(Threshold::soft), 0u);
  EXPECT_EQ(account->crossings(Threshold::critical), 0u);
}

constinit int checkpoints = 0;

TEST_F(AccountEventsTest, CheckpointComesBeforeTheCharge) {
  checkpoints = 0;
  Account::set_checkpoint(100, []() noexcept {
    ++checkpoints;
    EXPECT_EQ(Account::process().current(), 60u);
    Account::process().set_limit(150);
    Account::set_checkpoint(200, []() noexcept { ADD_FAILURE(); });
  });
  ASSERT_TRUE(account->charge(60));
  EXPECT_EQ(checkpoints, 0);
  EXPECT_FALSE(account->charge(91)) << "the limit set at the checkpoint holds for this charge";
  EXPECT_EQ(checkpoints, 1);
  EXPECT_TRUE(account->charge(90));
  Account::set_checkpoint(0, nullptr);
  EXPECT_TRUE(account->uncharge(150));
}

TEST_F(AccountEventsTest, CheckpointThatDoesNotMoveIsPassed) {
  checkpoints = 0;
  Account::set_checkpoint(10, []() noexcept { ++checkpoints; });
  EXPECT_TRUE(account->charge(20));
  EXPECT_GE(checkpoints, 1);
  Account::set_checkpoint(0, nullptr);
  EXPECT_TRUE(account->uncharge(20));
}

} // namespace
} // namespace langone::rt
