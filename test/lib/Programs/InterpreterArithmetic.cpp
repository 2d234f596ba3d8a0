//===- InterpreterArithmetic.cpp - numbers, sizes, plans at entry ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Interpreter.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/APSInt.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace langone::resource::test {

static unsigned getBits(Type type) {
  return type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
}

unsigned getElementBytes(Type element) {
  return llvm::PowerOf2Ceil(llvm::divideCeil(getBits(element), 8));
}

APInt Interpreter::getInteger(Value value) {
  RuntimeValue content = get(value);
  uint64_t words[] = {content.bits, content.highBits};
  return APInt(128, words).trunc(getBits(value.getType()));
}

void Interpreter::setInteger(Value value, const APInt &number) {
  APInt wide = number.zext(128);
  set(value, {{wide.extractBitsAsZExtValue(64, 0),
               {},
               wide.extractBitsAsZExtValue(64, 64)}});
}

static bool compare(arith::CmpIPredicate predicate, const APInt &a,
                    const APInt &b) {
  switch (predicate) {
  case arith::CmpIPredicate::eq:
    return a == b;
  case arith::CmpIPredicate::ne:
    return a != b;
  case arith::CmpIPredicate::slt:
    return a.slt(b);
  case arith::CmpIPredicate::sle:
    return a.sle(b);
  case arith::CmpIPredicate::sgt:
    return a.sgt(b);
  case arith::CmpIPredicate::sge:
    return a.sge(b);
  case arith::CmpIPredicate::ult:
    return a.ult(b);
  case arith::CmpIPredicate::ule:
    return a.ule(b);
  case arith::CmpIPredicate::ugt:
    return a.ugt(b);
  case arith::CmpIPredicate::uge:
    return a.uge(b);
  }
  llvm_unreachable("unknown predicate");
}

/// The result of an op on two integers; none for other ops.
static std::optional<APInt> evaluateBinary(Operation *op, const APInt &a,
                                           const APInt &b) {
  using llvm::APIntOps::RoundingSDiv;
  using llvm::APIntOps::RoundingUDiv;
  using Rounding = APInt::Rounding;
  using Number = std::optional<APInt>;
  return llvm::TypeSwitch<Operation *, Number>(op)
      .Case([&](arith::AddIOp) { return a + b; })
      .Case([&](arith::SubIOp) { return a - b; })
      .Case([&](arith::MulIOp) { return a * b; })
      .Case([&](arith::DivUIOp) { return a.udiv(b); })
      .Case([&](arith::DivSIOp) { return a.sdiv(b); })
      .Case([&](arith::RemUIOp) { return a.urem(b); })
      .Case(
          [&](arith::CeilDivUIOp) { return RoundingUDiv(a, b, Rounding::UP); })
      .Case(
          [&](arith::CeilDivSIOp) { return RoundingSDiv(a, b, Rounding::UP); })
      .Case([&](arith::FloorDivSIOp) {
        return RoundingSDiv(a, b, Rounding::DOWN);
      })
      .Case([&](arith::ShLIOp) { return a.shl(b); })
      .Case([&](arith::ShRUIOp) { return a.lshr(b); })
      .Case([&](arith::MinUIOp) { return llvm::APIntOps::umin(a, b); })
      .Case([&](arith::MaxUIOp) { return llvm::APIntOps::umax(a, b); })
      .Case([&](arith::MinSIOp) { return llvm::APIntOps::smin(a, b); })
      .Case([&](arith::MaxSIOp) { return llvm::APIntOps::smax(a, b); })
      .Case([&](arith::AndIOp) { return a & b; })
      .Case([&](arith::OrIOp) { return a | b; })
      .Case([&](arith::XOrIOp) { return a ^ b; })
      .Case([&](arith::CmpIOp compareOp) {
        return APInt(1, compare(compareOp.getPredicate(), a, b));
      })
      .Default([](Operation *) { return Number(); });
}

