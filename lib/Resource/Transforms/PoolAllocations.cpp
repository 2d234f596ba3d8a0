//===- PoolAllocations.cpp - the rest comes from the pool -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/AllocationFamilies.h"
#include "langone/Resource/IR/ResourceOps.h"
#include "langone/Resource/Transforms/Passes.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"

namespace langone::resource {
#define GEN_PASS_DEF_POOLALLOCATIONS
#include "langone/Resource/Transforms/Passes.h.inc"
} // namespace langone::resource

using namespace mlir;
using namespace langone::resource;

namespace {

/// What pool.alloc and pool.dealloc can stand in for.
bool isPoolable(Operation *op) {
  if (isa<memref::DeallocOp>(op))
    return true;
  auto alloc = dyn_cast<memref::AllocOp>(op);
  return alloc && !alloc.getType().getMemorySpace() &&
         alloc.getType().getLayout().isIdentity();
}

/// Why `op` cannot come from a pool; null if it can.
const char *whyNotPooled(memref::AllocOp op,
                         const AllocationFamilies &families) {
  if (op.getType().getMemorySpace())
    return "it is in a memory space of its own";
  if (!isPoolable(op))
    return "its layout is not the identity";
  if (!families.isClosed(op))
    return "it may be freed by code that cannot be followed, or together with "
           "a buffer that stays";
  return nullptr;
}

struct PoolAllocations
    : langone::resource::impl::PoolAllocationsBase<PoolAllocations> {
  using PoolAllocationsBase::PoolAllocationsBase;

  void runOnOperation() override {
    AllocationFamilies families(getOperation(),
                                getAnalysis<FootprintAnalysis>(), isPoolable);
    // Decide all before changing any: the families speak of today's values.
    SmallVector<memref::AllocOp> allocations;
    SmallVector<Operation *> deallocations;
    getOperation()->walk([&](memref::AllocOp op) {
      if (const char *why = whyNotPooled(op, families))
        remark::missed(
            op.getLoc(),
            remark::RemarkOpts::name("NotPooled").category("langone"))
            << "buffer stays on the heap: " << why;
      else
        allocations.push_back(op);
    });
    for (auto [op, freed] : families.getDeallocations())
      if (isa<memref::DeallocOp>(op) && families.isClosedDeallocation(freed))
        deallocations.push_back(op);

    IRRewriter rewriter(&getContext());
    for (memref::AllocOp op : allocations) {
      rewriter.setInsertionPoint(op);
      rewriter.replaceOpWithNewOp<PoolAllocOp>(
          op, op.getType(), op.getDynamicSizes(), op.getAlignmentAttr());
    }
    for (Operation *op : deallocations) {
      rewriter.setInsertionPoint(op);
      rewriter.replaceOpWithNewOp<PoolDeallocOp>(op, op->getOperand(0));
    }
  }
};

} // namespace
