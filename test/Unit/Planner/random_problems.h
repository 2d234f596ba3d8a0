// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random problems for property tests, replayable by seed, and a brute-force oracle that shares no
// code with the library. Owns no assertion.

#ifndef LANGONE_TEST_PLANNER_RANDOM_PROBLEMS_H
#define LANGONE_TEST_PLANNER_RANDOM_PROBLEMS_H

#include "langone/Planner/solution.h"

#include <cstdint>
#include <optional>
#include <random>

namespace langone::planner::test {

/// The seed of a randomised test: LANGONE_SEED if set, else `fallback`; printed either way.
std::uint64_t seed(std::uint64_t fallback);

/// What random problems look like.
struct Shape {
    std::size_t buffers = 6;
    Time horizon = 8;
    Time longest = 8;
    std::uint64_t largest = 8;
    unsigned aligned_percent = 0; ///< buffers with an alignment of 2, 4 or 8 (times `unit`)
    unsigned fixed_percent = 0;   ///< buffers with a fixed offset
    unsigned pieces_percent = 0;  ///< buffers that are live in two pieces
    unsigned empty_percent = 0;   ///< buffers of size 0
};

using Random = std::mt19937_64;

/// Below `limit`; the same on every platform, which std::uniform_int_distribution is not.
std::uint64_t below(Random& random, std::uint64_t limit);

Problem random_problem(Random& random, const Shape& shape);

/// The smallest height by trying all sequences of first-fit placement, which contain an optimal
/// plan; nothing if fixed buffers overlap. For up to 8 buffers.
std::optional<std::uint64_t> brute_force_height(const Problem& problem);

/// True if no two buffers overlap, all are aligned, at their fixed offsets, within the height and
/// the capacity: by definition, over all pairs.
bool brute_force_valid(const Problem& problem, const Solution& solution);

} // namespace langone::planner::test

#endif // LANGONE_TEST_PLANNER_RANDOM_PROBLEMS_H
