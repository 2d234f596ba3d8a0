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

#include "langone/Resource/Analysis/CallTargets.h"

namespace langone::resource {

struct FunctionNode {
  mutable mlir::FunctionOpInterface function;
  /// May call itself, directly or through others.
  bool isRecursive = false;
  /// Is visible outside the module.
  bool isPublic = false;
  /// Its symbol is used other than by a direct call.
  bool hasOtherUses = false;
  /// Its symbol is used where it is not known which calls are of it.
  bool escapes = false;
  /// Calls that are known to reach it, in the order of the module.
  llvm::SmallVector<mlir::CallOpInterface> callSites;
  /// Functions that may all call each other have the same number.
  unsigned component = 0;

  /// May be called from places that are not in `callSites`.
  bool hasUnknownCallers() const { return isPublic || escapes; }
};

/// Linear in the size of the module.
class CallStructure {
public:
  explicit CallStructure(mlir::Operation *module);

  /// All functions, also those without a body; callees before callers except
  /// within recursion.
  llvm::ArrayRef<FunctionNode> getBottomUp() const { return nodes; }

  /// Those of the component that begins at `first`, an index of getBottomUp().
  llvm::ArrayRef<FunctionNode> getComponent(unsigned first) const;

  /// Declared bound on the activations of the component's functions that are
  /// live at once on one thread; absent where none is declared.
  static std::optional<uint64_t>
  getDeclaredDepth(llvm::ArrayRef<FunctionNode> component);

  /// Emits an error for each declared depth that says nothing, or something
  /// else than another one in the same cycle.
  llvm::LogicalResult verifyDepths() const;

private:
  llvm::SmallVector<FunctionNode> nodes;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_CALLSTRUCTURE_H
