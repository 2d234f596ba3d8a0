// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The making of secrets.

#include "langone/rt/detail/guard.h"

#include "base/system_pages.h"

namespace langone::rt::detail {

std::uint64_t make_secret(std::uint64_t salt) noexcept {
  // The finaliser of splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number
  // generators, 2014).
  std::uint64_t bits = system::process_secret() + salt * 0x9E3779B97F4A7C15;
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
  bits ^= bits >> 31;
  return (bits | 0x8000000000000001) & ~0x4000000000000000;
}

} // namespace langone::rt::detail
