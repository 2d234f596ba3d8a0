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

namespace langone::resource::test {

/// How far upper estimates are above the largest peak seen.
class EstimateStatistics {
public:
  void add(const Measurement &measurement);
  void print(llvm::raw_ostream &os) const;

private:
  /// Estimate by peak, of straight-line code and of the rest.
  std::vector<double> straightLine, others;
  /// Without a finite estimate: there is none, or it was not found.
  uint64_t unbounded = 0, missed = 0;
};

/// Adds to the measurements of the subject.
Violations checkEstimates(TestContext &context, Subject &subject);

} // namespace langone::resource::test

#endif // LANGONE_TEST_RESOURCE_ESTIMATES_H
