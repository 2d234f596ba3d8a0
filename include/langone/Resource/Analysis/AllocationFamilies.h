//===- AllocationFamilies.h - which allocations share a free -----*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the partition of a module's allocations and deallocations into families:
// a family is freed in one way only, so its allocations can change only
// together. A family that reaches code which we do not see must not change.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_ALLOCATIONFAMILIES_H
#define LANGONE_RESOURCE_ANALYSIS_ALLOCATIONFAMILIES_H

#include "langone/Resource/Analysis/Footprint.h"

#include "llvm/ADT/EquivalenceClasses.h"

namespace langone::resource {

struct FunctionNode;

class AllocationFamilies {
public:
  /// `mayChange` tells whether an op that allocates or frees could be changed
  /// by itself.
  AllocationFamilies(mlir::Operation *module,
                     const FootprintAnalysis &footprint,
                     llvm::function_ref<bool(mlir::Operation *)> mayChange);

  /// Whether everything that may free `buffer`, the result of an allocation, is
  /// in the module, and frees nothing that may not change.
  bool isClosed(mlir::Value buffer) const;

  /// Ops that free buffers, with what they free, in program order.
  llvm::ArrayRef<std::pair<mlir::Operation *, mlir::Value>>
  getDeallocations() const {
    return deallocations;
  }
  /// Whether whatever this deallocation frees was allocated in the module.
  bool isClosedDeallocation(mlir::Value freed) const;

private:
  void addFunction(const FunctionNode &node,
                   llvm::function_ref<bool(mlir::Operation *)> mayChange);
  void addArgument(const BufferRoot &root, const FunctionNode &node);
  void addDeallocations(mlir::FunctionOpInterface function,
                        llvm::function_ref<bool(mlir::Operation *)> mayChange);
  void joinCallee(mlir::Value result, mlir::FunctionOpInterface callee);
  void joinOrigins(mlir::Value value, const BufferOrigins &origins,
                   mlir::Value with);

  /// Members are roots; null stands for everything outside the module and all
  /// that cannot be followed.
  llvm::EquivalenceClasses<void *> families;
  llvm::SmallVector<std::pair<mlir::Operation *, mlir::Value>> deallocations;
  const FootprintAnalysis &footprint;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_ALLOCATIONFAMILIES_H
