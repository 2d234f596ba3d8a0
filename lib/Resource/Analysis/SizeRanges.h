//===- SizeRanges.h - integer ranges that know declared bounds ---*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the run of upstream's integer range analysis on one function, with
// arguments and dimensions seeded by what is known of sizes.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_SIZERANGES_H
#define LANGONE_RESOURCE_ANALYSIS_SIZERANGES_H

#include "langone/Resource/Analysis/Interval.h"

#include "mlir/Analysis/DataFlowFramework.h"

#include <functional>

namespace langone::resource {

class SizeRanges {
public:
  /// What is known of an argument of the function, or of the result of an op
  /// that gives a dimension.
  using SeedFn = std::function<Interval(mlir::Value)>;

  SizeRanges(mlir::Operation *function, SeedFn seed);

  /// The signed values of an integer; everything where nothing is known.
  Interval get(mlir::Value integer) const;

private:
  mlir::DataFlowSolver solver;
  bool isValid = false;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_SIZERANGES_H
