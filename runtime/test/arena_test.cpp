// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arenas: the account of a thread, releases in any order and from any thread, blocks that outlive
// them.

#include "langone/rt/arena.h"
#include "langone/rt/pool.h"
#include "support.h"

#include <thread>

namespace langone::rt {
namespace {

using ArenaTest = test::ExactTest;
using test::in_use;

void *acquired(std::uint64_t bytes, std::uint64_t limit = Account::no_limit) {
  const auto arena = arena::acquire(bytes, 16, limit);
  EXPECT_TRUE(arena);
  return *arena;
}

void *allocated(std::uint64_t bytes) {
  const auto block = pool::allocate(bytes, 16);
  EXPECT_TRUE(block);
  return *block;
}

/// What the current account still grants, found by asking for too much.
std::uint64_t available() {
  const auto refused = pool::allocate(1'000'000, 16);
  EXPECT_FALSE(refused);
  return std::get<BudgetExceeded>(refused.error()).available;
}

TEST_F(ArenaTest, AlignsAndChargesExactly) {
  for (std::uint64_t alignment = 1; alignment <= 4096; alignment *= 2) {
    const auto arena = arena::acquire(100, alignment, 100);
    ASSERT_TRUE(arena);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(*arena) % alignment, 0u);
    EXPECT_EQ(in_use(), 100u);
    EXPECT_EQ(statistics().arena_bytes, 100u);
    EXPECT_TRUE(arena::release(*arena));
  }
}

TEST_F(ArenaTest, LimitCoversArenaAndPoolBlocks) {
  void *arena = acquired(60, 100);
  void *block = allocated(40);
  EXPECT_EQ(available(), 0u);
  EXPECT_TRUE(pool::free(block));
  EXPECT_EQ(available(), 40u);
  EXPECT_TRUE(arena::release(arena));
  void *unlimited = allocated(1000);
  EXPECT_TRUE(pool::free(unlimited));
}

TEST_F(ArenaTest, ArenaOverItsOwnLimitIsRefusedAndLeavesNoAccount) {
  const auto refused = arena::acquire(101, 16, 100);
  ASSERT_FALSE(refused);
  EXPECT_EQ(message(refused.error()), "Resource budget exceeded: memory");
  EXPECT_EQ(Account::process().high_water(), 0u);
  void *unlimited = allocated(1000);
  EXPECT_TRUE(pool::free(unlimited));
}

TEST_F(ArenaTest, EmptyArenaOpensOnlyTheAccount) {
  void *first = acquired(0, 50);
  void *second = acquired(0, 20);
  EXPECT_NE(first, second);
  EXPECT_EQ(in_use(), 0u);
  EXPECT_EQ(available(), 20u);
  EXPECT_TRUE(arena::release(second));
  EXPECT_EQ(available(), 50u);
  EXPECT_TRUE(arena::release(first));
}

TEST_F(ArenaTest, InnerArenaIsBoundByTheOuterLimit) {
  void *outer = acquired(10, 100);
  EXPECT_FALSE(arena::acquire(91, 16, 1000));
  void *inner = acquired(30);
  EXPECT_EQ(available(), 60u);
  EXPECT_TRUE(arena::release(inner));
  EXPECT_EQ(available(), 90u);
  EXPECT_TRUE(arena::release(outer));
}

TEST_F(ArenaTest, ReleaseOutOfOrder) {
  void *outer = acquired(10, 100);
  void *middle = acquired(10, 80);
  void *inner = acquired(10, 50);
  EXPECT_TRUE(arena::release(outer));
  EXPECT_TRUE(arena::release(middle));
  EXPECT_EQ(available(), 40u) << "the inner arena is still the current one";
  EXPECT_EQ(in_use(), 10u);
  EXPECT_TRUE(arena::release(inner));
  EXPECT_EQ(in_use(), 0u);
  void *unlimited = allocated(1000);
  EXPECT_TRUE(pool::free(unlimited));
}

TEST_F(ArenaTest, ReleaseFromAnotherThread) {
  void *outer = acquired(10, 100);
  void *inner = acquired(10, 50);
  std::jthread([&] { EXPECT_TRUE(arena::release(inner)); }).join();
  EXPECT_EQ(in_use(), 10u);
  EXPECT_EQ(available(), 90u);
  EXPECT_TRUE(arena::release(outer));
}

TEST_F(ArenaTest, DoubleReleaseIsInvalid) {
  void *arena = acquired(10);
  EXPECT_TRUE(arena::release(arena));
  const auto refused = arena::release(arena);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(std::holds_alternative<InvalidOperation>(refused.error()));
  EXPECT_FALSE(arena::release(nullptr));
}

TEST_F(ArenaTest, ArenaOutlivesItsThread) {
  void *arena = nullptr;
  std::jthread([&] { arena = acquired(10, 100); }).join();
  EXPECT_EQ(in_use(), 10u);
  EXPECT_TRUE(arena::release(arena));
}

TEST_F(ArenaTest, EscapedBlockStaysChargedToTheAncestors) {
  void *outer = acquired(0, 100);
  void *inner = acquired(20, 100);
  void *result = allocated(30);
  EXPECT_TRUE(arena::release(inner));
  EXPECT_EQ(in_use(), 30u);
  EXPECT_EQ(available(), 70u) << "the outer arena still pays for the result";
  EXPECT_TRUE(arena::release(outer));
  EXPECT_EQ(in_use(), 30u);
  EXPECT_TRUE(pool::free(result));
}

TEST_F(ArenaTest, OtherThreadsDoNotChargeIt) {
  void *arena = acquired(0, 10);
  std::jthread([] {
    void *block = allocated(100);
    EXPECT_TRUE(pool::free(block));
  }).join();
  EXPECT_TRUE(arena::release(arena));
}

} // namespace
} // namespace langone::rt
