//===- FootprintSummary.h - what is known of one function --------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns what FootprintAnalysis keeps of each function, for its own files.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_FOOTPRINTSUMMARY_H
#define LANGONE_RESOURCE_ANALYSIS_FOOTPRINTSUMMARY_H

#include "FootprintWalker.h"

namespace langone::resource {

struct FootprintAnalysis::Summary {
  std::optional<BufferOrigins> origins;
  Footprint own;
  /// Absent for a function without a body that declares none.
  std::optional<CallCost> cost;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_FOOTPRINTSUMMARY_H
