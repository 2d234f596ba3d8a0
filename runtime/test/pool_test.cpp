// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pool: alignment, sizes, charges, and what it tells of wrong pointers.

#include "langone/rt/arena.h"
#include "langone/rt/pool.h"
#include "memory/guard.h"
#include "support.h"

#include <cstring>

namespace langone::rt {
namespace {

using PoolTest = test::ExactTest;
using test::in_use;

TEST_F(PoolTest, AlignsAndChargesExactly) {
  for (std::uint64_t alignment = 1; alignment <= 4096; alignment *= 2)
    for (const std::uint64_t bytes : {0, 1, 7, 64, 1000, 65536}) {
      const auto block = pool::allocate(bytes, alignment);
      ASSERT_TRUE(block);
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(*block) % alignment, 0u);
      EXPECT_EQ(in_use(), bytes);
      EXPECT_EQ(statistics().pool_bytes, bytes);
      std::memset(*block, 0xAB, bytes);
      ASSERT_TRUE(pool::free(*block));
      EXPECT_EQ(in_use(), 0u);
    }
}

TEST_F(PoolTest, EmptyBlocksAreUniqueAndNotNull) {
  const auto first = pool::allocate(0, 1);
  const auto second = pool::allocate(0, 1);
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, nullptr);
  EXPECT_NE(*first, *second);
  EXPECT_TRUE(pool::free(*first));
  EXPECT_TRUE(pool::free(*second));
}

TEST_F(PoolTest, AlignmentMustBeAPowerOfTwo) {
  for (const std::uint64_t alignment : {0, 3, 24, 4097}) {
    const auto refused = pool::allocate(8, alignment);
    ASSERT_FALSE(refused);
    EXPECT_EQ(message(refused.error()),
              "Invalid memory operation: alignment is not a power of two");
  }
}

TEST_F(PoolTest, OverflowIsAllocationFailed) {
  const std::uint64_t top = std::uint64_t{1} << 63;
  for (const auto &[bytes, alignment] : {std::pair{UINT64_MAX, std::uint64_t{1}},
                                         {UINT64_MAX - 100, 16},
                                         {top, 16},
                                         {1, top},
                                         {top, top}}) {
    const auto refused = pool::allocate(bytes, alignment);
    ASSERT_FALSE(refused);
    EXPECT_EQ(message(refused.error()),
              "Memory allocation failed: size and alignment exceed the address space");
  }
  EXPECT_EQ(Account::process().high_water(), 0u);
}

TEST_F(PoolTest, FailedAllocationIsNeverCharged) {
  const auto refused = pool::allocate(std::uint64_t{1} << 61, 16);
  ASSERT_FALSE(refused);
  EXPECT_EQ(message(refused.error()), "Memory allocation failed: out of memory");
  EXPECT_EQ(Account::process().high_water(), 0u);
  Account::process().set_limit(10);
  const auto block = pool::allocate(10, 1);
  ASSERT_TRUE(block) << "the failed allocation left something reserved";
  EXPECT_TRUE(pool::free(*block));
}

TEST_F(PoolTest, OverBudgetIsRefused) {
  Account::process().set_limit(100);
  const auto block = pool::allocate(60, 8);
  ASSERT_TRUE(block);
  const auto refused = pool::allocate(41, 8);
  ASSERT_FALSE(refused);
  EXPECT_EQ(message(refused.error()), "Resource budget exceeded: memory");
  EXPECT_EQ(in_use(), 60u);
  EXPECT_EQ(Account::process().high_water(), 60u);
  EXPECT_TRUE(pool::free(*block));
}

TEST_F(PoolTest, NullIsNoBlock) { EXPECT_TRUE(pool::free(nullptr)); }

void expect_invalid(const Result<void> &result, const char *operation) {
  ASSERT_FALSE(result);
  EXPECT_EQ(message(result.error()), std::string("Invalid memory operation: ") + operation);
}

constexpr const char *not_live = "not a live block (foreign or already freed)";

TEST_F(PoolTest, DoubleFreeIsInvalid) {
  const auto block = pool::allocate(10, 8);
  ASSERT_TRUE(block);
  ASSERT_TRUE(pool::free(*block));
  expect_invalid(pool::free(*block), not_live);
}

TEST_F(PoolTest, ForeignPointersAreInvalidAndNeverRead) {
  int local = 0;
  expect_invalid(pool::free(&local), not_live);
  for (const std::uintptr_t wild : {std::uintptr_t{1}, std::uintptr_t{16}, ~std::uintptr_t{0}})
    expect_invalid(pool::free(reinterpret_cast<void *>(wild)), not_live);
  const auto block = pool::allocate(100, 8);
  ASSERT_TRUE(block);
  expect_invalid(pool::free(static_cast<char *>(*block) + 16), not_live);
  EXPECT_TRUE(pool::free(*block));
}

TEST_F(PoolTest, ArenaIsNoPoolBlockAndViceVersa) {
  const auto arena = arena::acquire(10, 8, Account::no_limit);
  const auto block = pool::allocate(10, 8);
  ASSERT_TRUE(arena && block);
  expect_invalid(pool::free(*arena), "an arena is not a pool block");
  expect_invalid(arena::release(*block), "a pool block is not an arena");
  EXPECT_TRUE(pool::free(*block));
  EXPECT_TRUE(arena::release(*arena));
}

TEST_F(PoolTest, EveryByteAroundABlockIsGuarded) {
  for (const std::uint64_t bytes : {0, 1, 10, 64, 4096, 100'000}) {
    const auto block = pool::allocate(bytes, 8);
    ASSERT_TRUE(block);
    for (std::size_t distance = 0; distance < guard_bytes; ++distance)
      for (unsigned char *wrong : {static_cast<unsigned char *>(*block) - 1 - distance,
                                   static_cast<unsigned char *>(*block) + bytes + distance}) {
        // Behind the compiler's back, as a stray write would be.
        volatile unsigned char *byte = wrong;
        *byte = *byte ^ 0x10;
        const auto refused = pool::free(*block);
        ASSERT_FALSE(refused);
        EXPECT_EQ(message(refused.error()),
                  "Memory corruption detected at address " +
                      std::to_string(reinterpret_cast<std::uintptr_t>(*block)));
        *byte = *byte ^ 0x10;
      }
    EXPECT_EQ(in_use(), bytes) << "a block that is not freed stays charged";
    EXPECT_TRUE(pool::free(*block));
  }
}

TEST_F(PoolTest, StatisticsCountOperations) {
  const Statistics before = statistics();
  const auto block = pool::allocate(10, 8);
  ASSERT_TRUE(block);
  EXPECT_FALSE(pool::allocate(10, 3));
  EXPECT_TRUE(pool::free(*block));
  EXPECT_FALSE(pool::free(*block));
  const Statistics after = statistics();
  EXPECT_EQ(after.pool_allocations - before.pool_allocations, 1u);
  EXPECT_EQ(after.pool_frees - before.pool_frees, 1u);
  EXPECT_EQ(after.failures - before.failures, 2u);
}

} // namespace
} // namespace langone::rt
