// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a MemoryPool finds: every stray write and wrong free of the list below, each many times with
// random values, as a typed error and with the process alive.

#include "support.h"

#include "langone/rt/memory_pool.h"

#include <cstring>
#include <functional>
#include <random>
#include <vector>

namespace langone::rt {
namespace {

constexpr int repetitions = 200;

enum class Finding { none, invalid_operation, corruption };

template <class T> Finding finding_of(const Result<T> &result) {
  if (result)
    return Finding::none;
  return std::holds_alternative<CorruptionDetected>(result.error()) ? Finding::corruption
         : std::holds_alternative<InvalidOperation>(result.error()) ? Finding::invalid_operation
                                                                    : Finding::none;
}

class CorruptionTest : public testing::TestWithParam<std::uint64_t> {
protected:
  /// In a pool with other live blocks around and behind.
  struct Scene {
    explicit Scene(std::uint64_t bytes) : size(bytes) {
      before = take();
      block = take();
      behind = take();
    }
    std::byte *take() { return static_cast<std::byte *>(*pool.allocate(size)); }
    Finding free(std::byte *pointer) { return finding_of(pool.deallocate(pointer, size)); }

    std::uint64_t size;
    MemoryPool pool;
    std::byte *before;
    std::byte *block;
    std::byte *behind;
  };

  using Scenario = std::function<Finding(Scene &)>;

  /// How many of the repetitions ended with the finding.
  int found(Finding expected, const Scenario &scenario) {
    int count = 0;
    for (int repetition = 0; repetition < repetitions; ++repetition) {
      Scene scene(GetParam());
      count += scenario(scene) == expected;
    }
    return count;
  }

  void write_differently(std::byte *bytes, std::uint64_t count) {
    for (std::uint64_t index = 0; index < count; ++index)
      bytes[index] ^= static_cast<std::byte>(1 + random_() % 255);
  }

