// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one source of hashes and pseudo-random numbers in the library: without state, so that the
// same seed gives the same numbers everywhere. Private to the library.

#ifndef LANGONE_LIB_PLANNER_MIX_H
#define LANGONE_LIB_PLANNER_MIX_H

#include <cstdint>

namespace langone::planner {

/// A bijection of 64 bits that looks random: splitmix64 (Steele, Lea and Flood 2014).
inline std::uint64_t mix(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

/// Uniform in [0, 1), for each seed and stream another number.
inline double uniform(std::uint64_t seed, std::uint64_t stream) {
    return static_cast<double>(mix(mix(seed) + stream) >> 11) * 0x1p-53;
}

} // namespace langone::planner

#endif // LANGONE_LIB_PLANNER_MIX_H
