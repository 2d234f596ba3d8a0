// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What each resource and adaptor does beyond the common contract.

#include "support.h"

#include "resources.h"

#include <cerrno>
#include <map>
#include <random>
#include <vector>

namespace langone::rt {
namespace {

TEST(BumpArenaTest, RewindsToMarks) {
  SystemResource system;
  StatisticsAdaptor upstream(system);
  BumpArena arena(upstream, 1024);
  void *first = *arena.allocate(100, 8);
  const BumpArena::Mark mark = arena.mark();
  void *second = *arena.allocate(100, 8);
  for (int count = 0; count < 1000; ++count)
    ASSERT_TRUE(arena.allocate(100, 8));
  EXPECT_TRUE(arena.rewind(mark));
  EXPECT_EQ(*arena.allocate(100, 8), second);
  EXPECT_TRUE(arena.reset());
  EXPECT_TRUE(arena.release());
  EXPECT_EQ(upstream.bytes().current, 0u);
  EXPECT_EQ(arena.held_bytes(), 0u);
  EXPECT_TRUE(arena.allocate(1, 1));
  (void)first;
}

TEST(BumpArenaTest, AStateThatWasLeftIsNoTarget) {
  SystemResource system;
  BumpArena arena(system, 1024);
  ASSERT_TRUE(arena.allocate(10, 8));
  const BumpArena::Mark early = arena.mark();
  ASSERT_TRUE(arena.allocate(10, 8));
  const BumpArena::Mark late = arena.mark();
  ASSERT_TRUE(arena.rewind(early));
  const auto refused = arena.rewind(late);
  ASSERT_FALSE(refused);
  EXPECT_EQ(message(refused.error()),
            "Invalid memory operation: rewind to a state that has been left");
}

TEST(BumpArenaTest, ASecondRoundNeedsNothingFromUpstream) {
  SystemResource system;
  StatisticsAdaptor upstream(system);
  BumpArena arena(upstream, 1024);
  const auto round = [&] {
    for (int count = 0; count < 1000; ++count)
      ASSERT_TRUE(arena.allocate(64, 16));
    ASSERT_TRUE(arena.reset());
  };
  round();
  round();
  const std::uint64_t chunks = upstream.blocks().total;
  for (int count = 0; count < 10; ++count)
    round();
  EXPECT_EQ(upstream.blocks().total, chunks);
}

TEST(OffsetAllocatorTest, RangesAreDisjointAndMergeAgain) {
  constexpr std::uint64_t size = std::uint64_t{1} << 40;
  OffsetAllocator offsets(size);
  std::mt19937_64 random(test::seed());
  std::map<std::uint64_t, std::uint64_t> live;
  for (int step = 0; step < 50'000; ++step) {
    if (live.size() > random() % 500) {
      auto range = live.lower_bound(random() % size);
      if (range == live.end())
        range = live.begin();
      ASSERT_TRUE(offsets.deallocate(range->first, range->second));
      live.erase(range);
      continue;
    }
    const std::uint64_t bytes = random() >> (30 + random() % 34);
    const std::uint64_t alignment = std::uint64_t{1} << random() % 20;
    const auto offset = offsets.allocate(bytes, alignment);
    if (!offset) {
      ASSERT_TRUE(std::holds_alternative<PoolExhausted>(offset.error()));
      continue;
    }
    ASSERT_EQ(*offset % alignment, 0u);
    ASSERT_LE(*offset + bytes, size);
    const auto behind = live.lower_bound(*offset);
    ASSERT_TRUE(behind == live.end() ||
                *offset + std::max<std::uint64_t>(bytes, 1) <= behind->first);
    ASSERT_TRUE(behind == live.begin() ||
                std::prev(behind)->first + std::prev(behind)->second <= *offset);
    live[*offset] = bytes;
  }
  for (const auto &[offset, bytes] : live)
    ASSERT_TRUE(offsets.deallocate(offset, bytes));
  EXPECT_EQ(offsets.statistics().used_bytes, 0u);
  EXPECT_EQ(offsets.statistics().largest_free_bytes, size) << "one range again";
}

TEST(OffsetAllocatorTest, TheWholeSpaceCanBeOneRange) {
  OffsetAllocator offsets(1'000'000, 64);
  const auto all = offsets.allocate(1'000'000, 64);
  ASSERT_TRUE(all) << message(all.error());
  const auto refused = offsets.allocate(1, 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(message(refused.error()), "Memory pool exhausted: requested 1, available 0");
  EXPECT_TRUE(offsets.deallocate(*all, 1'000'000));
}

TEST(OffsetAllocatorTest, NeverTouchesTheSpace) {
  PageSource &pages = PageSource::system();
  void *region = pages.reserve(1 << 20); // no memory behind it
  ASSERT_NE(region, nullptr);
  OffsetResource resource(region, 1 << 20);
  const auto block = resource.allocate(1000, 512);
  ASSERT_TRUE(block);
  EXPECT_TRUE(resource.deallocate(*block, 1000, 512));
  pages.release(region, 1 << 20);
}

TEST(AccountAdaptorTest, ChargesRequestedBytes) {
  Account &account = *Account::create(Account::process(), 100);
  {
    SystemResource system;
    AccountAdaptor limited(system, account);
    const auto block = limited.allocate(60, 16);
    ASSERT_TRUE(block);
    EXPECT_EQ(account.current(), 60u);
    const auto refused = limited.allocate(41, 16);
    ASSERT_FALSE(refused);
    EXPECT_EQ(message(refused.error()), "Resource budget exceeded: memory");
    EXPECT_EQ(account.high_water(), 60u);
    EXPECT_TRUE(limited.deallocate(*block, 60, 16));
  }
  EXPECT_EQ(account.current(), 0u);
  account.release();
}

TEST(StatisticsAdaptorTest, CountsBytesBlocksAndFailures) {
  SystemResource system;
  FaultAdaptor faults(system, 3);
  StatisticsAdaptor statistics(faults);
  void *first = *statistics.allocate(10, 16);
  void *second = *statistics.allocate(20, 16);
  EXPECT_FALSE(statistics.allocate(40, 16));
  EXPECT_TRUE(statistics.deallocate(first, 10, 16));
  EXPECT_EQ(statistics.bytes().current, 20u);
  EXPECT_EQ(statistics.bytes().peak, 30u);
  EXPECT_EQ(statistics.bytes().total, 30u);
  EXPECT_EQ(statistics.blocks().current, 1u);
  EXPECT_EQ(statistics.failures(), 1u);
  EXPECT_TRUE(statistics.deallocate(second, 20, 16));
}

TEST(TrackingAdaptorTest, ListsOutstandingBlocksWithTheirStacks) {
  SystemResource system;
  TrackingAdaptor tracking(system);
  void *first = *tracking.allocate(10, 16);
  void *second = *tracking.allocate(20, 16);
  void *third = *tracking.allocate(30, 16);
  EXPECT_TRUE(tracking.deallocate(second, 20, 16));
  const auto outstanding = tracking.outstanding();
  ASSERT_EQ(outstanding.size(), 2u);
  EXPECT_EQ(outstanding[0].address, first);
  EXPECT_EQ(outstanding[0].serial, 1u);
  EXPECT_EQ(outstanding[1].bytes, 30u);
  EXPECT_GT(outstanding[1].frame_count, 1);
  EXPECT_EQ(tracking.outstanding_bytes(), 40u);
  const std::string report = tracking.report();
  EXPECT_NE(report.find("#3: 30 bytes at "), std::string::npos);
  EXPECT_NE(report.find(program_invocation_short_name), std::string::npos) << report;
  EXPECT_TRUE(tracking.deallocate(first, 10, 16));
  EXPECT_TRUE(tracking.deallocate(third, 30, 16));
  EXPECT_EQ(tracking.report(), "");
}

TEST(AlignmentAdaptorTest, RaisesToTheLeastAlignment) {
  SystemResource system;
  AlignmentAdaptor aligned(system, 16, 4096);
  const auto block = aligned.allocate(10, 1);
  ASSERT_TRUE(block);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(*block) % 4096, 0u);
  EXPECT_TRUE(aligned.deallocate(*block, 10, 1));
}

TEST(RetryAdaptorTest, GivesUpWhenNoRoomWasMade) {
  SystemResource system;
  FaultAdaptor fault(system, 1);
  int asked = 0;
  RetryAdaptor retry(fault, [&](std::uint64_t) { return ++asked < 3; });
  EXPECT_FALSE(retry.allocate(10, 16));
  EXPECT_EQ(asked, 3);
  RetryAdaptor stubborn(fault, [&](std::uint64_t) { return true; }, 5);
  EXPECT_FALSE(stubborn.allocate(10, 16));
  EXPECT_EQ(fault.calls(), 3 + 6u);
  EXPECT_FALSE(retry.allocate(10, 3)) << "not a lack of memory";
}

} // namespace
} // namespace langone::rt
