//===- SizeExprBuilder.cpp - from IR to size expressions ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SizeExprBuilder.h"
#include "Mutation.h"

#include "langone/Resource/Analysis/MemoryEvents.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/ShapedOpInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace langone::resource {

static unsigned getWidth(Type type) {
  auto integer = dyn_cast<IntegerType>(type);
  return integer ? integer.getWidth() : 64;
}

/// A scalar that 64 bits can hold.
static bool isSmallInteger(Type type) {
  return type.isIndex() || (type.isSignlessInteger() && getWidth(type) >= 1 &&
                            getWidth(type) <= 64);
}

AffineExpr SizeExprBuilder::checkFits(AffineExpr expr, unsigned width,
                                      Operation *at) {
  Interval values = range(expr, at);
  bool fits =
      values.lower && values.upper && Interval::ofWidth(width).contains(values);
  return fits ? expr : AffineExpr();
}

bool SizeExprBuilder::isNonNegative(AffineExpr expr, Operation *at) {
  return range(expr, at).isNonNegative();
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

AffineExpr SizeExprBuilder::getExpr(Value integer) {
  if (AffineExpr expr = exprs.lookup(integer))
    return expr;
  AffineExpr expr;
  if (depth < kMaxDepth) {
    ++depth;
    expr = translate(integer);
    --depth;
  }
  if (!expr)
    expr = symbols.getLeaf({integer});
  exprs[integer] = expr;
  return expr;
}

AffineExpr SizeExprBuilder::translate(Value integer) {
  if (!isSmallInteger(integer.getType()))
    return {};
  APInt constant;
  if (matchPattern(integer, m_ConstantInt(&constant)))
    return symbols.getConstant(constant.getSExtValue());
  Operation *op = integer.getDefiningOp();
  if (!op)
    return {};
  if (auto dim = dyn_cast<ShapedDimOpInterface>(op)) {
    std::optional<int64_t> index = getConstantIntValue(dim.getDimension());
    auto type = dyn_cast<ShapedType>(dim.getShapedValue().getType());
    if (!index || !type || !type.hasRank() || *index < 0 ||
        *index >= type.getRank())
      return {};
    return getDim(dim.getShapedValue(), *index);
  }
  if (isa<CastOpInterface>(op))
    return translateCast(op);
  if (isa<affine::AffineApplyOp, affine::AffineMinOp, affine::AffineMaxOp>(op))
    return translateAffine(op);
  return translateArith(op);
}

AffineExpr SizeExprBuilder::translateArith(Operation *op) {
  if (op->getNumOperands() != 2 ||
      !llvm::all_of(op->getOperandTypes(), isSmallInteger))
    return {};
  auto operand = [&](unsigned i) { return getExpr(op->getOperand(i)); };
  unsigned width = getWidth(op->getResult(0).getType());
  auto areNonNegative = [&] {
    return isNonNegative(operand(0), op) && isNonNegative(operand(1), op);
  };
  return llvm::TypeSwitch<Operation *, AffineExpr>(op)
      .Case([&](arith::AddIOp) {
        return checkFits(operand(0) + operand(1), width, op);
      })
      .Case([&](arith::SubIOp) {
        return checkFits(operand(0) - operand(1), width, op);
      })
      .Case([&](arith::MulIOp) {
        return checkFits(operand(0) * operand(1), width, op);
      })
      .Case([&](arith::MaxSIOp) {
        return symbols.getMax({operand(0), operand(1)});
      })
      .Case([&](arith::MinSIOp) {
        return symbols.getMin({operand(0), operand(1)});
      })
      .Case([&](arith::MaxUIOp) {
        return areNonNegative() ? symbols.getMax({operand(0), operand(1)})
                                : AffineExpr();
      })
      .Case([&](arith::MinUIOp) {
        return areNonNegative() ? symbols.getMin({operand(0), operand(1)})
                                : AffineExpr();
      })
      .Default([&](Operation *) { return translateDivision(op); });
}

// Divisions and shifts by constants. Those that do not round down are taken
// only where that makes no difference.
AffineExpr SizeExprBuilder::translateDivision(Operation *op) {
  auto divisor = dyn_cast<AffineConstantExpr>(getExpr(op->getOperand(1)));
  if (!divisor || divisor.getValue() < 0)
    return {};
  int64_t amount = divisor.getValue();
  AffineExpr value = getExpr(op->getOperand(0));
  unsigned width = getWidth(op->getResult(0).getType());
  if (isa<arith::ShLIOp, arith::ShRUIOp, arith::ShRSIOp>(op)) {
    // A shift by the width or more is poison.
    if (amount >= std::min(width, 63u))
      return {};
    amount = int64_t(1) << amount;
  }
  if (amount == 0)
    return {};
  bool needsSign = isa<arith::DivUIOp, arith::DivSIOp, arith::RemUIOp,
                       arith::RemSIOp, arith::ShRUIOp, arith::CeilDivUIOp>(op);
  if (needsSign && !isNonNegative(value, op))
    return {};
  AffineExpr by = symbols.getConstant(amount);
  return llvm::TypeSwitch<Operation *, AffineExpr>(op)
      .Case([&](arith::ShLIOp) { return checkFits(value * by, width, op); })
      .Case<arith::DivUIOp, arith::DivSIOp, arith::FloorDivSIOp, arith::ShRUIOp,
            arith::ShRSIOp>([&](Operation *) { return value.floorDiv(by); })
      .Case<arith::CeilDivUIOp, arith::CeilDivSIOp>([&](Operation *) {
        return isBroken(Mutation::DivideDown) ? value.floorDiv(by)
                                              : value.ceilDiv(by);
      })
      .Case<arith::RemUIOp, arith::RemSIOp>(
          [&](Operation *) { return value % by; })
      .Default([](Operation *) { return AffineExpr(); });
}

AffineExpr SizeExprBuilder::translateCast(Operation *op) {
  if (op->getNumOperands() != 1 ||
      !isSmallInteger(op->getOperand(0).getType()) ||
      !isSmallInteger(op->getResult(0).getType()))
    return {};
  AffineExpr value = getExpr(op->getOperand(0));
  // The sign is kept, or there is none.
  bool keepsSign = isa<arith::IndexCastOp, arith::ExtSIOp, arith::TruncIOp>(op);
  bool isUnsigned = isa<arith::IndexCastUIOp, arith::ExtUIOp>(op);
  if (!keepsSign && !(isUnsigned && isNonNegative(value, op)))
    return {};
  return checkFits(value, getWidth(op->getResult(0).getType()), op);
}

AffineExpr SizeExprBuilder::fromMapResult(AffineExpr result, unsigned numDims,
                                          ArrayRef<AffineExpr> operands,
                                          Operation *at) {
  AffineExpr expr = result.replaceDimsAndSymbols(operands.take_front(numDims),
                                                 operands.drop_front(numDims));
  // Each step is an operation that may wrap, or divide by what is no divisor.
  WalkResult walk = expr.walk([&](AffineExpr part) {
    auto binary = dyn_cast<AffineBinaryOpExpr>(part);
    bool divides = binary && part.getKind() != AffineExprKind::Add &&
                   part.getKind() != AffineExprKind::Mul;
    if (divides && !isa<AffineConstantExpr>(binary.getRHS()))
      return WalkResult::interrupt();
    return checkFits(part, 64, at) ? WalkResult::advance()
                                   : WalkResult::interrupt();
  });
  return walk.wasInterrupted() ? AffineExpr() : expr;
}

std::optional<SmallVector<AffineExpr>>
SizeExprBuilder::applyMap(AffineMap map, ValueRange values, Operation *at) {
  SmallVector<AffineExpr> operands = llvm::map_to_vector(
      values, [&](Value operand) { return getExpr(operand); });
  SmallVector<AffineExpr> results;
  for (AffineExpr result : map.getResults()) {
    AffineExpr expr = fromMapResult(result, map.getNumDims(), operands, at);
    if (!expr)
      return std::nullopt;
    results.push_back(expr);
  }
  return results;
}

AffineExpr SizeExprBuilder::translateAffine(Operation *op) {
  auto map = op->getAttrOfType<AffineMapAttr>("map");
  if (!map)
    return {};
  std::optional<SmallVector<AffineExpr>> results =
      applyMap(map.getValue(), op->getOperands(), op);
  if (!results)
    return {};
  return isa<affine::AffineMaxOp>(op) ? symbols.getMax(*results)
                                      : symbols.getMin(*results);
}

//===----------------------------------------------------------------------===//
// Dimensions
//===----------------------------------------------------------------------===//

AffineExpr SizeExprBuilder::getDim(Value memref, int64_t dim) {
  auto type = dyn_cast<ShapedType>(memref.getType());
  if (type && type.hasRank() && !type.isDynamicDim(dim))
    return symbols.getConstant(type.getDimSize(dim));
  if (AffineExpr expr = dims.lookup({memref, dim}))
    return expr;
  AffineExpr expr;
  if (depth < kMaxDepth && type && type.hasRank()) {
    ++depth;
    expr = translateDim(memref, dim);
    --depth;
  }
  if (!expr)
    expr = symbols.getLeaf({memref, dim});
  dims[{memref, dim}] = expr;
  return expr;
}

AffineExpr SizeExprBuilder::translateDim(Value memref, int64_t dim) {
  Operation *op = memref.getDefiningOp();
  if (!op)
    return {};
  auto type = cast<ShapedType>(memref.getType());
  if (std::optional<ValueRange> sizes = getDynamicSizes(op))
    return getExpr((*sizes)[type.getDynamicDimIndex(dim)]);
  if (auto view = dyn_cast<memref::ViewOp>(op))
    return getExpr(view.getSizes()[type.getDynamicDimIndex(dim)]);
  if (auto realloc = memref.getDefiningOp<memref::ReallocOp>())
    return getExpr(realloc.getDynamicResultSize());
  return getBound({memref, dim}, presburger::BoundType::EQ);
}

AffineExpr SizeExprBuilder::getBound(const SizeLeaf &leaf,
                                     presburger::BoundType side) {
  auto argument = dyn_cast<BlockArgument>(leaf.value);
  Operation *op = argument ? argument.getOwner()->getParentOp()
                           : leaf.value.getDefiningOp();
  if (!op || !isa<ValueBoundsOpInterface>(op) ||
      (!leaf.isDim() && !leaf.value.getType().isIndex()))
    return {};
  std::optional<int64_t> dim =
      leaf.isDim() ? std::optional<int64_t>(leaf.dim) : std::nullopt;
  // One op at a time: upstream takes arithmetic for exact, we check it.
  auto isOther = [&](Value value, std::optional<int64_t> otherDim,
                     ValueBoundsConstraintSet &) {
    return value != leaf.value || otherDim != dim;
  };
  AffineMap map;
  ValueDimList operands;
  if (failed(ValueBoundsConstraintSet::computeBound(
          map, operands, side,
          dim ? ValueBoundsConstraintSet::Variable(leaf.value, *dim)
              : ValueBoundsConstraintSet::Variable(leaf.value),
          isOther, /*closedUB=*/true)) ||
      map.getNumResults() != 1)
    return {};
  SmallVector<AffineExpr> exprs;
  for (auto [value, operandDim] : operands)
    exprs.push_back(operandDim ? getDim(value, *operandDim) : getExpr(value));
  return fromMapResult(map.getResult(0), map.getNumDims(), exprs, op);
}

} // namespace langone::resource
