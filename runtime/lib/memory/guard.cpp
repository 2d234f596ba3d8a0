// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The secrets.

#include "memory/guard.h"

#include "base/system.h"

#include <bit>

namespace langone::rt::guard {

constinit Secrets secrets{};

void draw_secrets() noexcept {
  // A guard byte of 0 would not see the zero that ends a string written over it.
  constexpr std::uint64_t no_zero_byte = 0x0101'0101'0101'0101;
  const std::uint64_t guard = system::random_bits() | no_zero_byte;
  for (int offset = 0; offset < 8; ++offset)
    secrets.guard[offset] = std::rotr(guard, offset * 8);
  secrets.poison[0] = secrets.poison[1] = system::random_bits() | no_zero_byte;
}

} // namespace langone::rt::guard
