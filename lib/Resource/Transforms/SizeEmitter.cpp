//===- SizeEmitter.cpp - expressions of sizes as code ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SizeEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace langone::resource {

Value SizeEmitter::constant(int64_t value) {
  return arith::ConstantIntOp::create(builder, loc, value, 64);
}

template <typename OpT> Value SizeEmitter::checked(Value a, Value b) {
  Type wide = builder.getIntegerType(128);
  auto widen = [&](Value value) {
    return arith::ExtSIOp::create(builder, loc, wide, value);
  };
  Value exact = OpT::create(builder, loc, widen(a), widen(b));
  Value cut =
      arith::TruncIOp::create(builder, loc, builder.getI64Type(), exact);
  Value differs = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne,
                                        widen(cut), exact);
  overflowed =
      overflowed
          ? arith::OrIOp::create(builder, loc, overflowed, differs).getResult()
          : differs;
  return cut;
}

Value SizeEmitter::emitSymbol(AffineExpr expr) {
  const SizeSymbols::Symbol &symbol = symbols.lookup(expr);
  if (symbol.kind != SizeSymbols::Kind::Leaf) {
    bool isMax = symbol.kind == SizeSymbols::Kind::Max;
    Value extreme;
    for (AffineExpr operand : symbol.operands) {
      Value value = emit(operand);
      extreme =
          !extreme ? value
          : isMax
              ? arith::MaxSIOp::create(builder, loc, extreme, value).getResult()
              : arith::MinSIOp::create(builder, loc, extreme, value)
                    .getResult();
    }
    return extreme;
  }
  Value leaf = symbol.leaf.value;
  if (symbol.leaf.isDim())
    leaf = memref::DimOp::create(builder, loc, leaf, symbol.leaf.dim);
  if (leaf.getType().isIndex())
    return arith::IndexCastOp::create(builder, loc, builder.getI64Type(), leaf);
  return leaf.getType().isInteger(64)
             ? leaf
             : arith::ExtSIOp::create(builder, loc, builder.getI64Type(), leaf)
                   .getResult();
}

Value SizeEmitter::emitBinary(AffineBinaryOpExpr expr) {
  Value a = emit(expr.getLHS()), b = emit(expr.getRHS());
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return checked<arith::AddIOp>(a, b);
  case AffineExprKind::Mul:
    return checked<arith::MulIOp>(a, b);
  case AffineExprKind::FloorDiv:
    return arith::FloorDivSIOp::create(builder, loc, a, b);
  case AffineExprKind::CeilDiv:
    return arith::CeilDivSIOp::create(builder, loc, a, b);
  default: {
    // The remainder that is not negative.
    Value quotient = arith::FloorDivSIOp::create(builder, loc, a, b);
    Value product = arith::MulIOp::create(builder, loc, quotient, b);
    return arith::SubIOp::create(builder, loc, a, product);
  }
  }
}

Value SizeEmitter::emit(AffineExpr expr) {
  if (Value known = emitted.lookup(expr))
    return known;
  Value value;
  if (auto number = dyn_cast<AffineConstantExpr>(expr))
    value = constant(number.getValue());
  else if (auto binary = dyn_cast<AffineBinaryOpExpr>(expr))
    value = emitBinary(binary);
  else
    value = emitSymbol(expr);
  return emitted[expr] = value;
}

Value SizeEmitter::emitMaximum(ArrayRef<AffineExpr> expressions) {
  Value largest;
  for (AffineExpr expr : expressions) {
    Value value = emit(expr);
    largest =
        largest
            ? arith::MaxSIOp::create(builder, loc, largest, value).getResult()
            : value;
  }
  if (overflowed)
    largest = arith::SelectOp::create(builder, loc, overflowed, constant(-1),
                                      largest);
  return arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                    largest);
}

} // namespace langone::resource
