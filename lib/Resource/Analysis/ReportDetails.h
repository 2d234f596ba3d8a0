//===- ReportDetails.h - what a report holds to draw and compare -*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the lists of a report that grow with the program: points, buffers, and
// where a plan puts them.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_REPORTDETAILS_H
#define LANGONE_RESOURCE_ANALYSIS_REPORTDETAILS_H

#include "langone/Resource/Analysis/Footprint.h"

#include "llvm/Support/JSON.h"

namespace langone::resource {

struct FunctionPlan;

/// `timeline`: the footprint over program points, at most some hundreds: of
/// more, each stretch gives its highest and its lowest. The peak is among them.
llvm::json::Array timelineToJSON(const FootprintAnalysis &analysis,
                                 mlir::FunctionOpInterface function);

/// `buffers`: all allocations of the function, in program order.
llvm::json::Array buffersToJSON(const FootprintAnalysis &analysis,
                                mlir::FunctionOpInterface function);

/// `plan.buffers`: what lies where in the arena, and when.
llvm::json::Array planBuffersToJSON(const FootprintAnalysis &analysis,
                                    const FunctionPlan &plan);

/// The MLIR text of a type.
std::string formatType(mlir::Type type);

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_REPORTDETAILS_H
