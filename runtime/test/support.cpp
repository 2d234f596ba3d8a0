// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The seed of randomised tests, and what sanitizers are told for all of them.

#include "support.h"

#include <cstdlib>
#include <iostream>
#include <random>

// Tests ask for more than there is, and expect null from malloc as without a sanitizer.
extern "C" const char *__asan_default_options() { return "allocator_may_return_null=1"; }
// The child of a fork may start a monitor, hence a thread.
extern "C" const char *__tsan_default_options() {
  return "allocator_may_return_null=1 die_after_fork=0";
}

namespace langone::rt::test {

std::uint64_t seed() {
  const char *text = std::getenv("LANGONE_SEED");
  const std::uint64_t value = text ? std::strtoull(text, nullptr, 10) : std::random_device{}();
  std::cout << "replay with LANGONE_SEED=" << value << std::endl;
  return value;
}

} // namespace langone::rt::test
