// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Protected calls: the typed error arrives, everything acquired inside is released, nesting,
// hand-over.

#include "support.h"

#include <pthread.h>
#include <stdexcept>
#include <thread>

namespace langone::rt {
namespace {

using ProtectedCallTest = test::ExactTest;
using test::call;
using test::in_use;

TEST_F(ProtectedCallTest, ReturnsOkAndRunsTheBody) {
  int ran = 0;
  EXPECT_EQ(call([&ran] { ++ran; }), LANGONE_RT_OK);
  EXPECT_EQ(ran, 1);
}

TEST_F(ProtectedCallTest, RaiseReleasesEverythingAndTheProcessGoesOn) {
  for (int round = 0; round < 3; ++round) {
    langone_rt_error error = LANGONE_RT_ERROR_INIT;
    const auto body = [] {
      langone_rt_pool_allocate_or_raise(10, 8);
      langone_rt_arena_acquire_or_raise(100, 64, 150);
      langone_rt_pool_allocate_or_raise(50, 64);
      langone_rt_pool_allocate_or_raise(1, 8);
      FAIL() << "over the limit and yet returned";
    };
    EXPECT_EQ(call(body, &error), LANGONE_RT_BUDGET_EXCEEDED);
    EXPECT_EQ(error.status, LANGONE_RT_BUDGET_EXCEEDED);
    EXPECT_STREQ(error.message, "Resource budget exceeded: memory");
    EXPECT_EQ(error.requested_bytes, 1u);
    EXPECT_EQ(error.available_bytes, 0u);
    EXPECT_EQ(error.limit_bytes, 150u);
    expect_nothing_held();
  }
  void *unlimited = langone_rt_pool_allocate_or_raise(1000, 8);
  langone_rt_pool_free_or_raise(unlimited);
}

TEST_F(ProtectedCallTest, EveryEntryPointRaises) {
  EXPECT_EQ(call([] { langone_rt_arena_acquire_or_raise(2, 8, 1); }), LANGONE_RT_BUDGET_EXCEEDED);
  EXPECT_EQ(call([] { langone_rt_arena_release_or_raise(nullptr); }), LANGONE_RT_INVALID_OPERATION);
  EXPECT_EQ(call([] { langone_rt_pool_allocate_or_raise(1, 3); }), LANGONE_RT_INVALID_OPERATION);
  EXPECT_EQ(call([] { langone_rt_pool_free_or_raise(reinterpret_cast<void *>(64)); }),
            LANGONE_RT_INVALID_OPERATION);
  EXPECT_EQ(langone_rt_call(nullptr, nullptr, nullptr), LANGONE_RT_INVALID_OPERATION);
}

TEST_F(ProtectedCallTest, RaiseKeepsWhatIsOlderThanTheCall) {
  void *arena = langone_rt_arena_acquire_or_raise(10, 8, 100);
  void *block = langone_rt_pool_allocate_or_raise(20, 8);
  EXPECT_EQ(call([] { langone_rt_pool_allocate_or_raise(71, 8); }), LANGONE_RT_BUDGET_EXCEEDED);
  EXPECT_EQ(in_use(), 30u);
  EXPECT_EQ(call([block] {
              langone_rt_pool_free_or_raise(block);
              langone_rt_pool_allocate_or_raise(91, 8);
            }),
            LANGONE_RT_BUDGET_EXCEEDED);
  EXPECT_EQ(in_use(), 10u) << "what was freed inside stays freed";
  langone_rt_arena_release_or_raise(arena);
}

TEST_F(ProtectedCallTest, InnermostCallReceivesTheError) {
  bool outer_went_on = false;
  EXPECT_EQ(call([&outer_went_on] {
              void *kept = langone_rt_pool_allocate_or_raise(10, 8);
              EXPECT_EQ(call([] {
                          langone_rt_arena_acquire_or_raise(10, 8, 10);
                          langone_rt_pool_allocate_or_raise(1, 8);
                        }),
                        LANGONE_RT_BUDGET_EXCEEDED);
              EXPECT_EQ(in_use(), 10u);
              langone_rt_pool_free_or_raise(kept);
              outer_went_on = true;
            }),
            LANGONE_RT_OK);
  EXPECT_TRUE(outer_went_on);
}

TEST_F(ProtectedCallTest, BlocksOfASuccessfulInnerCallBelongToTheOuterOne) {
  EXPECT_EQ(call([] {
              EXPECT_EQ(call([] {
                          langone_rt_arena_acquire_or_raise(10, 8, 1000);
                          langone_rt_pool_allocate_or_raise(20, 8);
                        }),
                        LANGONE_RT_OK);
              EXPECT_EQ(in_use(), 30u);
              langone_rt_pool_allocate_or_raise(1, 3);
            }),
            LANGONE_RT_INVALID_OPERATION);
  expect_nothing_held();
}

TEST_F(ProtectedCallTest, BlocksOutliveASuccessfulCall) {
  void *block = nullptr;
  EXPECT_EQ(call([&block] { block = langone_rt_pool_allocate_or_raise(10, 8); }), LANGONE_RT_OK);
  EXPECT_EQ(in_use(), 10u);
  EXPECT_EQ(call([] { langone_rt_pool_allocate_or_raise(1, 3); }), LANGONE_RT_INVALID_OPERATION);
  EXPECT_EQ(in_use(), 10u) << "a later call's rollback is not to reach it";
  EXPECT_EQ(langone_rt_pool_free(block), LANGONE_RT_OK);
}

TEST_F(ProtectedCallTest, BlocksFreedByAnotherThreadAreNotRolledBack) {
  EXPECT_EQ(call([] {
              void *block = langone_rt_pool_allocate_or_raise(10, 8);
              void *arena = langone_rt_arena_acquire_or_raise(10, 8, 1000);
              std::jthread([=] {
                EXPECT_EQ(langone_rt_pool_free(block), LANGONE_RT_OK);
                EXPECT_EQ(langone_rt_arena_release(arena), LANGONE_RT_OK);
              }).join();
              EXPECT_EQ(in_use(), 0u);
              langone_rt_pool_allocate_or_raise(1, 3);
            }),
            LANGONE_RT_INVALID_OPERATION);
}

// The other thread frees blocks of the call and allocates again: where the system's allocator gives
// it the same addresses, the undo log holds addresses that are not this call's any more.
TEST_F(ProtectedCallTest, ReusedAddressesAreNotRolledBack) {
  void *of_other = nullptr;
  EXPECT_EQ(call([&of_other] {
              void *block = langone_rt_pool_allocate_or_raise(48, 8);
              std::jthread([&of_other, block] {
                langone_rt_pool_free_or_raise(block);
                of_other = langone_rt_pool_allocate_or_raise(48, 8);
              }).join();
              langone_rt_pool_allocate_or_raise(1, 3);
            }),
            LANGONE_RT_INVALID_OPERATION);
  EXPECT_EQ(in_use(), 48u);
  EXPECT_EQ(langone_rt_pool_free(of_other), LANGONE_RT_OK);
}

TEST_F(ProtectedCallTest, CorruptedBlockIsLeftByTheRollback) {
  void *corrupted = nullptr;
  EXPECT_EQ(call([&corrupted] {
              langone_rt_pool_allocate_or_raise(1, 8);
              corrupted = langone_rt_pool_allocate_or_raise(10, 8);
              langone_rt_pool_allocate_or_raise(2, 8);
              static_cast<unsigned char *>(corrupted)[-1] ^= 1;
              langone_rt_pool_free_or_raise(corrupted);
            }),
            LANGONE_RT_CORRUPTION_DETECTED);
  EXPECT_EQ(in_use(), 10u);
  static_cast<unsigned char *>(corrupted)[-1] ^= 1;
  EXPECT_EQ(langone_rt_pool_free(corrupted), LANGONE_RT_OK);
}

TEST_F(ProtectedCallTest, ThousandsOfLiveAndFreedBlocksInOneCall) {
  EXPECT_EQ(call([] {
              for (int round = 0; round < 20'000; ++round) {
                langone_rt_pool_allocate_or_raise(1, 8);
                langone_rt_pool_free_or_raise(langone_rt_pool_allocate_or_raise(3, 8));
              }
              EXPECT_EQ(in_use(), 20'000u);
              langone_rt_pool_allocate_or_raise(1, 3);
            }),
            LANGONE_RT_INVALID_OPERATION);
}

TEST_F(ProtectedCallTest, ExceptionOutOfTheBodyEndsTheCall) {
  langone_rt_error error = LANGONE_RT_ERROR_INIT;
  EXPECT_EQ(call(
                [] {
                  langone_rt_pool_allocate_or_raise(10, 8);
                  throw std::runtime_error("thrown by a user's callback");
                },
                &error),
            LANGONE_RT_INVALID_OPERATION);
  EXPECT_STREQ(error.message, "Invalid memory operation: exception thrown out of a protected call");
  expect_nothing_held();
}

TEST_F(ProtectedCallTest, ThreadThatEndsInsideIsRolledBack) {
  pthread_t thread{};
  const auto run = [](void *) -> void * {
    call([] {
      langone_rt_pool_allocate_or_raise(10, 8);
      langone_rt_arena_acquire_or_raise(10, 8, 100);
      pthread_exit(nullptr);
    });
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, nullptr, run, nullptr), 0);
  ASSERT_EQ(pthread_join(thread, nullptr), 0);
  expect_nothing_held();
}

} // namespace
} // namespace langone::rt
