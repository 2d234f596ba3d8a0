//===- Estimates.h - the footprint analysis against executions ---*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns what must hold between the estimates of FootprintAnalysis and the bytes
// that executions had live, and statistics of how far apart they are.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_TEST_RESOURCE_ESTIMATES_H
#define LANGONE_TEST_RESOURCE_ESTIMATES_H

#include "Executions.h"

#include <array>

namespace langone::resource::test {

/// How far upper estimates are above the largest peak seen, per feature.
class EstimateStatistics {
public:
  void add(const Program &program, std::optional<uint64_t> upper,
           uint64_t measured);
  void addLowerBound(bool isReached) { ++(isReached ? reached : notReached); }
  void addExploration(bool isComplete) {
    ++(isComplete ? complete : incomplete);
  }
  void print(llvm::raw_ostream &os) const;

private:
  struct Class {
    std::vector<double> ratios;
    unsigned unbounded = 0;
  };
  /// The last one is of all programs.
  std::array<Class, kNumFeatures + 1> classes;
  unsigned reached = 0, notReached = 0;
  unsigned complete = 0, incomplete = 0;
};

Violations checkEstimates(TestContext &context, Subject &subject,
                          EstimateStatistics &statistics);

} // namespace langone::resource::test

#endif // LANGONE_TEST_RESOURCE_ESTIMATES_H
