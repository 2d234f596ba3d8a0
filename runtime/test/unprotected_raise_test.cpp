// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A raise outside any protected call: the handler, the message, the exit. Death tests.

#include "support.h"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace langone::rt {
namespace {

class UnprotectedRaiseTest : public test::ExactTest {
protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

constexpr const char *budget_message = "^langone: Resource budget exceeded: memory \\(requested "
                                       "20, available 10, limit 10 bytes\\)\n$";

void raise_budget() { langone_rt_arena_acquire_or_raise(20, 8, 10); }

void print_error(const langone_rt_error *error, void *context) {
  std::fprintf(stderr, "%s: %d\n", static_cast<const char *>(context), error->status);
}

TEST_F(UnprotectedRaiseTest, PrintsAndExits) {
  EXPECT_EXIT(raise_budget(), testing::ExitedWithCode(1), budget_message);
}

TEST_F(UnprotectedRaiseTest, OtherErrorsPrintTheirMessage) {
  EXPECT_EXIT(langone_rt_pool_allocate_or_raise(1, 3), testing::ExitedWithCode(1),
              "^langone: Invalid memory operation: alignment is not a power of two\n$");
}

TEST_F(UnprotectedRaiseTest, AfterAProtectedCallItIsUnprotectedAgain) {
  EXPECT_EXIT(
      {
        test::call([] { raise_budget(); });
        raise_budget();
      },
      testing::ExitedWithCode(1), budget_message);
}

TEST_F(UnprotectedRaiseTest, HandlerSeesTheErrorFirst) {
  char name[] = "handler";
  EXPECT_EXIT(
      {
        langone_rt_set_error_handler(print_error, name);
        raise_budget();
      },
      testing::ExitedWithCode(1), "^handler: 5\nlangone: Resource budget exceeded");
}

TEST_F(UnprotectedRaiseTest, HandlerMayEndTheProcess) {
  EXPECT_EXIT(
      {
        langone_rt_set_error_handler([](const langone_rt_error *, void *) { std::_Exit(7); },
                                     nullptr);
        raise_budget();
      },
      testing::ExitedWithCode(7), "^$");
}

TEST_F(UnprotectedRaiseTest, RemovedHandlerIsNotCalled) {
  char name[] = "handler";
  EXPECT_EXIT(
      {
        langone_rt_set_error_handler(print_error, name);
        langone_rt_set_error_handler(nullptr, nullptr);
        raise_budget();
      },
      testing::ExitedWithCode(1), budget_message);
}

TEST_F(UnprotectedRaiseTest, HandlerThatRaisesOrThrowsStillExits) {
  EXPECT_EXIT(
      {
        langone_rt_set_error_handler([](const langone_rt_error *, void *) { raise_budget(); },
                                     nullptr);
        raise_budget();
      },
      testing::ExitedWithCode(1), budget_message);
  EXPECT_EXIT(
      {
        langone_rt_set_error_handler(
            [](const langone_rt_error *, void *) { throw std::runtime_error("handler"); }, nullptr);
        raise_budget();
      },
      testing::ExitedWithCode(1), budget_message);
}

TEST_F(UnprotectedRaiseTest, RaiseInAnExitHandlerStillExits) {
  EXPECT_EXIT(
      {
        std::atexit(raise_budget);
        raise_budget();
      },
      testing::ExitedWithCode(1), "Resource budget exceeded(.|\n)*Resource budget exceeded");
}

} // namespace
} // namespace langone::rt
