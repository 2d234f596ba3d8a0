//===- FootprintTimeline.cpp - the footprint over program points ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FootprintTimeline.h"

#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace langone::resource {

static UpperBytes add(UpperBytes a, UpperBytes b) {
  return a && b ? llvm::checkedAddUnsigned(*a, *b) : std::nullopt;
}

void TimelineRecorder::note(Operation *op, UpperBytes upper, uint64_t lower) {
  if (isRecording)
    points.push_back({op, upper, lower});
}

void TimelineRecorder::add(size_t first, UpperBytes upper, uint64_t lower) {
  for (Point &point : MutableArrayRef(points).drop_front(first)) {
    point.upper = resource::add(point.upper, upper);
    point.lower = llvm::SaturatingAdd(point.lower, lower);
  }
}

void TimelineRecorder::lowerBy(size_t first, size_t last, uint64_t bytes) {
  for (Point &point : MutableArrayRef(points).slice(first, last - first))
    point.lower -= std::min(point.lower, bytes);
}

void TimelineRecorder::forgetUpper(size_t first) {
  for (Point &point : MutableArrayRef(points).drop_front(first))
    point.upper = std::nullopt;
}

void TimelineRecorder::multiply(size_t first, UpperBytes base,
                                UpperBytes count) {
  for (Point &point : MutableArrayRef(points).drop_front(first)) {
    if (point.upper != UpperBytes(0))
      point.upper = point.upper && count
                        ? llvm::checkedMulUnsigned(*point.upper, *count)
                        : std::nullopt;
    point.upper = resource::add(point.upper, base);
    if (count == UpperBytes(0))
      point.lower = 0;
  }
}

std::vector<TimelinePoint> TimelineRecorder::take() {
  std::vector<TimelinePoint> timeline;
  timeline.reserve(points.size());
  for (const Point &point : points)
    timeline.push_back({point.op->getLoc(), point.upper, point.lower});
  points.clear();
  return timeline;
}

} // namespace langone::resource
