//===- Pipelines.h - from a network to planned code --------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the pass pipelines: which passes, in which order, and why.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_TRANSFORMS_PIPELINES_H
#define LANGONE_RESOURCE_TRANSFORMS_PIPELINES_H

#include "langone/Resource/Analysis/Lifetime.h"
#include "langone/Resource/IR/ResourceDialect.h"

#include "mlir/Pass/PassOptions.h"

namespace mlir {
class OpPassManager;
}

namespace langone::resource {

struct BudgetPipelineOptions
    : mlir::PassPipelineOptions<BudgetPipelineOptions> {
  Option<ArenaPlacement> arena{
      *this, "arena", llvm::cl::desc("Where the memory of an arena comes from"),
      llvm::cl::init(ArenaPlacement::Runtime),
      llvm::cl::values(clEnumValN(ArenaPlacement::Runtime, "runtime",
                                  "acquired from the runtime on entry"),
                       clEnumValN(ArenaPlacement::Argument, "argument",
                                  "a scratch argument"),
                       clEnumValN(ArenaPlacement::Static, "static",
                                  "a global of the module"))};
  Option<uint64_t> alignment{
      *this, "alignment",
      llvm::cl::desc("Bytes to align each buffer to; 0 for what it asks for, "
                     "at least 64"),
      llvm::cl::init(0)};
  Option<DynamicSizes> dynamic{
      *this, "dynamic",
      llvm::cl::desc("What to do with buffers of dynamic shape"),
      llvm::cl::init(DynamicSizes::Bound),
      llvm::cl::values(
          clEnumValN(DynamicSizes::Bound, "bound", "placed at their bound"),
          clEnumValN(DynamicSizes::Symbolic, "symbolic",
                     "placed at the size that they have"),
          clEnumValN(DynamicSizes::None, "none", "not placed"))};
  Option<std::string> report{
      *this, "report",
      llvm::cl::desc("File for the JSON report on the unplanned code, with "
                     "its plans once there are any"),
      llvm::cl::init("")};
  Option<std::string> certificate{
      *this, "certificate",
      llvm::cl::desc("File for the certificate of what is proven of the "
                     "planned code"),
      llvm::cl::init("")};
};

/// From tosa, linalg or anything below, on tensors or buffers, to planned code
/// on memrefs.
void buildBudgetPipeline(mlir::OpPassManager &manager,
                         const BudgetPipelineOptions &options);

/// From tosa, linalg or anything below to buffers with deallocations.
void buildBufferizationPipeline(mlir::OpPassManager &manager);

/// From code on memrefs to the LLVM dialect with calls into the runtime.
void buildLowerToLLVMPipeline(mlir::OpPassManager &manager);

void registerResourcePipelines();

} // namespace langone::resource

#endif // LANGONE_RESOURCE_TRANSFORMS_PIPELINES_H
