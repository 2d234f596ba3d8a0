// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The texts of the typed errors, to the letter of the specification.

#include "langone/rt/error.h"

#include <gtest/gtest.h>

namespace langone::rt {
namespace {

TEST(Error, MessagesAreTheSpecifications) {
  EXPECT_EQ(message(AllocationFailed{"out of memory"}), "Memory allocation failed: out of memory");
  EXPECT_EQ(message(PoolExhausted{100, 40}), "Memory pool exhausted: requested 100, available 40");
  EXPECT_EQ(message(InvalidOperation{"double free"}), "Invalid memory operation: double free");
  EXPECT_EQ(message(CorruptionDetected{4096}), "Memory corruption detected at address 4096");
  EXPECT_EQ(message(BudgetExceeded{"memory", 3, 2, 1}), "Resource budget exceeded: memory");
}

TEST(Error, WriteMessageCutsToTheBuffer) {
  char buffer[9];
  write_message(BudgetExceeded{"memory", 3, 2, 1}, buffer, sizeof buffer);
  EXPECT_STREQ(buffer, "Resource");
}

} // namespace
} // namespace langone::rt
