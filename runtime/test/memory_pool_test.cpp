// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The MemoryPool: the meaning of each field of its configuration, its statistics, its account.

#include "support.h"

#include "langone/rt/memory_pool.h"
#include "langone/rt/synchronized_adaptor.h"
#include "pages.h"

#include <limits>
#include <thread>
#include <vector>

namespace langone::rt {
namespace {

class MemoryPoolTest : public test::ExactTest {
protected:
  static std::vector<void *> take(MemoryPool &pool, std::size_t count, std::uint64_t size = 4096) {
    std::vector<void *> blocks;
    for (std::size_t taken = 0; taken < count; ++taken) {
      const auto block = pool.allocate(size);
      EXPECT_TRUE(block) << message(block.error());
      if (block)
        blocks.push_back(*block);
    }
    return blocks;
  }
  static void give(MemoryPool &pool, const std::vector<void *> &blocks, std::uint64_t size = 4096) {
    for (void *block : blocks)
      EXPECT_TRUE(pool.deallocate(block, size));
  }

  test::CountedPages pages;
};

TEST_F(MemoryPoolTest, DefaultsAreTheSpecifications) {
  const MemoryPoolConfig config;
  EXPECT_EQ(config.default_block_size, 4096u);
  EXPECT_EQ(config.max_pool_size, 100u);
  EXPECT_TRUE(config.auto_cleanup);
  EXPECT_EQ(config.compaction_threshold, 0.7F);
  EXPECT_EQ(config.growth_factor, 1.5F);
  EXPECT_EQ(config.shrink_factor, 0.5F);
}

TEST_F(MemoryPoolTest, BadConfigurationsAreInvalidOperations) {
  const auto refusal = [](auto change) {
    MemoryPoolConfig config;
    change(config);
    MemoryPool pool(config);
    const auto block = pool.allocate(10);
    EXPECT_FALSE(pool.allocate(1'000'000));
    EXPECT_EQ(pool.get_stats().bytes_held, 0u);
    return block ? "" : message(block.error());
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::string start = "Invalid memory operation: configuration: ";
  EXPECT_EQ(refusal([](auto &config) { config.default_block_size = 0; }),
            start + "block size is not within 1 byte and 2 GiB");
  EXPECT_EQ(refusal([](auto &config) { config.default_block_size = UINT64_MAX; }),
            start + "block size is not within 1 byte and 2 GiB");
  EXPECT_EQ(refusal([](auto &config) { config.max_pool_size = 0; }),
            start + "pool size is 0 blocks");
  EXPECT_EQ(refusal([](auto &config) { config.max_pool_size = UINT64_MAX; }),
            start + "pool size exceeds the address space");
  EXPECT_EQ(refusal([&](auto &config) { config.compaction_threshold = nan; }),
            start + "compaction_threshold is not within 0 and 1");
  EXPECT_EQ(refusal([](auto &config) { config.growth_factor = 0.9F; }),
            start + "growth_factor is not within 1 and 1024");
  EXPECT_EQ(refusal([](auto &config) { config.shrink_factor = 1.1F; }),
            start + "shrink_factor is not within 0 and 1");
}

TEST_F(MemoryPoolTest, MaxPoolSizeBoundsBlocksInUse) {
  MemoryPool pool;
  auto blocks = take(pool, 100);
  const auto refused = pool.allocate(4096);
  ASSERT_FALSE(refused);
  EXPECT_EQ(message(refused.error()), "Memory pool exhausted: requested 4096, available 0");
  give(pool, {blocks.back()});
  EXPECT_TRUE(pool.allocate(1)) << "a freed block is there again";
}

TEST_F(MemoryPoolTest, LargeRequestsCountInBlocks) {
  MemoryPool pool;
  const auto blocks = take(pool, 60);
  const auto large = pool.allocate(40 * 4096 - 1);
  ASSERT_TRUE(large);
  EXPECT_EQ(pool.get_stats().blocks_in_use, 100u);
  EXPECT_FALSE(pool.allocate(1));
  EXPECT_TRUE(pool.deallocate(*large, 40 * 4096 - 1));
  const auto refused = pool.allocate(40 * 4096 + 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(message(refused.error()), "Memory pool exhausted: requested 163841, available 163840");
  give(pool, blocks);
  // Cached blocks are no obstacle for a large request, but what it takes is not there for blocks.
  const auto all = pool.allocate(99 * 4096);
  ASSERT_TRUE(all);
  const auto last = take(pool, 1);
  EXPECT_FALSE(pool.allocate(1));
  give(pool, last);
  EXPECT_TRUE(pool.deallocate(*all, 99 * 4096));
  give(pool, take(pool, 100));
}

TEST_F(MemoryPoolTest, GrowthFactorSaysHowManyBlocksComeAtOnce) {
  MemoryPoolConfig config;
  config.growth_factor = 1.0F;
  MemoryPool one_by_one(config, nullptr, pages);
  auto blocks = take(one_by_one, 50);
  EXPECT_EQ(one_by_one.get_stats().bytes_cached, 0u);
  EXPECT_EQ(one_by_one.get_stats().hit_rate, 0);
  give(one_by_one, blocks);
  config.growth_factor = 3.0F;
  MemoryPool in_steps(config, nullptr, pages);
  blocks = take(in_steps, 28); // 1, 2, 6, 18, and the first of 54
  EXPECT_EQ(in_steps.get_stats().bytes_cached, 53 * 4096u);
  EXPECT_EQ(in_steps.get_stats().hit_rate, 23.0 / 28);
  give(in_steps, blocks);
}

TEST_F(MemoryPoolTest, CompactGivesMemoryBackToTheSystem) {
  MemoryPool pool({}, &Account::process(), pages);
  auto blocks = take(pool, 90);
  const std::uint64_t held = pool.get_stats().bytes_held;
  EXPECT_EQ(held, test::in_use());
  EXPECT_EQ(held, pages.committed);
  give(pool, {blocks.begin() + 10, blocks.end()});
  EXPECT_EQ(pool.get_stats().bytes_held, held) << "cached until somebody compacts";
  const std::uint64_t released = pool.compact();
  EXPECT_GE(released, 78 * 4096u);
  EXPECT_EQ(pages.decommitted, released);
  EXPECT_EQ(pool.get_stats().bytes_held, held - released);
  EXPECT_EQ(test::in_use(), held - released);
  EXPECT_EQ(pool.compact(), 0u);
  give(pool, {blocks.begin(), blocks.begin() + 10});
  EXPECT_GT(pool.compact(), 0u);
  EXPECT_EQ(test::in_use(), 0u);
  EXPECT_EQ(pages.reserved, 0u) << "an empty pool holds nothing, not even addresses";
  give(pool, take(pool, 100));
}

TEST_F(MemoryPoolTest, CompactedBlocksAreNotLiveAndComeBack) {
  MemoryPool pool;
  auto blocks = take(pool, 100);
  std::vector<void *> odd;
  std::vector<void *> even;
  for (std::size_t index = 0; index < blocks.size(); ++index)
    (index % 10 == 0 ? even : odd).push_back(blocks[index]);
  give(pool, odd);
  EXPECT_GT(pool.compact(), 0u);
  for (void *block : odd)
    EXPECT_FALSE(pool.deallocate(block, 4096)) << "double free after compaction";
  give(pool, take(pool, 90));
  give(pool, even);
}

/// Frees that keep the pool busy with at most `live` blocks.
void churn(MemoryPool &pool, std::size_t live, int frees) {
  std::vector<void *> blocks(live);
  for (int done = 0; done < frees; done += static_cast<int>(live)) {
    for (void *&block : blocks)
      block = *pool.allocate(4096);
    for (void *block : blocks)
      EXPECT_TRUE(pool.deallocate(block, 4096));
  }
}

TEST_F(MemoryPoolTest, AutoCleanupGivesBackWhatIsNotNeeded) {
  MemoryPool pool({}, &Account::process(), pages);
  give(pool, take(pool, 100));
  const std::uint64_t held = test::in_use();
  churn(pool, 10, 3000);
  EXPECT_LT(test::in_use(), held / 2);
  EXPECT_GT(test::in_use(), 10 * 4096u);
}

TEST_F(MemoryPoolTest, WithoutAutoCleanupAllStaysCached) {
  MemoryPoolConfig config;
  config.auto_cleanup = false;
  MemoryPool pool(config, &Account::process(), pages);
  give(pool, take(pool, 100));
  const std::uint64_t held = test::in_use();
  churn(pool, 10, 10'000);
  EXPECT_EQ(test::in_use(), held);
  EXPECT_EQ(pages.decommits, 0u);
}

TEST_F(MemoryPoolTest, CompactionThresholdIsThePartThatMustBeIdle) {
  const auto held_after = [&](float threshold) {
    MemoryPoolConfig config;
    config.compaction_threshold = threshold;
    MemoryPool pool(config, &Account::process(), pages);
    give(pool, take(pool, 100));
    churn(pool, 40, 4000); // 60 % stay idle
    return pool.get_stats().bytes_held;
  };
  EXPECT_GT(held_after(0.7F), 100 * 4096u);
  EXPECT_LT(held_after(0.5F), 80 * 4096u);
}

TEST_F(MemoryPoolTest, ShrinkFactorIsThePartThatStays) {
  const auto cached_after = [&](float factor) {
    MemoryPoolConfig config;
    config.shrink_factor = factor;
    MemoryPool pool(config, &Account::process(), pages);
    give(pool, take(pool, 100));
    churn(pool, 1, 2100); // the second window is the first without growth, and ends once
    return pool.get_stats().bytes_cached / 4096;
  };
  EXPECT_EQ(cached_after(1.0F), 100u);
  EXPECT_NEAR(static_cast<double>(cached_after(0.5F)), 50, 2);
  EXPECT_NEAR(static_cast<double>(cached_after(0.0F)), 1, 2);
}

TEST_F(MemoryPoolTest, StatisticsAreExact) {
  MemoryPool pool({}, &Account::process(), pages);
  const auto small = take(pool, 10, 100);
  const auto large = pool.allocate(10'000);
  ASSERT_TRUE(large);
  MemoryPoolStats stats = pool.get_stats();
  EXPECT_EQ(stats.bytes_in_use, 11'000u);
  EXPECT_EQ(stats.blocks_in_use, 13u);
  EXPECT_EQ(stats.high_water_bytes, 10 * 4096u + 10'000u);
  EXPECT_EQ(stats.allocations, 11u);
  EXPECT_EQ(stats.deallocations, 0u);
  EXPECT_EQ(stats.bytes_held, test::in_use());
  EXPECT_EQ(stats.efficiency, 11'000.0 / static_cast<double>(stats.bytes_held));
  EXPECT_EQ(stats.fragmentation,
            static_cast<double>(stats.bytes_cached) / static_cast<double>(stats.bytes_held));
  give(pool, small, 100);
  EXPECT_TRUE(pool.deallocate(*large, 10'000));
  EXPECT_FALSE(pool.deallocate(small[0], 100));
  stats = pool.get_stats();
  EXPECT_EQ(stats.bytes_in_use, 0u);
  EXPECT_EQ(stats.deallocations, 11u);
  EXPECT_EQ(stats.high_water_bytes, 10 * 4096u + 10'000u);
}

TEST_F(MemoryPoolTest, LargeBlocksAreUsedAgain) {
  MemoryPool pool({}, &Account::process(), pages);
  for (int round = 0; round < 100; ++round) {
    const auto large = pool.allocate(100'000);
    ASSERT_TRUE(large);
    ASSERT_TRUE(pool.deallocate(*large, 100'000));
  }
  EXPECT_EQ(pages.commits, 1u);
  EXPECT_EQ(pool.get_stats().hit_rate, 0.99);
}

TEST_F(MemoryPoolTest, AnAccountsLimitHoldsAndTheCacheGivesWay) {
  Account::process().set_limit(64 * 1024);
  MemoryPool pool({}, &Account::process(), pages);
  const auto blocks = take(pool, 12);
  const auto refused = pool.allocate(40'000);
  ASSERT_FALSE(refused);
  EXPECT_EQ(message(refused.error()), "Resource budget exceeded: memory");
  give(pool, blocks);
  const auto large = pool.allocate(40'000);
  EXPECT_TRUE(large) << "the cache was given back for it";
  EXPECT_LE(Account::process().high_water(), 64 * 1024u);
  EXPECT_TRUE(pool.deallocate(*large, 40'000));
}

TEST_F(MemoryPoolTest, ThreadsShareASynchronizedPool) {
  MemoryPool pool;
  SynchronizedAdaptor shared(pool);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&] {
      for (int step = 0; step < 20'000; ++step) {
        const auto block = shared.allocate(64, 16);
        ASSERT_TRUE(block);
        *static_cast<int *>(*block) = step;
        ASSERT_TRUE(shared.deallocate(*block, 64, 16));
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(pool.get_stats().deallocations, 80'000u);
  EXPECT_EQ(pool.get_stats().bytes_in_use, 0u);
}

} // namespace
} // namespace langone::rt
