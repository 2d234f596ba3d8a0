//===- Interval.cpp - integers between two bounds -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/Interval.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace langone::resource {

namespace {

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

using Bound = std::optional<int64_t>;

/// A number or one of the two infinities, ordered.
struct Extended {
  int infinity = 0;
  int64_t value = 0;

  static Extended lower(Bound bound) {
    return bound ? Extended{0, *bound} : Extended{-1, 0};
  }
  static Extended upper(Bound bound) {
    return bound ? Extended{0, *bound} : Extended{1, 0};
  }
  int sign() const {
    return infinity != 0 ? infinity : (value > 0) - (value < 0);
  }
  friend bool operator<(const Extended &a, const Extended &b) {
    if (a.infinity != b.infinity)
      return a.infinity < b.infinity;
    return a.infinity == 0 && a.value < b.value;
  }
};

/// What is beyond 64 bits is as good as infinite.
Extended product(const Extended &a, const Extended &b) {
  int sign = a.sign() * b.sign();
  int64_t value = 0;
  if (sign == 0)
    return {0, 0};
  if (a.infinity != 0 || b.infinity != 0 ||
      llvm::MulOverflow(a.value, b.value, value))
    return {sign, 0};
  return {0, value};
}

// A lower bound above all numbers may be taken down to the largest of them.
Bound toLower(const Extended &e) {
  if (e.infinity == 0)
    return e.value;
  return e.infinity > 0 ? Bound(kMax) : std::nullopt;
}

Bound toUpper(const Extended &e) {
  if (e.infinity == 0)
    return e.value;
  return e.infinity < 0 ? Bound(kMin) : std::nullopt;
}

Extended sum(const Extended &a, const Extended &b) {
  int64_t value = 0;
  if (a.infinity != 0 || b.infinity != 0)
    return {a.infinity != 0 ? a.infinity : b.infinity, 0};
  if (llvm::AddOverflow(a.value, b.value, value))
    return {a.value > 0 ? 1 : -1, 0};
  return {0, value};
}

// The divisor is at least 1, or infinite.
Extended quotient(const Extended &a, const Extended &divisor) {
  if (a.infinity != 0)
    return a;
  if (divisor.infinity != 0)
    return {0, a.value < 0 ? -1 : 0};
  int64_t value = a.value / divisor.value;
  return {0, value - (a.value % divisor.value < 0)};
}

Interval negate(const Interval &a) { return multiply(a, Interval::point(-1)); }

} // namespace

Interval Interval::ofWidth(unsigned width) {
  return {llvm::minIntN(width), llvm::maxIntN(width)};
}

bool Interval::contains(const Interval &other) const {
  return !(Extended::lower(other.lower) < Extended::lower(lower)) &&
         !(Extended::upper(upper) < Extended::upper(other.upper));
}

Interval Interval::meet(const Interval &other) const {
  return {
      toLower(std::max(Extended::lower(lower), Extended::lower(other.lower))),
      toUpper(std::min(Extended::upper(upper), Extended::upper(other.upper)))};
}

Interval Interval::join(const Interval &other) const {
  return {
      toLower(std::min(Extended::lower(lower), Extended::lower(other.lower))),
      toUpper(std::max(Extended::upper(upper), Extended::upper(other.upper)))};
}

Interval add(const Interval &a, const Interval &b) {
  return {toLower(sum(Extended::lower(a.lower), Extended::lower(b.lower))),
          toUpper(sum(Extended::upper(a.upper), Extended::upper(b.upper)))};
}

Interval multiply(const Interval &a, const Interval &b) {
  Extended ends[] = {
      product(Extended::lower(a.lower), Extended::lower(b.lower)),
      product(Extended::lower(a.lower), Extended::upper(b.upper)),
      product(Extended::upper(a.upper), Extended::lower(b.lower)),
      product(Extended::upper(a.upper), Extended::upper(b.upper))};
  return {toLower(*std::min_element(std::begin(ends), std::end(ends))),
          toUpper(*std::max_element(std::begin(ends), std::end(ends)))};
}

Interval floorDivide(const Interval &a, const Interval &divisor) {
  if (!divisor.lower || *divisor.lower < 1)
    return {};
  Extended least = Extended::lower(divisor.lower);
  Extended most = Extended::upper(divisor.upper);
  Extended low = Extended::lower(a.lower), high = Extended::upper(a.upper);
  return {toLower(quotient(low, low.sign() < 0 ? least : most)),
          toUpper(quotient(high, high.sign() < 0 ? most : least))};
}

Interval ceilDivide(const Interval &a, const Interval &divisor) {
  return negate(floorDivide(negate(a), divisor));
}

Interval modulo(const Interval &a, const Interval &divisor) {
  if (!divisor.lower || *divisor.lower < 1)
    return {};
  // Within one multiple of the divisor the order of the values is kept.
  Interval multiple = floorDivide(a, divisor);
  if (divisor.getPoint() && multiple.getPoint())
    return add(a, negate(multiply(multiple, divisor)));
  Interval result{0, divisor.upper ? Bound(*divisor.upper - 1) : std::nullopt};
  if (a.isNonNegative() && a.upper &&
      (!result.upper || *a.upper < *result.upper)) {
    result.upper = a.upper;
    if (*a.upper < *divisor.lower)
      result.lower = a.lower;
  }
  return result;
}

Interval maximum(const Interval &a, const Interval &b) {
  return {
      toLower(std::max(Extended::lower(a.lower), Extended::lower(b.lower))),
      toUpper(std::max(Extended::upper(a.upper), Extended::upper(b.upper)))};
}

Interval minimum(const Interval &a, const Interval &b) {
  return {
      toLower(std::min(Extended::lower(a.lower), Extended::lower(b.lower))),
      toUpper(std::min(Extended::upper(a.upper), Extended::upper(b.upper)))};
}

} // namespace langone::resource
