// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What programs do wrong, at 16, 128 and 4096 bytes: how much of it is found as a typed error with
// the process alive. Each case is tried many times at random among other blocks; the shares are
// printed and have floors.

#include "langone/rt/pool.h"
#include "support.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <iostream>
#include <random>
#include <vector>

namespace langone::rt {
namespace {

class HeapCorruptionTest : public test::ExactTest {
protected:
  static constexpr int tries = 200;
  static constexpr std::array<std::uint64_t, 3> sizes = {16, 128, 4096};

  struct Share {
    int found = 0;
    int tried = 0;
  };

  std::mt19937_64 random_{test::seed()};
  Share all_;

  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

  static unsigned char *allocate(std::uint64_t bytes) {
    const auto block = pool::allocate(bytes, 16);
    // A block that was written after its free is reported once and never handed out.
    return static_cast<unsigned char *>(block ? *block : *pool::allocate(bytes, 16));
  }

  /// Blocks around, so that the wrong one lies anywhere; freed at the end if they are whole.
  std::vector<unsigned char *> surround(std::uint64_t bytes) {
    std::vector<unsigned char *> blocks(8);
    for (auto &block : blocks) {
      block = allocate(bytes);
      std::memset(block, 0x11, bytes);
    }
    return blocks;
  }

  /// Behind the compiler's back, as a stray write would be, and never what stood there. A second
  /// one repairs it.
  static void scribble(unsigned char *from, std::size_t count) {
    for (std::size_t index = 0; index < count; ++index) {
      volatile unsigned char *byte = from + index;
      *byte = static_cast<unsigned char>(*byte ^ 0x5A);
    }
  }

  static bool is_corruption(const Result<void> &result) {
    return !result && std::holds_alternative<CorruptionDetected>(result.error());
  }
  static bool is_invalid(const Result<void> &result) {
    return !result && std::holds_alternative<InvalidOperation>(result.error());
  }

  /// `wrong` does it to a block of so many bytes and says whether it was found.
  Share attempt(const char *name, const std::function<bool(std::uint64_t)> &wrong) {
    Share share;
    for (const std::uint64_t bytes : sizes)
      for (int round = 0; round < tries; ++round) {
        auto blocks = surround(bytes);
        share.found += wrong(bytes) ? 1 : 0;
        ++share.tried;
        for (unsigned char *block : blocks)
          EXPECT_TRUE(pool::free(block));
      }
    all_.found += share.found;
    all_.tried += share.tried;
    std::cout << name << ": " << share.found << " of " << share.tried << "\n";
    return share;
  }

