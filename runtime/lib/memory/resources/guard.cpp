// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The making of secrets.

#include "langone/rt/detail/guard.h"

#include "base/system.h"

namespace langone::rt::detail {

std::uint64_t make_secret() noexcept {
  return (system::random_bits() | 0x8000000000000001) & ~0x4000000000000000;
}

} // namespace langone::rt::detail