bool Interpreter::runArithmetic(Operation *op) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    if (auto real = dyn_cast<FloatAttr>(constant.getValue()))
      setInteger(constant, real.getValue().bitcastToAPInt());
    else
      setInteger(constant, cast<IntegerAttr>(constant.getValue()).getValue());
    return true;
  }
  if (auto select = dyn_cast<arith::SelectOp>(op)) {
    set(op->getResults(),
        {get(get(select.getCondition()).bits ? select.getTrueValue()
                                             : select.getFalseValue())});
    return true;
  }
  if (op->getNumResults() == 0 || op->getNumOperands() == 0 ||
      !op->getOperand(0).getType().isIntOrIndexOrFloat() ||
      !op->getResult(0).getType().isIntOrIndexOrFloat())
    return false;
  if (auto product = dyn_cast<arith::MulUIExtendedOp>(op)) {
    APInt a = getInteger(product.getLhs()), b = getInteger(product.getRhs());
    unsigned width = a.getBitWidth();
    APInt exact = a.zext(2 * width) * b.zext(2 * width);
    setInteger(product.getLow(), exact.trunc(width));
    setInteger(product.getHigh(), exact.lshr(width).trunc(width));
    return true;
  }
  APInt first = getInteger(op->getOperand(0));
  auto real = [&](unsigned index) {
    return APFloat(
        cast<FloatType>(op->getOperand(index).getType()).getFloatSemantics(),
        getInteger(op->getOperand(index)));
  };
  unsigned width = getBits(op->getResult(0).getType());
  std::optional<APInt> value =
      llvm::TypeSwitch<Operation *, std::optional<APInt>>(op)
          .Case<arith::IndexCastOp, arith::ExtSIOp>(
              [&](auto) { return first.sextOrTrunc(width); })
          .Case<arith::IndexCastUIOp, arith::ExtUIOp, arith::TruncIOp>(
              [&](auto) { return first.zextOrTrunc(width); })
          .Case([&](arith::AddFOp) {
            return (real(0) + real(1)).bitcastToAPInt();
          })
          .Default([&](Operation *) {
            return op->getNumOperands() != 2
                       ? std::nullopt
                       : evaluateBinary(op, first,
                                        getInteger(op->getOperand(1)));
          });
  if (value)
    setInteger(op->getResult(0), *value);
  return value.has_value();
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

bool Interpreter::runSizes(Operation *op) {
  auto evaluateMap = [&](AffineMap map) {
    SmallVector<Attribute> operands, results;
    for (Value operand : op->getOperands())
      operands.push_back(
          IntegerAttr::get(operand.getType(), getIndex(operand)));
    SmallVector<int64_t> numbers;
    if (failed(map.constantFold(operands, results))) {
      fail(op, "an affine map without a value");
      return numbers;
    }
    for (Attribute result : results)
      numbers.push_back(cast<IntegerAttr>(result).getInt());
    return numbers;
  };
  auto give = [&](const SmallVector<int64_t> &numbers, bool wantsLargest) {
    if (numbers.empty())
      return true;
    auto [least, most] = std::minmax_element(numbers.begin(), numbers.end());
    set(op->getResult(0),
        {{static_cast<uint64_t>(wantsLargest ? *most : *least), {}}});
    return true;
  };
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([&](memref::DimOp op) {
        Buffer buffer = get(op.getSource()).buffer;
        size_t dimension = getIndex(op.getIndex());
        if (dimension >= buffer.sizes.size())
          fail(op, "a dimension that the buffer has not");
        else
          set(op.getResult(),
              {{static_cast<uint64_t>(buffer.sizes[dimension]), {}}});
        return true;
      })
      .Case([&](affine::AffineApplyOp op) {
        return give(evaluateMap(op.getAffineMap()), false);
      })
      .Case([&](affine::AffineMinOp op) {
        return give(evaluateMap(op.getAffineMap()), false);
      })
      .Case([&](affine::AffineMaxOp op) {
        return give(evaluateMap(op.getAffineMap()), true);
      })
      .Case([&](ArenaPlanOp op) {
        planArena(op);
        return true;
      })
      .Default([](Operation *) { return false; });
}

/// A plan that is allowed, though the worst: nothing shares a place.
void Interpreter::planArena(ArenaPlanOp op) {
  uint64_t end = 0;
  for (auto [size, alignment, offset] :
       llvm::zip(op.getSizes(), op.getAlignments(), op.getOffsets())) {
    end = llvm::alignTo(end, alignment);
    set(offset, {{end, {}}});
    end += getIndex(size);
  }
  set(op.getBytes(), {{end, {}}});
}

/// A symbolic plan says what its arena takes at least and at most.
void Interpreter::checkArena(Operation *op, uint64_t bytes) {
  auto function = isa<func::FuncOp>(op) ? cast<func::FuncOp>(op)
                                        : op->getParentOfType<func::FuncOp>();
  auto plan = getResourceAttr<PlanAttr>(function, ResourceDialect::kPlan);
  if (!plan || !plan.getLeast())
    return;
  if (bytes < *plan.getLeast() || bytes > plan.getArena())
    fail(op, "the arena takes other bytes than the plan says, " + Twine(bytes));
}

} // namespace langone::resource::test