  void expect_all(const char *name, const std::function<bool(std::uint64_t)> &wrong) {
    const Share share = attempt(name, wrong);
    EXPECT_EQ(share.found, share.tried) << name;
  }
};

TEST_F(HeapCorruptionTest, IsFound) {
  for (const std::size_t distance : {1, 32}) {
    expect_all(distance == 1 ? "overflow by 1" : "overflow by 32", [&](std::uint64_t bytes) {
      unsigned char *block = allocate(bytes);
      scribble(block + bytes, distance);
      const bool found = is_corruption(pool::free(block));
      scribble(block + bytes, distance);
      EXPECT_TRUE(pool::free(block)) << "it stayed live";
      return found;
    });
    expect_all(distance == 1 ? "underflow by 1" : "underflow by 32", [&](std::uint64_t bytes) {
      unsigned char *block = allocate(bytes);
      scribble(block - distance, distance);
      const bool found = is_corruption(pool::free(block));
      scribble(block - distance, distance);
      EXPECT_TRUE(pool::free(block)) << "it stayed live";
      return found;
    });
  }
  // Found when the block would be used again.
  const auto finds_reuse = [](std::uint64_t bytes) {
    bool found = false;
    std::vector<void *> blocks;
    for (int count = 0; count < 4; ++count) {
      const auto block = pool::allocate(bytes, 16);
      found |= !block && std::holds_alternative<CorruptionDetected>(block.error());
      if (block)
        blocks.push_back(*block);
    }
    for (void *block : blocks)
      EXPECT_TRUE(pool::free(block));
    return found;
  };
  expect_all("write of the whole block after free", [&](std::uint64_t bytes) {
    unsigned char *block = allocate(bytes);
    EXPECT_TRUE(pool::free(block));
    scribble(block, bytes);
    return finds_reuse(bytes);
  });
  expect_all("write of the first 8 bytes after free", [&](std::uint64_t bytes) {
    unsigned char *block = allocate(bytes);
    EXPECT_TRUE(pool::free(block));
    scribble(block, 8);
    return finds_reuse(bytes);
  });
  expect_all("double free, immediate", [&](std::uint64_t bytes) {
    unsigned char *block = allocate(bytes);
    return pool::free(block) && is_invalid(pool::free(block));
  });
  expect_all("double free, delayed", [&](std::uint64_t bytes) {
    unsigned char *block = allocate(bytes);
    EXPECT_TRUE(pool::free(block));
    // Others of its size come and go, none is kept.
    for (int count = 0; count < 50; ++count) {
      unsigned char *other = allocate(bytes);
      EXPECT_TRUE(pool::free(other));
    }
    return is_invalid(pool::free(block));
  });
  // The stale pointer frees the new owner's block: that is found when the owner frees it.
  expect_all("double free, after reuse", [&](std::uint64_t bytes) {
    unsigned char *block = allocate(bytes);
    EXPECT_TRUE(pool::free(block));
    unsigned char *again = allocate(bytes);
    const bool at_once = is_invalid(pool::free(block));
    return is_invalid(pool::free(again)) || at_once;
  });
  expect_all("free of a stack address", [&](std::uint64_t bytes) {
    alignas(64) std::array<unsigned char, 64> local{};
    return is_invalid(pool::free(local.data() + 16 * (bytes / 16 % 4)));
  });
  expect_all("free of an interior address", [&](std::uint64_t bytes) {
    unsigned char *block = allocate(bytes);
    const bool found = is_invalid(pool::free(block + bytes / 2));
    EXPECT_TRUE(pool::free(block));
    return found;
  });
  expect_all("free of an unaligned address", [&](std::uint64_t bytes) {
    unsigned char *block = allocate(bytes);
    const bool found = is_invalid(pool::free(block + 1 + below(15)));
    EXPECT_TRUE(pool::free(block));
    return found;
  });
  expect_all("free of a foreign address", [&](std::uint64_t bytes) {
    const std::vector<unsigned char> foreign(bytes);
    return is_invalid(pool::free(const_cast<unsigned char *>(foreign.data())));
  });
  std::cout << "all: " << all_.found << " of " << all_.tried << "\n";
  EXPECT_GE(all_.found, all_.tried * 95 / 100);
}

// Poison covers the head of a freed block: what is written elsewhere in a long one is not seen.
// The share is recorded, and counts nowhere else.
TEST_F(HeapCorruptionTest, WriteAnywhereAfterFreeIsSeenInTheHead) {
  const Share share = attempt("write of one random byte after free", [&](std::uint64_t bytes) {
    unsigned char *block = allocate(bytes);
    EXPECT_TRUE(pool::free(block));
    const std::uint64_t place = below(bytes);
    scribble(block + place, 1);
    const auto next = pool::allocate(bytes, 16);
    const bool found = !next && std::holds_alternative<CorruptionDetected>(next.error());
    if (next) {
      EXPECT_TRUE(pool::free(*next));
    }
    EXPECT_TRUE(found || place >= 24);
    return found;
  });
  EXPECT_GE(share.found, share.tried / 3) << "16 bytes are all head";
}

TEST_F(HeapCorruptionTest, RandomWildPointersAreHarmless) {
  for (int round = 0; round < 100'000; ++round) {
    const auto base = reinterpret_cast<std::uintptr_t>(allocate(64));
    const std::uintptr_t wild =
        round % 2 == 0 ? random_() : base + static_cast<std::uintptr_t>(below(1 << 24)) - (1 << 23);
    if (wild != base) {
      EXPECT_TRUE(wild == 0 || is_invalid(pool::free(reinterpret_cast<void *>(wild))));
    }
    ASSERT_TRUE(pool::free(reinterpret_cast<void *>(base)));
  }
}

} // namespace
} // namespace langone::rt
