// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Accounts by themselves: limits, trees, high-water, lifetime, exactness under contention.

#include "support.h"

#include <thread>
#include <vector>

namespace langone::rt {
namespace {

using test::ExactTest;

class AccountTest : public ExactTest {
protected:
  void SetUp() override {
    ExactTest::SetUp();
    outer = Account::create(Account::process(), 100);
    inner = Account::create(*outer, 1000);
  }
  void TearDown() override {
    inner->release();
    outer->release();
    ExactTest::TearDown();
  }

  Account *outer = nullptr;
  Account *inner = nullptr;
};

TEST_F(AccountTest, ChargeReachesAllAncestors) {
  ASSERT_TRUE(inner->charge(60));
  EXPECT_EQ(inner->current(), 60u);
  EXPECT_EQ(outer->current(), 60u);
  EXPECT_EQ(Account::process().current(), 60u);
  ASSERT_TRUE(inner->uncharge(60));
  EXPECT_EQ(inner->current(), 0u);
  EXPECT_EQ(outer->current(), 0u);
  EXPECT_EQ(inner->high_water(), 60u);
}

TEST_F(AccountTest, ChargeIsAllOrNothing) {
  ASSERT_TRUE(outer->charge(30));
  const auto refused = inner->charge(71);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().resource, "memory");
  EXPECT_EQ(refused.error().requested, 71u);
  EXPECT_EQ(refused.error().available, 70u);
  EXPECT_EQ(refused.error().limit, 100u);
  EXPECT_EQ(inner->current(), 0u);
  EXPECT_EQ(inner->high_water(), 0u);
  EXPECT_EQ(outer->current(), 30u);
  EXPECT_EQ(outer->high_water(), 30u);
  EXPECT_EQ(Account::process().high_water(), 30u);
  ASSERT_TRUE(inner->charge(70)) << "the refused charge left something reserved";
  ASSERT_TRUE(inner->uncharge(70));
  ASSERT_TRUE(outer->uncharge(30));
}

TEST_F(AccountTest, LimitIsInclusive) {
  ASSERT_TRUE(outer->charge(100));
  EXPECT_TRUE(outer->charge(0));
  EXPECT_FALSE(outer->charge(1));
  ASSERT_TRUE(outer->uncharge(100));
}

TEST_F(AccountTest, CancelledReservationLeavesNoTrace) {
  ASSERT_TRUE(inner->reserve(100));
  EXPECT_FALSE(outer->charge(1));
  inner->cancel(100);
  EXPECT_EQ(outer->high_water(), 0u);
  ASSERT_TRUE(outer->charge(100));
  ASSERT_TRUE(outer->uncharge(100));
}

TEST_F(AccountTest, ChargeNeverOverflows) {
  Account &process = Account::process();
  ASSERT_TRUE(process.charge(Account::most_bytes - 1));
  const auto refused = process.charge(2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().available, 1u);
  EXPECT_EQ(refused.error().limit, Account::no_limit);
  EXPECT_FALSE(process.charge(UINT64_MAX));
  EXPECT_FALSE(outer->charge(UINT64_MAX));
  EXPECT_TRUE(process.charge(1));
  EXPECT_FALSE(process.uncharge(UINT64_MAX));
  ASSERT_TRUE(process.uncharge(Account::most_bytes));
}

TEST_F(AccountTest, UnchargeOfMoreThanHeldChangesNothing) {
  ASSERT_TRUE(outer->charge(10));
  const auto refused = outer->uncharge(11);
  ASSERT_FALSE(refused);
  EXPECT_EQ(message(refused.error()),
            "Invalid memory operation: uncharge of more than the account holds");
  EXPECT_EQ(outer->current(), 10u);
  EXPECT_FALSE(inner->uncharge(1)) << "an ancestor's bytes are not the child's";
  ASSERT_TRUE(outer->uncharge(10));
}

TEST_F(AccountTest, LoweredLimitRefusesUntilEnoughIsFreed) {
  ASSERT_TRUE(outer->charge(50));
  outer->set_limit(40);
  const auto refused = outer->charge(1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().available, 0u);
  ASSERT_TRUE(outer->uncharge(20));
  EXPECT_TRUE(outer->charge(10));
  ASSERT_TRUE(outer->uncharge(40));
}

TEST_F(AccountTest, ResetHighWaterIsCurrent) {
  ASSERT_TRUE(outer->charge(50));
  ASSERT_TRUE(outer->uncharge(20));
  EXPECT_EQ(outer->high_water(), 50u);
  outer->reset_high_water();
  EXPECT_EQ(outer->high_water(), 30u);
  ASSERT_TRUE(outer->uncharge(30));
}

// Half of the charges are refused by the outer account after the inner one has accepted them.
TEST_F(AccountTest, RefusedChargesNeverShowWhateverOthersDo) {
  inner->set_limit(Account::no_limit);
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([this] {
      for (int round = 0; round < 50'000; ++round) {
        EXPECT_FALSE(inner->charge(1'000'000));
        EXPECT_TRUE(inner->charge(20)) << "four of them fit";
        EXPECT_TRUE(inner->uncharge(20));
      }
    });
  threads.clear();
  EXPECT_LE(inner->high_water(), 80u);
  EXPECT_LE(outer->high_water(), 80u);
  EXPECT_EQ(inner->current(), 0u);
  EXPECT_TRUE(outer->charge(100)) << "something stayed reserved";
  EXPECT_TRUE(outer->uncharge(100));
}

TEST_F(AccountTest, DeepTreeIsReleasedWithoutRecursion) {
  Account *leaf = outer;
  leaf->retain();
  for (int depth = 0; depth < 300'000; ++depth) {
    Account *child = Account::create(*leaf, Account::no_limit);
    leaf->release();
    leaf = child;
  }
  ASSERT_TRUE(leaf->charge(1));
  EXPECT_EQ(outer->current(), 1u);
  ASSERT_TRUE(leaf->uncharge(1));
  leaf->release();
}

} // namespace
} // namespace langone::rt
