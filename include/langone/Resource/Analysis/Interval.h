//===- Interval.h - integers between two bounds ------------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns sets of mathematical integers of the form [lower, upper] and arithmetic
// on them. A result contains every value that the operation can give for
// members of its operands; what 64 bits cannot hold widens it, never wraps.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_INTERVAL_H
#define LANGONE_RESOURCE_ANALYSIS_INTERVAL_H

#include <cstdint>
#include <optional>

namespace langone::resource {

/// All integers from `lower` to `upper`, both included; an absent bound is
/// infinite.
struct Interval {
  std::optional<int64_t> lower, upper;

  static Interval point(int64_t value) { return {value, value}; }
  static Interval atLeast(int64_t value) { return {value, std::nullopt}; }
  /// The values of a signed integer of `width` bits, 1 to 64.
  static Interval ofWidth(unsigned width);

  bool isEmpty() const { return lower && upper && *lower > *upper; }
  /// The only member, if there is exactly one.
  std::optional<int64_t> getPoint() const {
    return lower && lower == upper ? lower : std::nullopt;
  }
  bool contains(const Interval &other) const;
  bool isNonNegative() const { return lower && *lower >= 0; }

  Interval meet(const Interval &other) const;
  Interval join(const Interval &other) const;

  friend bool operator==(const Interval &a, const Interval &b) {
    return a.lower == b.lower && a.upper == b.upper;
  }
};

Interval add(const Interval &a, const Interval &b);
Interval multiply(const Interval &a, const Interval &b);
/// Quotients rounded down or up, and the remainder that is not negative. A
/// divisor that may be less than 1 gives all integers.
Interval floorDivide(const Interval &a, const Interval &divisor);
Interval ceilDivide(const Interval &a, const Interval &divisor);
Interval modulo(const Interval &a, const Interval &divisor);
Interval maximum(const Interval &a, const Interval &b);
Interval minimum(const Interval &a, const Interval &b);

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_INTERVAL_H
