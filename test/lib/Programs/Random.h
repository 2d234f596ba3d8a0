//===- Random.h - numbers that are the same everywhere -----------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns random numbers, and the decisions of an execution: at random, or one
// path after the other.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_TEST_RESOURCE_RANDOM_H
#define LANGONE_TEST_RESOURCE_RANDOM_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <random>
#include <vector>

namespace langone::resource::test {

/// The same sequence on every platform, which the distributions of the standard
/// library are not.
class Random {
public:
  explicit Random(uint64_t seed) : engine(seed) {}

  /// A number below `limit`, which is not 0.
  uint64_t below(uint64_t limit) { return engine() % limit; }
  bool percent(unsigned chance) { return below(100) < chance; }

  template <typename Range> auto &pick(Range &&range) {
    return range[below(range.size())];
  }

private:
  std::mt19937_64 engine;
};

/// What decides where an execution of a program goes.
class Decisions {
public:
  virtual ~Decisions() = default;
  /// The next decision is of this operation or value.
  virtual void reach(const void *site) {}
  /// One of `count` ways.
  virtual uint64_t decide(uint64_t count) = 0;
  /// A size from `least` to `most`, of which the ends matter most.
  virtual uint64_t decideSize(uint64_t least, uint64_t most) = 0;
};

/// Which sizes an execution has.
enum class Sizes { Least, Most, Any };

class RandomDecisions final : public Decisions {
public:
  /// Of three seeds in a row, one has all sizes at their least, one at their
  /// most.
  explicit RandomDecisions(uint64_t seed)
      : random(seed), sizes(static_cast<Sizes>(seed % 3)) {}
  uint64_t decide(uint64_t count) final { return random.below(count); }
  uint64_t decideSize(uint64_t least, uint64_t most) final {
    switch (sizes) {
    case Sizes::Least:
      return least;
    case Sizes::Most:
      return most;
    case Sizes::Any:
      break;
    }
    if (random.percent(60))
      return random.percent(50) ? least : most;
    return least + random.below(most - least + 1);
  }

private:
  Random random;
  Sizes sizes;
};

/// All paths of a program, in depth-first order.
class PathDecisions final : public Decisions {
public:
  explicit PathDecisions(Sizes sizes) : sizes(sizes) {}
  uint64_t decide(uint64_t count) final {
    if (depth == path.size())
      path.push_back({0, count});
    return path[depth++].taken;
  }
  /// Of any sizes, the ends alone.
  uint64_t decideSize(uint64_t least, uint64_t most) final {
    if (least == most || sizes == Sizes::Least)
      return least;
    return sizes == Sizes::Most || decide(2) == 1 ? most : least;
  }

  /// Turns to the next path; false after the last.
  bool next() {
    depth = 0;
    while (!path.empty() && path.back().taken + 1 == path.back().count)
      path.pop_back();
    if (path.empty())
      return false;
    ++path.back().taken;
    return true;
  }

private:
  struct Step {
    uint64_t taken, count;
  };
  Sizes sizes;
  std::vector<Step> path;
  size_t depth = 0;
};

} // namespace langone::resource::test

#endif // LANGONE_TEST_RESOURCE_RANDOM_H
