// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The heap and threads: hand-over, threads that end, forks, compaction beside allocation.

#include "langone/rt/pool.h"
#include "memory/heap.h"
#include "support.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <fstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace langone::rt {
namespace {

using HeapThreadsTest = test::ExactTest;

void *allocated(std::uint64_t bytes) {
  const auto block = pool::allocate(bytes, 16);
  EXPECT_TRUE(block);
  std::memset(*block, 0x77, bytes);
  return *block;
}

void expect_freed(void *block) { EXPECT_TRUE(pool::free(block)); }

/// A ring between one producer and one consumer.
class Ring {
public:
  void put(void *block) {
    const std::size_t place = head_.load(std::memory_order_relaxed);
    while (place - tail_.load(std::memory_order_acquire) == slots_.size())
      std::this_thread::yield();
    slots_[place % slots_.size()] = block;
    head_.store(place + 1, std::memory_order_release);
  }
  void *take() {
    const std::size_t place = tail_.load(std::memory_order_relaxed);
    while (place == head_.load(std::memory_order_acquire))
      std::this_thread::yield();
    void *block = slots_[place % slots_.size()];
    tail_.store(place + 1, std::memory_order_release);
    return block;
  }

private:
  std::array<void *, 256> slots_{};
  std::atomic<std::size_t> head_{0};
  std::atomic<std::size_t> tail_{0};
};

TEST_F(HeapThreadsTest, ProducerAndConsumer) {
  Ring ring;
  std::jthread consumer([&ring] {
    while (void *block = ring.take())
      expect_freed(block);
  });
  for (int round = 0; round < 200'000; ++round)
    ring.put(allocated(16 + round * 7 % 1000));
  ring.put(nullptr);
  consumer.join();
}

// As in a pipeline of workers: each thread frees what its predecessor allocated, and ends.
TEST_F(HeapThreadsTest, ThreadsEndWithLiveBlocks) {
  std::vector<void *> blocks(500);
  for (int generation = 0; generation < 50; ++generation)
    std::jthread([&blocks, generation] {
      for (void *&block : blocks) {
        if (block)
          expect_freed(block);
        block = allocated(std::uint64_t{1} << generation % 16);
      }
    }).join();
  for (void *block : blocks)
    expect_freed(block);
}

TEST_F(HeapThreadsTest, EndedThreadsLeaveNoMemoryBehind) {
  const auto work = [] {
    std::vector<void *> blocks;
    for (int count = 0; count < 2000; ++count)
      blocks.push_back(allocated(1000));
    std::for_each(blocks.begin(), blocks.end(), expect_freed);
  };
  std::jthread(work).join();
  Heap::compact();
  const auto resident = [] {
    std::size_t all = 0;
    std::size_t in_memory = 0;
    std::ifstream("/proc/self/statm") >> all >> in_memory;
    EXPECT_NE(in_memory, 0u);
    return in_memory * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  };
  const std::size_t before = resident();
  for (int round = 0; round < 100; ++round)
    std::jthread(work).join();
  Heap::compact();
  EXPECT_LT(resident(), before + (std::size_t{16} << 20)) << "100 threads took 200 MB in turn";
}

TEST_F(HeapThreadsTest, CompactionBesideAllocation) {
  std::atomic<bool> stop = false;
  std::jthread compacting([&stop] {
    while (!stop)
      Heap::compact();
  });
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 2; ++thread)
    threads.emplace_back([thread] {
      std::array<void *, 64> blocks{};
      for (int round = 0; round < 20'000; ++round) {
        void *&block = blocks[round * 13 % 64];
        if (block)
          expect_freed(block);
        block = allocated(round % 997 == 0 ? 200'000 : 16 + (round * 31 + thread) % 3000);
      }
      for (void *block : blocks)
        if (block)
          expect_freed(block);
    });
  threads.clear();
  stop = true;
}

// The child has one thread; the others were anywhere in the heap when it was made.
TEST_F(HeapThreadsTest, ChildOfAForkAllocates) {
  std::atomic<bool> stop = false;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 3; ++thread)
    threads.emplace_back([&stop] {
      std::array<void *, 200> blocks{};
      while (!stop) {
        for (void *&block : blocks)
          block = allocated(64);
        std::for_each(blocks.begin(), blocks.end(), expect_freed);
      }
    });
  void *inherited = allocated(100);
  for (int round = 0; round < 30; ++round) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      bool good = pool::free(inherited).has_value();
      std::array<void *, 1000> blocks{};
      for (std::size_t index = 0; index < blocks.size(); ++index) {
        const auto block = pool::allocate(index * 50, 16);
        good &= block.has_value();
        blocks[index] = block ? *block : nullptr;
      }
      for (void *block : blocks)
        good &= pool::free(block).has_value();
      ::_exit(good ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  stop = true;
  threads.clear();
  expect_freed(inherited);
}

// A thread's last frees may come after the language has destroyed its objects.
TEST_F(HeapThreadsTest, DestructorsOfAThreadMayAllocateAndFree) {
  struct Late {
    void *block = nullptr;
    ~Late() {
      expect_freed(block);
      expect_freed(allocated(50));
    }
  };
  for (int round = 0; round < 20; ++round)
    std::jthread([] {
      static thread_local Late late;
      late.block = allocated(500);
    }).join();
}

} // namespace
} // namespace langone::rt
