//===- ArenaSizes.h - code that computes a symbolic plan --------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the arithmetic that computes the sizes, the offsets and the arena of a
// symbolic plan from the values at entry. It emits no memory and no calls other
// than to the size functions of callees.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_TRANSFORMS_ARENASIZES_H
#define LANGONE_RESOURCE_TRANSFORMS_ARENASIZES_H

#include "langone/Resource/Analysis/MemoryPlan.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace langone::resource {

/// `<name>_arena_bytes(leaves...) -> index`: one index for each entry leaf of
/// the function, in their order.
inline constexpr llvm::StringLiteral kArenaBytesSuffix = "_arena_bytes";

/// What the emitted code computes, all of type index.
struct EmittedArena {
  mlir::Value bytes;
  /// For each buffer of the plan.
  llvm::SmallVector<mlir::Value> sizes, offsets;
};

/// The leaves of a symbolic plan at the entry of its function.
llvm::SmallVector<mlir::Value> emitLeaves(mlir::OpBuilder &builder,
                                          mlir::Location loc,
                                          const SymbolicPlan &plan);

/// Emits the sizes and offsets of `plan`, which is symbolic, at the insertion
/// point, given the values of its leaves. Sums cannot wrap: what may grow
/// beyond SizeBounds::kSaturated is cut there, where no arena can be had.
EmittedArena emitArena(mlir::OpBuilder &builder, mlir::Location loc,
                       const FunctionPlan &plan, const MemoryPlan &module,
                       const SizeBounds &bounds,
                       llvm::ArrayRef<mlir::Value> leaves);

} // namespace langone::resource

#endif // LANGONE_RESOURCE_TRANSFORMS_ARENASIZES_H
