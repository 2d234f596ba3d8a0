//===- FootprintTimeline.h - the footprint over program points ---*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the points that a walk passes, and how the repetition of a body changes
// those within it. It makes no estimates of its own.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_FOOTPRINTTIMELINE_H
#define LANGONE_RESOURCE_ANALYSIS_FOOTPRINTTIMELINE_H

#include "langone/Resource/Analysis/Footprint.h"

namespace langone::resource {

/// Collects points in the order of a walk; does nothing unless `isRecording`.
/// What happens to a body as a whole happens to the points since a mark.
class TimelineRecorder {
public:
  explicit TimelineRecorder(bool isRecording) : isRecording(isRecording) {}

  void note(mlir::Operation *op, UpperBytes upper, uint64_t lower);

  /// Points noted from now on come after the mark.
  size_t mark() const { return points.size(); }

  /// Adds to both estimates of the points since `first`.
  void add(size_t first, UpperBytes upper, uint64_t lower);
  /// Takes from the lower estimates of the points in [first, last).
  void lowerBy(size_t first, size_t last, uint64_t bytes);
  /// No finite bound is known for the points since `first`.
  void forgetUpper(size_t first);
  /// `count` bodies are under way together, on top of `base`.
  void multiply(size_t first, UpperBytes base, UpperBytes count);

  std::vector<TimelinePoint> take();

private:
  struct Point {
    mlir::Operation *op;
    UpperBytes upper;
    uint64_t lower;
  };

  bool isRecording;
  std::vector<Point> points;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_FOOTPRINTTIMELINE_H
