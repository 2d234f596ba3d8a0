// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The C ABI's status form: codes, structs of other sizes, the process account.

#include "support.h"

#include <cstring>

namespace langone::rt {
namespace {

using CApiTest = test::ExactTest;

TEST_F(CApiTest, ReportsTheTypedError) {
  void *arena = nullptr;
  ASSERT_EQ(langone_rt_arena_acquire(60, 16, 100, &arena, nullptr), LANGONE_RT_OK);
  langone_rt_error error = LANGONE_RT_ERROR_INIT;
  void *untouched = &error;
  EXPECT_EQ(langone_rt_pool_allocate(41, 16, &untouched, &error), LANGONE_RT_BUDGET_EXCEEDED);
  EXPECT_EQ(untouched, &error);
  EXPECT_EQ(error.struct_size, sizeof error);
  EXPECT_EQ(error.version, 1u);
  EXPECT_EQ(error.status, LANGONE_RT_BUDGET_EXCEEDED);
  EXPECT_EQ(error.requested_bytes, 41u);
  EXPECT_EQ(error.available_bytes, 40u);
  EXPECT_EQ(error.limit_bytes, 100u);
  EXPECT_STREQ(error.message, "Resource budget exceeded: memory");
  EXPECT_EQ(langone_rt_arena_release(arena), LANGONE_RT_OK);
}

TEST_F(CApiTest, StatusCodes) {
  void *block = nullptr;
  EXPECT_EQ(langone_rt_pool_allocate(8, 3, &block, nullptr), LANGONE_RT_INVALID_OPERATION);
  EXPECT_EQ(langone_rt_pool_allocate(UINT64_MAX, 8, &block, nullptr), LANGONE_RT_ALLOCATION_FAILED);
  EXPECT_EQ(langone_rt_pool_allocate(8, 8, nullptr, nullptr), LANGONE_RT_INVALID_OPERATION);
  EXPECT_EQ(langone_rt_arena_acquire(8, 8, 8, nullptr, nullptr), LANGONE_RT_INVALID_OPERATION);
  EXPECT_EQ(langone_rt_arena_release(nullptr), LANGONE_RT_INVALID_OPERATION);
  EXPECT_EQ(langone_rt_pool_free(nullptr), LANGONE_RT_OK);
  EXPECT_EQ(langone_rt_pool_free(&block), LANGONE_RT_INVALID_OPERATION);
  ASSERT_EQ(langone_rt_pool_allocate(8, 8, &block, nullptr), LANGONE_RT_OK);
  volatile unsigned char *seal = static_cast<unsigned char *>(block) - 1;
  *seal = *seal ^ 1;
  EXPECT_EQ(langone_rt_pool_free(block), LANGONE_RT_CORRUPTION_DETECTED);
  *seal = *seal ^ 1;
  EXPECT_EQ(langone_rt_pool_free(block), LANGONE_RT_OK);
}

TEST_F(CApiTest, OlderAndUnsetStructsAreNotOverrun) {
  langone_rt_error error;
  std::memset(&error, 0x5A, sizeof error);
  error.struct_size = offsetof(langone_rt_error, requested_bytes);
  void *block = nullptr;
  EXPECT_EQ(langone_rt_pool_allocate(8, 3, &block, &error), LANGONE_RT_INVALID_OPERATION);
  EXPECT_EQ(error.status, LANGONE_RT_INVALID_OPERATION);
  EXPECT_EQ(error.struct_size, offsetof(langone_rt_error, requested_bytes));
  EXPECT_EQ(error.requested_bytes, 0x5A5A5A5A5A5A5A5Au);
  error.struct_size = 0;
  error.version = 77;
  EXPECT_EQ(langone_rt_pool_allocate(8, 3, &block, &error), LANGONE_RT_INVALID_OPERATION);
  EXPECT_EQ(error.version, 77u);
}

TEST_F(CApiTest, Statistics) {
  EXPECT_EQ(langone_rt_get_statistics(nullptr), LANGONE_RT_INVALID_OPERATION);
  langone_rt_statistics before = LANGONE_RT_STATISTICS_INIT;
  ASSERT_EQ(langone_rt_get_statistics(&before), LANGONE_RT_OK);
  void *arena = nullptr;
  void *block = nullptr;
  ASSERT_EQ(langone_rt_set_process_limit(1000), LANGONE_RT_OK);
  ASSERT_EQ(langone_rt_arena_acquire(60, 16, 100, &arena, nullptr), LANGONE_RT_OK);
  ASSERT_EQ(langone_rt_pool_allocate(30, 16, &block, nullptr), LANGONE_RT_OK);
  ASSERT_EQ(langone_rt_pool_free(block), LANGONE_RT_OK);
  langone_rt_statistics after = LANGONE_RT_STATISTICS_INIT;
  ASSERT_EQ(langone_rt_get_statistics(&after), LANGONE_RT_OK);
  EXPECT_EQ(after.current_bytes, 60u);
  EXPECT_EQ(after.high_water_bytes, 90u);
  EXPECT_EQ(after.limit_bytes, 1000u);
  EXPECT_EQ(after.arena_bytes, 60u);
  EXPECT_EQ(after.pool_bytes, 0u);
  EXPECT_EQ(after.arena_acquires - before.arena_acquires, 1u);
  EXPECT_EQ(after.pool_allocations - before.pool_allocations, 1u);
  EXPECT_EQ(after.pool_frees - before.pool_frees, 1u);
  EXPECT_EQ(after.failures, before.failures);
  ASSERT_EQ(langone_rt_reset_high_water(), LANGONE_RT_OK);
  ASSERT_EQ(langone_rt_get_statistics(&after), LANGONE_RT_OK);
  EXPECT_EQ(after.high_water_bytes, 60u);
  EXPECT_EQ(langone_rt_arena_release(arena), LANGONE_RT_OK);
}

TEST_F(CApiTest, Version) { EXPECT_EQ(langone_rt_version(), LANGONE_RT_VERSION); }

} // namespace
} // namespace langone::rt
