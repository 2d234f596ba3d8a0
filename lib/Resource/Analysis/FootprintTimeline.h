//===- FootprintTimeline.h - the footprint, point by point -------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the points that a walk passes, and what loops around them do to their
// estimates. A walk without a recorder pays one test of a pointer for each
// point.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_FOOTPRINTTIMELINE_H
#define LANGONE_RESOURCE_ANALYSIS_FOOTPRINTTIMELINE_H

#include "langone/Resource/Analysis/Footprint.h"

namespace langone::resource {

/// Collects points in the order of a walk that visits an op's regions between
/// the op and what follows it.
class TimelineRecorder {
public:
  void note(mlir::Operation *op, UpperBytes upper, uint64_t lower);

  /// The walk of the regions of `op` has ended; its body runs more than once:
  /// its points stand for the worst of all rounds.
  void addWithin(mlir::Operation *op, UpperBytes upper, uint64_t lower);
  /// Nothing is known of the least footprint within `op`.
  void forgetLowerWithin(mlir::Operation *op);
  /// No finite bound is known within `op`.
  void forgetUpperWithin(mlir::Operation *op);
  /// `count` executions of the body of `op` are under way together, on top of
  /// `base`; absent: any number.
  void multiplyWithin(mlir::Operation *op, UpperBytes base, UpperBytes count);

  std::vector<TimelinePoint> take();

private:
  struct Point {
    mlir::Operation *op;
    UpperBytes upper;
    uint64_t lower;
  };

  /// The points within `op` are the last ones, after its own if there are any.
  /// Each is touched once for each loop around it.
  void forEachWithin(mlir::Operation *op,
                     llvm::function_ref<void(Point &)> change);

  std::vector<Point> points;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_FOOTPRINTTIMELINE_H
