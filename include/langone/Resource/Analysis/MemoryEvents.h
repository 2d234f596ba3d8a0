//===- MemoryEvents.h - what an op does to heap memory -----------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the reading of upstream interfaces: which buffers an op allocates and
// frees, and how its regions execute. It looks at one op at a time; what calls
// and nested regions do is not its matter.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_MEMORYEVENTS_H
#define LANGONE_RESOURCE_ANALYSIS_MEMORYEVENTS_H

#include "mlir/IR/Operation.h"

namespace langone::resource {

/// What one op does to heap memory by itself. Automatic (stack) allocations do
/// not count.
struct MemoryEvents {
  /// Results of memref type that are fresh buffers.
  llvm::SmallVector<mlir::Value, 1> allocated;
  /// Operands of memref type whose buffer dies here.
  llvm::SmallVector<mlir::Value, 1> freed;
  /// May allocate memory of unknown size.
  bool allocatesUnknown = false;
  /// May free buffers that it does not name.
  bool freesUnknown = false;
};

MemoryEvents getMemoryEvents(mlir::Operation *op);

/// Whether `op` only allocates its single result, so that other memory can
/// stand in for it.
bool isPlainAllocation(mlir::Operation *op);

/// The sizes that a plain allocation gets for the dynamic dimensions of its
/// buffer, in their order; absent if its operands are anything else as well.
std::optional<mlir::ValueRange> getDynamicSizes(mlir::Operation *op);

/// How often and in what order the regions of an op execute.
enum class RegionExecution {
  /// In sequence, along the edges of RegionBranchOpInterface.
  Sequential,
  /// Any number of times, possibly at the same time, all ended when the op is.
  Parallel,
  /// Possibly going on after the op.
  Asynchronous,
};

/// For a call, of the callee's region: asynchronous or not.
RegionExecution getRegionExecution(mlir::Operation *op);

/// Whether values of this type stand for work that goes on.
bool isTaskHandle(mlir::Type type);

/// Ops of the block of `op` that started the work which is over after `op`:
/// what it waits for, and what that has waited for. Empty if `op` does anything
/// but wait for one of its block. Those of other blocks may have been started
/// more often than they are awaited.
llvm::SmallVector<mlir::Operation *> getAwaitedTasks(mlir::Operation *op);

/// Whether `region` may execute more than once for one execution of its op.
bool mayRepeat(mlir::Region &region);

/// Whether a region of `op` is code of its own that runs only when called.
bool isCallBoundary(mlir::Operation *op);

/// Number of iterations of all dimensions of the loop together, if constant.
std::optional<uint64_t> getConstantTripCount(mlir::Operation *op);

/// At most so many bodies of a parallel op are under way at once, as declared
/// on it or, nearest first, around it.
std::optional<uint64_t> getDeclaredParallelism(mlir::Operation *op);

/// Whether every result of memref type is one of the operands seen another way,
/// or memory that is not on the heap at all.
bool derivesResultsFromOperands(mlir::Operation *op);

/// How an operand of memref type is used.
enum class BufferUse {
  Access,   ///< read, written, freed or asked for its shape
  Flow,     ///< results or block arguments may be the same buffer
  Argument, ///< passed to a call
  Return,   ///< handed to the caller of the function
  Capture,  ///< anything else: the buffer may be anywhere afterwards
};

BufferUse classifyUse(mlir::OpOperand &use);

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_MEMORYEVENTS_H
