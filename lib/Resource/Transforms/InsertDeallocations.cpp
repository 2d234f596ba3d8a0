//===- InsertDeallocations.cpp - frees where there are none ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/MemoryEvents.h"
#include "langone/Resource/Transforms/Passes.h"

#include "mlir/Dialect/Bufferization/Pipelines/Passes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"

namespace langone::resource {
#define GEN_PASS_DEF_INSERTDEALLOCATIONS
#include "langone/Resource/Transforms/Passes.h.inc"
} // namespace langone::resource

using namespace mlir;
using namespace langone::resource;

namespace {

struct InsertDeallocations
    : langone::resource::impl::InsertDeallocationsBase<InsertDeallocations> {
  using InsertDeallocationsBase::InsertDeallocationsBase;

  void getDependentDialects(DialectRegistry &registry) const override {
    OpPassManager pm(ModuleOp::getOperationName());
    bufferization::buildBufferDeallocationPipeline(pm);
    pm.getDependentDialects(registry);
  }

  void runOnOperation() override {
    // Upstream would free a pool's buffers on the heap.
    auto managesMemory = [](Operation *op) {
      return isa_and_present<ResourceDialect>(op->getDialect()) ||
             !getMemoryEvents(op).freed.empty();
    };
    bool doesSoItself = getOperation()
                            ->walk([&](Operation *op) {
                              return managesMemory(op) ? WalkResult::interrupt()
                                                       : WalkResult::advance();
                            })
                            .wasInterrupted();
    if (doesSoItself)
      return markAllAnalysesPreserved();
    OpPassManager pm(ModuleOp::getOperationName());
    bufferization::buildBufferDeallocationPipeline(pm);
    if (failed(runPipeline(pm, getOperation())))
      signalPassFailure();
  }
};

} // namespace