  std::mt19937_64 random_{test::seed()};
};

/// A write that reaches this far beyond the block, all of it or only its last byte.
TEST_P(CorruptionTest, OverAndUnderflows) {
  for (const std::uint64_t distance : {1, 2, 8, 32})
    for (const std::uint64_t count : {distance, std::uint64_t{1}}) {
      EXPECT_EQ(found(Finding::corruption,
                      [&](Scene &scene) {
                        write_differently(scene.block + scene.size + distance - count, count);
                        return scene.free(scene.block);
                      }),
                repetitions)
          << "over by " << distance << ", bytes written " << count;
      EXPECT_EQ(found(Finding::corruption,
                      [&](Scene &scene) {
                        write_differently(scene.block - distance, count);
                        return scene.free(scene.block);
                      }),
                repetitions)
          << "under by " << distance << ", bytes written " << count;
    }
}

TEST_P(CorruptionTest, ZeroBehindAStringIsFound) {
  EXPECT_EQ(found(Finding::corruption,
                  [&](Scene &scene) {
                    scene.block[scene.size] = std::byte{0};
                    return scene.free(scene.block);
                  }),
            repetitions);
}

TEST_P(CorruptionTest, ADamagedBlockStaysLiveAndCanBeMended) {
  Scene scene(GetParam());
  scene.block[scene.size] ^= std::byte{1};
  const auto refused = scene.pool.deallocate(scene.block, scene.size);
  ASSERT_FALSE(refused);
  EXPECT_EQ(message(refused.error()),
            "Memory corruption detected at address " +
                std::to_string(reinterpret_cast<std::uintptr_t>(scene.block)));
  EXPECT_EQ(scene.pool.get_stats().corruptions, 1u);
  scene.block[scene.size] ^= std::byte{1};
  EXPECT_EQ(scene.free(scene.block), Finding::none);
}

TEST_P(CorruptionTest, WritesAfterFree) {
  for (const std::uint64_t count : {std::uint64_t{1}, std::uint64_t{8}, GetParam()})
    EXPECT_EQ(found(Finding::corruption,
                    [&](Scene &scene) {
                      if (scene.free(scene.block) != Finding::none)
                        return Finding::none;
                      write_differently(scene.block, count);
                      const Finding finding = finding_of(scene.pool.allocate(scene.size));
                      // A damaged block of the range is never handed out again; another one is.
                      if (scene.size <= 4096) {
                        EXPECT_NE(scene.take(), scene.block);
                      }
                      return finding;
                    }),
              repetitions)
        << count << " bytes";
}

TEST_P(CorruptionTest, DoubleFrees) {
  EXPECT_EQ(found(Finding::invalid_operation,
                  [](Scene &scene) {
                    EXPECT_EQ(scene.free(scene.block), Finding::none);
                    return scene.free(scene.block);
                  }),
            repetitions)
      << "at once";
  EXPECT_EQ(found(Finding::invalid_operation,
                  [](Scene &scene) {
                    EXPECT_EQ(scene.free(scene.block), Finding::none);
                    EXPECT_EQ(scene.free(scene.behind), Finding::none);
                    for (int round = 0; round < 10; ++round)
                      EXPECT_EQ(scene.free(scene.take()), Finding::none);
                    return scene.free(scene.block);
                  }),
            repetitions)
      << "later";
  EXPECT_EQ(found(Finding::invalid_operation,
                  [](Scene &scene) {
                    EXPECT_EQ(scene.free(scene.block), Finding::none);
                    std::byte *reused = scene.take();
                    // One of the two owners frees first and is right, the other is told.
                    const Finding stale = scene.free(scene.block);
                    const Finding right = scene.free(reused);
                    return stale == Finding::none ? right : stale;
                  }),
            repetitions)
      << "after reuse";
}

TEST_P(CorruptionTest, AStaleFreeOfAnotherSizeIsFoundAtOnce) {
  EXPECT_EQ(found(Finding::invalid_operation,
                  [](Scene &scene) {
                    EXPECT_EQ(scene.free(scene.block), Finding::none);
                    const auto reused = scene.pool.allocate(scene.size - 1);
                    EXPECT_TRUE(reused);
                    return scene.free(scene.block);
                  }),
            repetitions);
}

TEST_P(CorruptionTest, WrongSizes) {
  for (const std::uint64_t wrong : {GetParam() - 1, GetParam() + 1, GetParam() / 2, GetParam() * 2,
                                    std::uint64_t{0}, UINT64_MAX})
    EXPECT_EQ(
        found(Finding::invalid_operation,
              [&](Scene &scene) { return finding_of(scene.pool.deallocate(scene.block, wrong)); }),
        repetitions)
        << wrong;
}

TEST_P(CorruptionTest, StackInteriorUnalignedAndForeignPointers) {
  const auto refused = [this](const std::function<void *(Scene &)> &pointer) {
    return found(Finding::invalid_operation, [&](Scene &scene) {
      return scene.free(static_cast<std::byte *>(pointer(scene)));
    });
  };
  alignas(64) std::byte local[8192];
  EXPECT_EQ(refused([&](Scene &) { return local + 4096; }), repetitions) << "stack";
  for (const std::uint64_t offset : {8, 16, 32, 64, 128})
    if (offset < GetParam()) {
      EXPECT_EQ(refused([&](Scene &scene) { return scene.block + offset; }), repetitions)
          << "interior " << offset;
    }
  // Of the last block that has memory.
  EXPECT_EQ(refused([](Scene &scene) { return scene.behind + scene.size - 1; }), repetitions);
  EXPECT_EQ(refused([](Scene &scene) { return scene.behind + 4095; }), repetitions);
  for (const std::uint64_t offset : {1, 3, 7})
    EXPECT_EQ(refused([&](Scene &scene) { return scene.block + offset; }), repetitions)
        << "unaligned";
  EXPECT_EQ(refused([](Scene &) { return reinterpret_cast<void *>(0x10); }), repetitions);
  EXPECT_EQ(refused([](Scene &) { return reinterpret_cast<void *>(UINTPTR_MAX - 15); }),
            repetitions);
  EXPECT_EQ(refused([](Scene &scene) { return scene.behind + (std::uint64_t{1} << 40); }),
            repetitions)
      << "unmapped";
  EXPECT_EQ(refused([](Scene &scene) { return scene.behind + 20 * 4160; }), repetitions)
      << "a block that was never used";
  MemoryPool other;
  void *foreign = *other.allocate(GetParam());
  EXPECT_EQ(refused([&](Scene &) { return foreign; }), repetitions) << "another pool's";
  void *heap = std::malloc(2 * GetParam());
  EXPECT_EQ(refused([&](Scene &) { return heap; }), repetitions) << "malloc's";
  std::free(heap);
}

TEST_P(CorruptionTest, ACopiedBlockHasNoValidGuards) {
  EXPECT_EQ(found(Finding::corruption,
                  [](Scene &scene) {
                    std::memcpy(scene.block - 32, scene.before - 32, scene.size + 64);
                    return scene.free(scene.block);
                  }),
            repetitions);
}

INSTANTIATE_TEST_SUITE_P(Sizes, CorruptionTest, testing::Values(16, 128, 4096, 100'000),
                         testing::PrintToStringParamName());

/// LANGONE_OPERATIONS random operations, each with writes up to both ends of the block, and no
/// error: 10^6 by default, 10^8 once by hand.
TEST(MemoryPoolRandom, NoFalseAlarms) {
  struct Block {
    std::byte *address;
    std::uint64_t bytes;
  };
  const char *text = std::getenv("LANGONE_OPERATIONS");
  const long operations = text ? std::strtol(text, nullptr, 10) : 1'000'000;
  std::mt19937_64 random(test::seed());
  MemoryPoolConfig config;
  config.max_pool_size = 2000;
  MemoryPool pool(config);
  std::vector<Block> blocks;
  std::uint64_t bytes_in_use = 0;
  for (long operation = 0; operation < operations; ++operation) {
    const std::uint64_t bits = random();
    if (operation % 100'000 == 0) {
      pool.compact();
      ASSERT_EQ(pool.get_stats().bytes_in_use, bytes_in_use);
    }
    // The number of live blocks rises and falls, so that the pool grows and cleans up.
    if (blocks.size() > bits % (operation / 10'000 % 2 == 0 ? 1000 : 50)) {
      Block &block = blocks[(bits >> 20) % blocks.size()];
      const auto freed = pool.deallocate(block.address, block.bytes);
      ASSERT_TRUE(freed) << message(freed.error());
      bytes_in_use -= block.bytes;
      block = blocks.back();
      blocks.pop_back();
      continue;
    }
    const std::uint64_t bytes = bits % 1000 == 0 ? (bits >> 20) % 100'000 : (bits >> 20) % 4097;
    const auto address = pool.allocate(bytes);
    ASSERT_TRUE(address) << message(address.error());
    blocks.push_back({static_cast<std::byte *>(*address), bytes});
    bytes_in_use += bytes;
    const std::uint64_t edge = std::min<std::uint64_t>(bytes, 48);
    std::memset(*address, static_cast<int>(bits), edge);
    std::memset(blocks.back().address + bytes - edge, static_cast<int>(bits), edge);
  }
  EXPECT_EQ(pool.get_stats().corruptions, 0u);
}

} // namespace
} // namespace langone::rt
