// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The contract of resource.h, on every resource and on compositions of adaptors.

#include "support.h"

#include "resources.h"

#include <algorithm>
#include <map>
#include <random>
#include <vector>

namespace langone::rt {
namespace {

template <class S> class ResourceConformance : public testing::Test {
protected:
  void TearDown() override {
    if (HasFatalFailure())
      return;
    stand.give_back();
    stand_.reset();
    EXPECT_EQ(Account::process().current(), 0u) << "a charge was lost";
  }

  Resource &resource() { return stand.resource; }

  std::unique_ptr<S> stand_ = std::make_unique<S>();
  S &stand = *stand_;
};
TYPED_TEST_SUITE(ResourceConformance, test::Stands, test::StandName);

TYPED_TEST(ResourceConformance, BlocksAreAlignedAndWritable) {
  for (std::uint64_t alignment = 1; alignment <= TypeParam::max_alignment; alignment *= 2)
    for (const std::uint64_t bytes : {std::uint64_t{1}, std::uint64_t{17}, TypeParam::max_bytes}) {
      const auto block = this->resource().allocate(bytes, alignment);
      ASSERT_TRUE(block) << message(block.error());
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(*block) % alignment, 0u);
      std::fill_n(static_cast<unsigned char *>(*block), bytes, 0xAB);
      EXPECT_TRUE(this->resource().deallocate(*block, bytes, alignment));
    }
}

TYPED_TEST(ResourceConformance, BlocksOfNoBytesAreUnique) {
  std::vector<void *> blocks;
  for (int count = 0; count < 100; ++count) {
    const auto block = this->resource().allocate(0, 16);
    ASSERT_TRUE(block);
    blocks.push_back(*block);
  }
  std::sort(blocks.begin(), blocks.end());
  EXPECT_EQ(std::adjacent_find(blocks.begin(), blocks.end()), blocks.end());
  for (void *block : blocks)
    EXPECT_TRUE(this->resource().deallocate(block, 0, 16));
}

TYPED_TEST(ResourceConformance, BadAlignmentIsRefused) {
  for (const std::uint64_t alignment : {0, 3, 24, 1000}) {
    const auto block = this->resource().allocate(8, alignment);
    ASSERT_FALSE(block);
    EXPECT_EQ(message(block.error()), "Invalid memory operation: alignment is not a power of two");
  }
}

TYPED_TEST(ResourceConformance, ImpossibleSizesAreErrors) {
  for (const std::uint64_t bytes : {UINT64_MAX, UINT64_MAX - 4096, UINT64_MAX / 2}) {
    EXPECT_FALSE(this->resource().allocate(bytes, 16));
    EXPECT_FALSE(this->resource().allocate(bytes, TypeParam::max_alignment));
  }
}

TYPED_TEST(ResourceConformance, NullIsNoBlock) {
  EXPECT_TRUE(this->resource().deallocate(nullptr, 8, 16));
}

TYPED_TEST(ResourceConformance, WrongFreesAreTypedErrors) {
  if (!TypeParam::checks)
    GTEST_SKIP() << "this resource leaves checks to an adaptor";
  const auto block = this->resource().allocate(100, 16);
  ASSERT_TRUE(block);
  auto *bytes = static_cast<std::byte *>(*block);
  int local = 0;
  EXPECT_FALSE(this->resource().deallocate(&local, 100, 16)) << "foreign";
  EXPECT_FALSE(this->resource().deallocate(bytes + 32, 68, 16)) << "interior";
  EXPECT_FALSE(this->resource().deallocate(bytes + 1, 99, 1)) << "unaligned";
  EXPECT_FALSE(this->resource().deallocate(bytes, 99, 16)) << "wrong size";
  EXPECT_TRUE(this->resource().deallocate(bytes, 100, 16));
  const auto again = this->resource().deallocate(bytes, 100, 16);
  ASSERT_FALSE(again) << "double free";
  EXPECT_TRUE(std::holds_alternative<InvalidOperation>(again.error()));
}

TYPED_TEST(ResourceConformance, MemoryIsUsedAgain) {
  if (!TypeParam::reuses)
    GTEST_SKIP() << "freed by reset only";
  for (int count = 0; count < 20'000; ++count) {
    const auto block = this->resource().allocate(TypeParam::max_bytes, 16);
    ASSERT_TRUE(block) << message(block.error());
    ASSERT_TRUE(this->resource().deallocate(*block, TypeParam::max_bytes, 16));
  }
}

/// Random allocations and frees against a model: a block belongs to its owner alone.
TYPED_TEST(ResourceConformance, AgreesWithTheModel) {
  struct Block {
    unsigned char *address;
    std::uint64_t bytes;
    std::uint64_t alignment;
    unsigned char pattern;
  };
  std::mt19937_64 random(test::seed());
  std::vector<Block> blocks;
  std::map<unsigned char *, std::uint64_t> ranges;
  const auto free_one = [&](std::size_t index) {
    const Block block = blocks[index];
    ASSERT_TRUE(std::all_of(block.address, block.address + block.bytes,
                            [&](unsigned char byte) { return byte == block.pattern; }));
    const auto freed = this->resource().deallocate(block.address, block.bytes, block.alignment);
    ASSERT_TRUE(freed) << message(freed.error());
    ranges.erase(block.address);
    blocks[index] = blocks.back();
    blocks.pop_back();
  };
  for (int step = 0; step < 5'000; ++step) {
    if (blocks.size() > random() % 300) {
      ASSERT_NO_FATAL_FAILURE(free_one(random() % blocks.size()));
      continue;
    }
    const std::uint64_t bytes =
        random() % std::min<std::uint64_t>(TypeParam::max_bytes + 1,
                                           random() % 20 == 0 ? TypeParam::max_bytes + 1 : 300);
    const std::uint64_t alignment = std::uint64_t{1}
                                    << random() % std::bit_width(TypeParam::max_alignment);
    const auto result = this->resource().allocate(bytes, alignment);
    ASSERT_TRUE(result) << message(result.error());
    auto *address = static_cast<unsigned char *>(*result);
    const auto after = ranges.lower_bound(address);
    ASSERT_TRUE(after == ranges.end() ||
                address + std::max<std::uint64_t>(bytes, 1) <= after->first);
    if (after != ranges.begin()) {
      const auto before = std::prev(after);
      ASSERT_LE(before->first + before->second, address);
    }
    const auto pattern = static_cast<unsigned char>(random());
    std::fill_n(address, bytes, pattern);
    ranges[address] = std::max<std::uint64_t>(bytes, 1);
    blocks.push_back({address, bytes, alignment, pattern});
  }
  while (!blocks.empty())
    ASSERT_NO_FATAL_FAILURE(free_one(blocks.size() - 1));
}

} // namespace
} // namespace langone::rt
