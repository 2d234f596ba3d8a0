// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The set of addresses against the standard library's, over random insertions and deletions.

#include "memory/address_set.h"
#include "support.h"

#include <random>
#include <unordered_set>
#include <vector>

namespace langone::rt {
namespace {

TEST(AddressSet, AgreesWithTheStandardSet) {
  std::mt19937_64 random(test::seed());
  // The table is kept for ever by design: a static, so that leak checkers see it.
  static AddressSet set;
  std::unordered_set<std::uintptr_t> model;
  for (int step = 0; step < 200'000; ++step) {
    // Growing and shrinking phases over few addresses: many collisions and long runs.
    const std::uintptr_t address = (random() % 4096 + 1) * 16;
    const bool grow = (step / 20'000) % 2 == 0 ? random() % 4 != 0 : random() % 4 == 0;
    ASSERT_EQ(set.contains(address), model.contains(address));
    if (grow && model.insert(address).second) {
      ASSERT_TRUE(set.insert(address));
    } else if (!grow && model.erase(address) == 1) {
      set.erase(address);
    }
  }
  for (std::uintptr_t address = 0; address < 5000 * 16; address += 16)
    EXPECT_EQ(set.contains(address), model.contains(address));
}

} // namespace
} // namespace langone::rt
