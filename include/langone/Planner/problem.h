// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a plan is asked for: buffers with lifetimes, sizes and alignments, and optionally a
// capacity. This file owns the input data and the check that it is well formed. It owns no
// algorithm and knows neither compiler nor runtime: whoever wants a plan translates into these
// plain structs.

#ifndef LANGONE_PLANNER_PROBLEM_H
#define LANGONE_PLANNER_PROBLEM_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace langone::planner {

/// A logical time: program point, operation number, cycle. Only the order of times matters.
using Time = std::int64_t;

/// The half-open span of time [lower, upper).
struct Interval {
    Time lower = 0;
    Time upper = 0;

    friend bool operator==(const Interval&, const Interval&) = default;
};

/// One buffer: `size` bytes, live during [lower, upper). A buffer of size 0 conflicts with nothing.
struct Buffer {
    /// First time at which the buffer is live.
    Time lower = 0;
    /// First time at which the buffer is no longer live; lower < upper.
    Time upper = 0;
    /// Bytes.
    std::uint64_t size = 0;
    /// The offset is a multiple of this many bytes: a power of two.
    std::uint64_t alignment = 1;
    /// Offset in bytes that every solution must give to this buffer; a multiple of `alignment`.
    std::optional<std::uint64_t> fixed_offset = {};
    /// Name for messages and files; the solver never looks at it.
    std::string id = {};
    /// Empty: live throughout [lower, upper). Otherwise live in these pieces only: sorted,
    /// disjoint, none empty, the first beginning at `lower`, the last ending at `upper`. The offset
    /// is the same in all pieces, the contents between pieces are lost.
    std::vector<Interval> pieces = {};
};

/// What to plan. Plain data: safe to read from several threads.
struct Problem {
    std::vector<Buffer> buffers = {};
    /// Bytes that the arena may have at most; absent: any height is allowed.
    std::optional<std::uint64_t> capacity = {};
};

/// Why a problem is malformed.
enum class ProblemErrorKind {
    empty_lifetime,          ///< lower >= upper
    bad_alignment,           ///< alignment is not a power of two
    misaligned_fixed_offset, ///< fixed_offset is not a multiple of alignment
    bad_pieces,       ///< pieces are not sorted, disjoint, non-empty and spanning [lower, upper)
    too_large,        ///< sizes with padding, or fixed_offset + size, add up beyond `max_height`
    too_many_buffers, ///< more than `max_buffers`
};

/// Every plan that the planner makes stays below this many bytes; a problem that could exceed it is
/// malformed. The slack up to 2^64 makes sums of two such heights safe.
inline constexpr std::uint64_t max_height = std::uint64_t{1} << 62;

/// Buffers (and pieces of lifetime) are counted in 32 bits inside the solver.
inline constexpr std::size_t max_buffers = std::size_t{1} << 30;

/// A malformed problem: what is wrong, and with which buffer (index into `Problem::buffers`).
struct ProblemError {
    ProblemErrorKind kind = ProblemErrorKind::empty_lifetime;
    std::size_t buffer = 0;

    /// One line for people, without a final period, naming the buffer by id, or by index without
    /// one.
    std::string message(const Problem& problem) const;
};

/// The first thing that is malformed in `problem`, if anything. Two fixed buffers that overlap are
/// not malformed but infeasible. O(number of buffers and pieces).
std::optional<ProblemError> check(const Problem& problem);

/// The buffer's id, or "#<index>" where it has none. `index` is within `problem.buffers`.
std::string display_name(const Problem& problem, std::size_t index);

} // namespace langone::planner

#endif // LANGONE_PLANNER_PROBLEM_H
