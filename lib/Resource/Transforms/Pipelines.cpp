//===- Pipelines.cpp - from a network to planned code ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Transforms/Pipelines.h"

#include "langone/Resource/Transforms/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Conversion/TosaToLinalg/TosaToLinalg.h"
#include "mlir/Conversion/VectorToSCF/VectorToSCF.h"
#include "mlir/Dialect/Affine/Transforms/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void langone::resource::buildBufferizationPipeline(OpPassManager &pm) {
  // Upstream's canonicalizer drops one of which nothing is read, and with it
  // what it frees.
  pm.addPass(createExpandRealloc());
  OpPassManager &function = pm.nest<func::FuncOp>();
  // Convolutions, matmuls and pools keep their names ...
  function.addPass(tosa::createTosaToLinalgNamed());
  // ... and the rest of tosa becomes linalg.generic, arith and tensor ops.
  function.addPass(tosa::createTosaToLinalg());
  function.addPass(createTosaToArithPass());
  function.addPass(createTosaToTensorPass());
  // Arithmetic on whole tensors has no bufferization of its own.
  function.addPass(createConvertElementwiseToLinalgPass());
  // What is empty becomes an allocation rather than a copy of nothing.
  pm.addPass(bufferization::createEmptyTensorToAllocTensorPass());
  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.bufferizeFunctionBoundaries = true;
  // Plain memrefs at the boundary: callers need no strides.
  bufferize.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(bufferize));
  // Fewer buffers to follow.
  pm.addPass(createCSEPass());
  pm.addPass(createCanonicalizerPass());
  // Each buffer is freed by whoever owns it ...
  pm.addPass(createInsertDeallocations());
  pm.addPass(createCanonicalizerPass());
  // ... right after its last use.
  pm.addNestedPass<func::FuncOp>(
      bufferization::createOptimizeAllocationLivenessPass());
  // A clone is an allocation and a copy: both count.
  pm.addPass(createConvertBufferizationToMemRefPass());
}

void langone::resource::buildBudgetPipeline(
    OpPassManager &pm, const BudgetPipelineOptions &options) {
  buildBufferizationPipeline(pm);
  // The report and a refusal speak of the user's buffers, not of arenas.
  if (!options.report.empty()) {
    AnalyzeResourcesOptions analyze;
    analyze.report = options.report;
    analyze.table = false;
    pm.addPass(createAnalyzeResources(analyze));
  }
  CheckBudgetOptions refuse;
  refuse.remarks = false;
  pm.addPass(createCheckBudget(refuse));
  PlanMemoryOptions plan;
  plan.arena = options.arena;
  plan.alignment = options.alignment;
  // Once more, with verdicts and plans, unless the first went into a stream.
  if (options.report != "-")
    plan.report = options.report;
  plan.dynamic = options.dynamic;
  pm.addPass(createPlanMemory(plan));
  // While each buffer has a view of its own: what CSE merges, nobody can tell
  // apart any more.
  if (!options.certificate.empty()) {
    CheckBudgetOptions certify;
    certify.remarks = false;
    certify.certificate = options.certificate;
    pm.addPass(createCheckBudget(certify));
  }
  // Views that nobody uses, and offsets of the same value.
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  // What no arena holds is still counted.
  pm.addPass(createPoolAllocations());
  // The promise is about the planned code, alignment padding included.
  pm.addPass(createCheckBudget());
  // Only now is known what is left open, and where memory is taken: a check is
  // for the code that runs. Nothing later adds or moves an allocation.
  pm.addPass(createInsertGuards());
}

void langone::resource::buildLowerToLLVMPipeline(OpPassManager &pm) {
  // What follows, and what translates it, need not know the dialect.
  pm.addPass(createStripAnnotations());
  // Nothing below knows it.
  pm.addPass(createExpandRealloc());
  // Naive loops: the order of the operations, hence the result, stays that of
  // the linalg ops.
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  // Transfers of more than one dimension become loops.
  pm.addNestedPass<func::FuncOp>(createConvertVectorToSCFPass());
  // Views of views become offsets and strides, computed by affine.apply ...
  pm.addPass(memref::createExpandStridedMetadataPass());
  // ... so affine goes after them.
  pm.addPass(createLowerAffinePass());
  pm.addPass(createSCFToControlFlowPass());
  // Rounding divisions and conversions that LLVM has no instruction for.
  pm.addNestedPass<func::FuncOp>(arith::createArithExpandOpsPass());
  // Vector ops that are left have patterns of their own, with options.
  pm.addPass(createConvertVectorToLLVMPass());
  // Intrinsics where LLVM has them, the C library for the rest.
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  // Everything else by the dialects' own patterns, arenas and pools included.
  pm.addPass(createConvertToLLVMPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  // Fails if anything above left something behind.
  pm.addPass(createReconcileUnrealizedCastsPass());
}

void langone::resource::registerResourcePipelines() {
  PassPipelineRegistration<BudgetPipelineOptions>(
      "langone-budget-pipeline",
      "From tosa, linalg or anything below to planned code on memrefs, with "
      "every memory budget proven, refuted or guarded",
      buildBudgetPipeline);
  PassPipelineRegistration<>(
      "langone-bufferization-pipeline",
      "From tosa, linalg or anything below to buffers with deallocations",
      buildBufferizationPipeline);
  PassPipelineRegistration<>(
      "langone-lower-to-llvm",
      "From memrefs to the LLVM dialect with calls into the LangOne runtime",
      buildLowerToLLVMPipeline);
}
