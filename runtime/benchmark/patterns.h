// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is done with each allocator, the first byte of every block written. Each returns how many
// operations (an allocation and its free) one call did.

#ifndef LANGONE_RT_BENCHMARK_PATTERNS_H
#define LANGONE_RT_BENCHMARK_PATTERNS_H

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <random>
#include <thread>
#include <utility>
#include <vector>

namespace langone::rt::benchmark {

template <class Allocator> void *touched(Allocator &allocator, std::size_t bytes) {
  auto *block = static_cast<volatile char *>(allocator.allocate(bytes));
  block[0] = 1;
  return const_cast<char *>(block);
}

/// One block at a time.
template <class Allocator> std::size_t lifo(Allocator &allocator, std::size_t bytes) {
  constexpr std::size_t rounds = 1000;
  for (std::size_t round = 0; round < rounds; ++round)
    allocator.free(touched(allocator, bytes), bytes);
  return rounds;
}

/// 256 blocks, freed in one random order.
template <class Allocator> std::size_t outstanding(Allocator &allocator, std::size_t bytes) {
  static const std::array<std::uint16_t, 256> order = [] {
    std::array<std::uint16_t, 256> all{};
    for (std::size_t index = 0; index < all.size(); ++index)
      all[index] = static_cast<std::uint16_t>(index);
    std::shuffle(all.begin(), all.end(), std::mt19937(7));
    return all;
  }();
  std::array<void *, 256> blocks{};
  for (void *&block : blocks)
    block = touched(allocator, bytes);
  for (const std::uint16_t index : order)
    allocator.free(blocks[index], bytes);
  return blocks.size();
}

/// 16 to 1024 bytes, 10,000 live, a random one replaced at a time.
template <class Allocator> class Churn {
public:
  explicit Churn(Allocator &allocator) : allocator_(allocator), blocks_(10'000) {
    std::mt19937 random(11);
    for (Step &step : steps_)
      step = {static_cast<std::uint32_t>(random() % blocks_.size()), size(random)};
    for (auto &[block, bytes] : blocks_) {
      bytes = size(random);
      block = touched(allocator_, bytes);
    }
  }
  Churn(const Churn &) = delete;
  Churn &operator=(const Churn &) = delete;
  ~Churn() {
    for (auto &[block, bytes] : blocks_)
      allocator_.free(block, bytes);
  }

  std::size_t run() {
    for (const Step &step : steps_) {
      auto &[block, bytes] = blocks_[step.index];
      allocator_.free(block, bytes);
      bytes = step.bytes;
      block = touched(allocator_, bytes);
    }
    return steps_.size();
  }

private:
  struct Step {
    std::uint32_t index;
    std::uint32_t bytes;
  };
  static std::uint32_t size(std::mt19937 &random) {
    return 16 + static_cast<std::uint32_t>(random() % 1009);
  }

  Allocator &allocator_;
  std::vector<std::pair<void *, std::uint32_t>> blocks_;
  std::array<Step, 1 << 16> steps_;
};

/// One thread allocates, another frees; a ring of 1024 between them.
template <class Allocator> std::size_t hand_over(Allocator &allocator, std::size_t bytes) {
  constexpr std::size_t blocks = 200'000;
  constexpr std::size_t batch = 32;
  std::vector<void *> ring(1024);
  alignas(64) std::atomic<std::size_t> head = 0;
  alignas(64) std::atomic<std::size_t> tail = 0;
  std::thread consumer([&] {
    std::size_t seen = 0;
    for (std::size_t place = 0; place < blocks; ++place) {
      while (place == seen && (seen = head.load(std::memory_order_acquire)) == place)
        std::this_thread::yield();
      allocator.free(ring[place % ring.size()], bytes);
      if (place % batch == batch - 1)
        tail.store(place + 1, std::memory_order_release);
    }
  });
  for (std::size_t place = 0; place < blocks; ++place) {
    while (place - tail.load(std::memory_order_acquire) >= ring.size())
      std::this_thread::yield();
    ring[place % ring.size()] = touched(allocator, bytes);
    if (place % batch == batch - 1 || place == blocks - 1)
      head.store(place + 1, std::memory_order_release);
  }
  consumer.join();
  return blocks;
}

/// After Larson and Krishnan (1998): two threads replace random blocks of 16 to 512 bytes; each
/// ends after a while and leaves its blocks to a new one.
template <class Allocator> std::size_t larson(Allocator &allocator) {
  constexpr std::size_t threads = 2;
  constexpr std::size_t generations = 4;
  constexpr std::size_t steps = 25'000;
  const auto live = [&allocator](unsigned seed) {
    std::vector<std::pair<void *, std::size_t>> blocks(1000, {nullptr, 0});
    for (std::size_t generation = 0; generation < generations; ++generation)
      std::thread([&allocator, &blocks, seed = seed + generation] {
        std::minstd_rand random(static_cast<unsigned>(seed + 1));
        for (std::size_t step = 0; step < steps; ++step) {
          auto &[block, bytes] = blocks[random() % blocks.size()];
          if (block)
            allocator.free(block, bytes);
          bytes = 16 + random() % 497;
          block = touched(allocator, bytes);
        }
      }).join();
    for (auto &[block, bytes] : blocks)
      if (block)
        allocator.free(block, bytes);
  };
  std::vector<std::thread> all;
  for (std::size_t thread = 0; thread < threads; ++thread)
    all.emplace_back(live, static_cast<unsigned>(100 * thread));
  for (std::thread &thread : all)
    thread.join();
  return threads * generations * steps;
}

} // namespace langone::rt::benchmark

#endif // LANGONE_RT_BENCHMARK_PATTERNS_H
