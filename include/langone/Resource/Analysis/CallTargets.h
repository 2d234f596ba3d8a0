//===- CallTargets.h - which functions a call may reach ----------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the way from a call to the functions that it may call: by name, or
// through a value that comes from constants by selects, branches and regions.
// It says nothing about what they do.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_CALLTARGETS_H
#define LANGONE_RESOURCE_ANALYSIS_CALLTARGETS_H

#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace langone::resource {

class CallTargets {
public:
  using Functions = llvm::SmallVector<mlir::FunctionOpInterface, 1>;

  /// All functions that `call` may reach, in an order that depends on the code
  /// alone; empty if others may be among them. Computed once for each call.
  const Functions &lookup(mlir::CallOpInterface call);

private:
  Functions resolve(mlir::CallOpInterface call);

  mlir::SymbolTableCollection symbolTables;
  llvm::DenseMap<mlir::Operation *, Functions> targets;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_CALLTARGETS_H
