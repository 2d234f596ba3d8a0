//===- FootprintTimeline.cpp - the footprint, point by point --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FootprintTimeline.h"

#include "FootprintWalker.h"

#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace langone::resource {

static UpperBytes add(UpperBytes a, UpperBytes b) {
  return a && b ? llvm::checkedAddUnsigned(*a, *b) : std::nullopt;
}

void TimelineRecorder::note(Operation *op, UpperBytes upper, uint64_t lower) {
  points.push_back({op, upper, lower});
}

void TimelineRecorder::forEachWithin(Operation *op,
                                     llvm::function_ref<void(Point &)> change) {
  for (Point &point : llvm::reverse(points)) {
    if (!op->isAncestor(point.op))
      return;
    change(point);
  }
}

void TimelineRecorder::addWithin(Operation *op, UpperBytes upper,
                                 uint64_t lower) {
  forEachWithin(op, [&](Point &point) {
    point.upper = add(point.upper, upper);
    point.lower = llvm::SaturatingAdd(point.lower, lower);
  });
}

void TimelineRecorder::forgetLowerWithin(Operation *op) {
  forEachWithin(op, [](Point &point) { point.lower = 0; });
}

void TimelineRecorder::forgetUpperWithin(Operation *op) {
  forEachWithin(op, [](Point &point) { point.upper = std::nullopt; });
}

void TimelineRecorder::multiplyWithin(Operation *op, UpperBytes base,
                                      UpperBytes count) {
  forEachWithin(op, [&](Point &point) {
    if (point.upper != UpperBytes(0))
      point.upper = point.upper && count
                        ? llvm::checkedMulUnsigned(*point.upper, *count)
                        : std::nullopt;
    point.upper = add(point.upper, base);
    if (count == UpperBytes(0))
      point.lower = 0;
  });
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
