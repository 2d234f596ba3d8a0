// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Many threads: exact accounts after millions of operations, frees across threads, racing double
// frees.

#include "support.h"

#include <array>
#include <atomic>
#include <thread>
#include <vector>

namespace langone::rt {
namespace {

using ThreadsTest = test::ExactTest;

constexpr int thread_count = 4;

template <class Body> void on_all_threads(const Body &body) {
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < thread_count; ++thread)
    threads.emplace_back([&body, thread] { body(thread); });
}

TEST_F(ThreadsTest, MillionOperationsLeaveNothing) {
  constexpr int rounds = 70'000; // of 4 operations on 4 threads
  on_all_threads([](int thread) {
    for (int round = 0; round < rounds; ++round) {
      const std::uint64_t bytes = (round * 7 + thread) % 200;
      void *arena = langone_rt_arena_acquire_or_raise(bytes, 16, 1000);
      void *block = langone_rt_pool_allocate_or_raise(bytes, 16);
      langone_rt_pool_free_or_raise(block);
      langone_rt_arena_release_or_raise(arena);
    }
  });
  expect_nothing_held();
  EXPECT_LE(Account::process().high_water(), std::uint64_t{thread_count} * 2 * 200);
}

// Blocks and arenas go through shared slots: most are released by a thread that did not acquire
// them.
TEST_F(ThreadsTest, ReleasesAcrossThreads) {
  std::array<std::atomic<void *>, 64> blocks{};
  std::array<std::atomic<void *>, 16> arenas{};
  on_all_threads([&](int thread) {
    for (int round = 0; round < 50'000; ++round) {
      void *block = langone_rt_pool_allocate_or_raise(round % 100, 16);
      EXPECT_EQ(langone_rt_pool_free(blocks[(round * 13 + thread) % 64].exchange(block)),
                LANGONE_RT_OK);
      if (round % 8 != 0)
        continue;
      void *arena = langone_rt_arena_acquire_or_raise(round % 100, 16, LANGONE_RT_NO_LIMIT);
      if (void *other = arenas[(round / 8 + thread) % 16].exchange(arena)) {
        EXPECT_EQ(langone_rt_arena_release(other), LANGONE_RT_OK);
      }
    }
  });
  for (auto &block : blocks)
    EXPECT_EQ(langone_rt_pool_free(block), LANGONE_RT_OK);
  for (auto &arena : arenas)
    if (arena) {
      EXPECT_EQ(langone_rt_arena_release(arena), LANGONE_RT_OK);
    }
  expect_nothing_held();
}

TEST_F(ThreadsTest, RollbackRacesWithFreesOfOtherThreads) {
  std::array<std::atomic<void *>, 8> slots{};
  const auto raising = [&slots] {
    for (auto &slot : slots)
      slot = langone_rt_pool_allocate_or_raise(10, 16);
    langone_rt_pool_allocate_or_raise(1, 3);
  };
  std::atomic<bool> started = false;
  std::atomic<bool> stop = false;
  std::jthread freeing([&] {
    // Frees what the rollback frees at the same moment (one of both wins), and at times by a stale
    // pointer a block of the next round: wrong of a program, and yet the accounts stay exact.
    started = true;
    started.notify_one();
    while (!stop)
      for (auto &slot : slots)
        langone_rt_pool_free(slot.exchange(nullptr));
  });
  started.wait(false);
  for (int round = 0; round < 20'000; ++round)
    EXPECT_EQ(test::call(raising), LANGONE_RT_INVALID_OPERATION);
  stop = true;
  freeing.join();
  expect_nothing_held();
}

TEST_F(ThreadsTest, OneOfRacingDoubleFreesWins) {
  for (int round = 0; round < 200; ++round) {
    void *block = langone_rt_pool_allocate_or_raise(10, 16);
    std::atomic<int> wins = 0;
    on_all_threads([&](int) { wins += langone_rt_pool_free(block) == LANGONE_RT_OK; });
    EXPECT_EQ(wins, 1);
  }
}

TEST_F(ThreadsTest, LimitHoldsUnderContention) {
  Account::process().set_limit(1000);
  on_all_threads([](int) {
    for (int round = 0; round < 20'000; ++round) {
      void *block = nullptr;
      if (langone_rt_pool_allocate(400, 16, &block, nullptr) == LANGONE_RT_OK) {
        EXPECT_EQ(langone_rt_pool_free(block), LANGONE_RT_OK);
      }
    }
  });
  EXPECT_LE(Account::process().high_water(), 1000u);
  EXPECT_GE(Account::process().high_water(), 400u);
}

} // namespace
} // namespace langone::rt
