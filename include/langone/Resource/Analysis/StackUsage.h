//===- StackUsage.h - automatic memory live at once --------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the automatic memory of functions and scopes: an upper and a lower
// estimate of the bytes that allocations on the stack (`memref.alloca`,
// `llvm.alloca` and their like) have live at once, callees included. Frames as
// code generation lays them out (spills, return addresses, padding) are not
// known in IR and do not count: langone-stack reads them from objects.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_STACKUSAGE_H
#define LANGONE_RESOURCE_ANALYSIS_STACKUSAGE_H

#include "langone/Resource/Analysis/Footprint.h"

namespace langone::resource {

/// The automatic memory of one function or scope, in bytes.
struct StackUsage {
  /// No execution has more bytes live at once on the stack of one thread, as
  /// far as allocations in the IR are concerned.
  UpperBytes upper = 0;
  /// Some point has at least as many bytes live when it is first reached. All
  /// points count as reachable, and allocations as written: an optimizer may
  /// still remove them.
  uint64_t lower = 0;
  /// Where the estimates are reached; absent if nothing is ever live, the upper
  /// one also if there is no finite bound.
  PeakPtr upperPeak, lowerPeak;
  /// Not empty if `upper` is absent.
  llvm::SmallVector<UnboundedReason> reasons;

  /// The peak to show: of the upper estimate where there is one.
  const PeakPtr &getPeak() const { return upper ? upperPeak : lowerPeak; }
};

/// Automatic memory of all functions below a module, bottom-up over the call
/// graph; linear in the size of the module.
class StackUsageAnalysis {
public:
  StackUsageAnalysis(mlir::Operation *module, mlir::AnalysisManager &manager);

  /// Usage of a function with a body.
  const StackUsage &getFunction(mlir::FunctionOpInterface function) const;

  /// Usage of an op with a region inside a function, from its entry to its
  /// exit; of a module, the largest of its functions.
  StackUsage getScope(mlir::Operation *op) const;

private:
  StackUsage walk(mlir::Operation *scope,
                  mlir::FunctionOpInterface function) const;

  // A handle; its queries are not const.
  mutable mlir::AnalysisManager manager;
  llvm::MapVector<mlir::Operation *, StackUsage> usages;
  mutable mlir::SymbolTableCollection symbolTables;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_STACKUSAGE_H
