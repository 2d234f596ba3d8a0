//===- CallStructure.h - who calls whom, callees first -----------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the functions below a module in bottom-up order, with their call sites
// and whether anybody else may call them.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_CALLSTRUCTURE_H
#define LANGONE_RESOURCE_ANALYSIS_CALLSTRUCTURE_H

#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace langone::resource {

struct FunctionNode {
  mutable mlir::FunctionOpInterface function;
  /// May call itself, directly or through others.
  bool isRecursive = false;
  /// Is visible outside the module.
  bool isPublic = false;
  /// Its symbol is used other than by a direct call.
  bool hasOtherUses = false;
  /// Direct calls, in no particular order.
  llvm::SmallVector<mlir::CallOpInterface> callSites;

  /// May be called from places that are not in `callSites`.
  bool hasUnknownCallers() const { return isPublic || hasOtherUses; }
};

/// Linear in the size of the module.
class CallStructure {
public:
  explicit CallStructure(mlir::Operation *module);

  /// All functions, also those without a body; callees before callers except
  /// within recursion.
  llvm::ArrayRef<FunctionNode> getBottomUp() const { return nodes; }

private:
  llvm::SmallVector<FunctionNode> nodes;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_CALLSTRUCTURE_H
