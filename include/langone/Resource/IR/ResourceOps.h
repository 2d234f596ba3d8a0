//===- ResourceOps.h - arenas, pools, guards, scopes --------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the ops of the dialect and the memory that their effects are on.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_IR_RESOURCEOPS_H
#define LANGONE_RESOURCE_IR_RESOURCEOPS_H

#include "langone/Resource/IR/ResourceDialect.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/AllocationOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace langone::resource {

struct ArenaMemory : mlir::SideEffects::Resource::Base<ArenaMemory> {
  llvm::StringRef getName() final { return "ArenaMemory"; }
};

struct PoolMemory : mlir::SideEffects::Resource::Base<PoolMemory> {
  llvm::StringRef getName() final { return "PoolMemory"; }
};

/// The counters of the runtime.
struct AccountMemory : mlir::SideEffects::Resource::Base<AccountMemory> {
  llvm::StringRef getName() final { return "AccountMemory"; }
};

} // namespace langone::resource

#define GET_OP_CLASSES
#include "langone/Resource/IR/ResourceOps.h.inc"

#endif // LANGONE_RESOURCE_IR_RESOURCEOPS_H
