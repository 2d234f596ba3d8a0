//===- ExpandRealloc.cpp - realloc as allocation, copy and free -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Upstream's expand-realloc does the same for sizes that are not known. Where a
// buffer of known size shrinks it makes the branch that would grow it, too,
// which its verifier refuses.
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/PatternMatch.h"

namespace langone::resource {
#define GEN_PASS_DEF_EXPANDREALLOC
#include "langone/Resource/Transforms/Passes.h.inc"
} // namespace langone::resource

using namespace mlir;
using namespace langone::resource;

namespace {

/// What stands in for one realloc.
class Expansion {
public:
  Expansion(OpBuilder &builder, memref::ReallocOp op)
      : builder(builder), op(op), loc(op.getLoc()),
        oldSize(memref::getMixedSize(builder, loc, op.getSource(), 0)),
        newSize(op.getDynamicResultSize()
                    ? OpFoldResult(op.getDynamicResultSize())
                    : builder.getIndexAttr(op.getType().getDimSize(0))) {}

  Value build() {
    auto from = getConstantIntValue(oldSize), to = getConstantIntValue(newSize);
    if (from && to)
      return *from < *to ? grow() : shrink();
    Value isLarger = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::ult,
        getValueOrCreateConstantIndexOp(builder, loc, oldSize),
        getValueOrCreateConstantIndexOp(builder, loc, newSize));
    auto way = scf::IfOp::create(builder, loc, op.getType(), isLarger,
                                 /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(way.thenBlock());
    scf::YieldOp::create(builder, loc, grow());
    builder.setInsertionPointToStart(way.elseBlock());
    scf::YieldOp::create(builder, loc, shrink());
    return way.getResult(0);
  }

private:
  Value grow() {
    SmallVector<Value> dynamicSizes;
    if (op.getType().isDynamicDim(0))
      dynamicSizes.push_back(op.getDynamicResultSize());
    Value larger = memref::AllocOp::create(builder, loc, op.getType(),
                                           dynamicSizes, op.getAlignmentAttr());
    OpFoldResult zero = builder.getIndexAttr(0), one = builder.getIndexAttr(1);
    Value front = memref::SubViewOp::create(
        builder, loc, larger, ArrayRef(zero), ArrayRef(oldSize), ArrayRef(one));
    memref::CopyOp::create(builder, loc, op.getSource(), front);
    memref::DeallocOp::create(builder, loc, op.getSource());
    return larger;
  }

  /// The same buffer by a name that sees less of it.
  Value shrink() {
    OpFoldResult zero = builder.getIndexAttr(0), one = builder.getIndexAttr(1);
    return memref::ReinterpretCastOp::create(builder, loc, op.getType(),
                                             op.getSource(), zero,
                                             ArrayRef(newSize), ArrayRef(one));
  }

  OpBuilder &builder;
  memref::ReallocOp op;
  Location loc;
  OpFoldResult oldSize, newSize;
};

struct ExpandRealloc
    : langone::resource::impl::ExpandReallocBase<ExpandRealloc> {
  using ExpandReallocBase::ExpandReallocBase;

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation()->walk([&](memref::ReallocOp op) {
      rewriter.setInsertionPoint(op);
      rewriter.replaceOp(op, Expansion(rewriter, op).build());
    });
  }
};

} // namespace
