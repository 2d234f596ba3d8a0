//===- CheckStack.h - the stack limit of a memory budget ---------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the verdict that IR alone allows about a `stack` limit: a part of the
// pass check-budget.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_TRANSFORMS_CHECKSTACK_H
#define LANGONE_RESOURCE_TRANSFORMS_CHECKSTACK_H

#include "langone/Resource/Analysis/StackUsage.h"
#include "langone/Resource/IR/ResourceDialect.h"

namespace langone::resource {

/// Records the verdict on the stack limit of `budget`, which must have one, and
/// tells it. Fails if it is refuted and the budget refuses.
llvm::LogicalResult checkStackLimit(mlir::Operation *op,
                                    MemoryBudgetAttr budget,
                                    const StackUsageAnalysis &analysis,
                                    bool remarks, unsigned maxBuffers);

} // namespace langone::resource

#endif // LANGONE_RESOURCE_TRANSFORMS_CHECKSTACK_H
