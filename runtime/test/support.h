// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the tests share: the exactness check, protected calls of lambdas, the seed. It owns no test.

#ifndef LANGONE_RT_TEST_SUPPORT_H
#define LANGONE_RT_TEST_SUPPORT_H

#include "langone/rt/account.h"
#include "langone/rt/statistics.h"
#include "langone/runtime.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <type_traits>

namespace langone::rt::test {

/// A test that ends with what it began with: nothing charged, no limit, no block left.
class ExactTest : public ::testing::Test {
protected:
  void SetUp() override {
    expect_nothing_held();
    Account::process().reset_high_water();
  }
  void TearDown() override {
    Account::process().set_limit(Account::no_limit);
    expect_nothing_held();
  }

  static void expect_nothing_held() {
    EXPECT_EQ(Account::process().current(), 0u);
    EXPECT_EQ(statistics().arena_bytes, 0u);
    EXPECT_EQ(statistics().pool_bytes, 0u);
  }
};

/// langone_rt_call of a lambda. The lambda's own frame must have nothing to destroy where it may
/// raise.
template <class Body> langone_rt_status call(const Body &body, langone_rt_error *error = nullptr) {
  static_assert(std::is_trivially_destructible_v<Body>);
  return langone_rt_call([](void *context) { (*static_cast<const Body *>(context))(); },
                         const_cast<Body *>(&body), error);
}

/// LANGONE_SEED if set, else a new one; printed, so that a failure can be replayed.
std::uint64_t seed();

inline std::uint64_t in_use() { return Account::process().current(); }

} // namespace langone::rt::test

#endif // LANGONE_RT_TEST_SUPPORT_H
