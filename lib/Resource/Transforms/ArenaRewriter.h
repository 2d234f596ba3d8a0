//===- ArenaRewriter.h - a function and its arena ----------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns how the plan of one function becomes IR: where its arena comes from, the
// views that stand in for allocations, and the names this takes. What is
// planned, and whether that is valid, is decided elsewhere.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_TRANSFORMS_ARENAREWRITER_H
#define LANGONE_RESOURCE_TRANSFORMS_ARENAREWRITER_H

#include "langone/Resource/Analysis/MemoryPlan.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace langone::resource {

/// Emits an error if a symbol that the arena of `plan` would need in
/// `placement` is taken.
llvm::LogicalResult checkArenaNames(const FunctionPlan &plan,
                                    ArenaPlacement placement);

/// Splits `function` into itself, which calls, and `<name>_in_arena`, which
/// works; `callSites` then call the latter. An error if that name is taken.
llvm::LogicalResult splitEntry(mlir::func::FuncOp function,
                               llvm::ArrayRef<mlir::CallOpInterface> callSites);

/// Gives the function of `plan`, a part of `module`, its arena, puts its
/// buffers there and records the plan. Callees must have been rewritten before.
/// `sizes` is what the plan was made with.
void rewriteToArena(const FunctionPlan &plan, const MemoryPlan &module,
                    const SizeAnalysis &sizes, ArenaPlacement placement);

} // namespace langone::resource

#endif // LANGONE_RESOURCE_TRANSFORMS_ARENAREWRITER_H
