//===- SymbolicFootprint.h - the peak as an expression -----------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the peak of a function as the largest of several expressions over the
// values at its entry, where it is one exactly. FootprintAnalysis has the
// numbers; this has the formula that a check at entry can evaluate.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_SYMBOLICFOOTPRINT_H
#define LANGONE_RESOURCE_ANALYSIS_SYMBOLICFOOTPRINT_H

#include "langone/Resource/Analysis/Footprint.h"

namespace langone::resource {

/// Bytes live at the points of `function` where memory grows, each exact
/// whenever the point is reached; all leaves are known at entry. Empty if that
/// cannot be said: sizes that are computed on the way, memory that a loop or a
/// branch leaves behind, callees whose cost is not one number.
llvm::SmallVector<mlir::AffineExpr>
getSymbolicFootprint(mlir::FunctionOpInterface function,
                     const FootprintAnalysis &footprint);

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_SYMBOLICFOOTPRINT_H
