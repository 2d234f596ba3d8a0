//===- SizeExpr.cpp - sizes as expressions over leaves --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/SizeExpr.h"

#include "mlir/IR/Block.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace langone::resource {

std::optional<unsigned> SizeLeaf::getArgument() const {
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument || !argument.getOwner()->isEntryBlock() ||
      !isa_and_present<FunctionOpInterface>(argument.getOwner()->getParentOp()))
    return std::nullopt;
  // What code can ask for at entry: the dimension of a memref, or a number that
  // an index holds.
  Type type = argument.getType();
  bool isNumber = type.isIndex() || (type.isSignlessInteger() &&
                                     type.getIntOrFloatBitWidth() >= 1 &&
                                     type.getIntOrFloatBitWidth() <= 64);
  if (isDim() ? !isa<MemRefType>(type) : !isNumber)
    return std::nullopt;
  return argument.getArgNumber();
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

AffineExpr SizeSymbols::getConstant(int64_t value) {
  return getAffineConstantExpr(value, context);
}

AffineExpr SizeSymbols::addSymbol(Symbol symbol) {
  symbols.push_back(std::move(symbol));
  return getAffineSymbolExpr(symbols.size() - 1, context);
}

AffineExpr SizeSymbols::getLeaf(const SizeLeaf &leaf) {
  AffineExpr &expr = leaves[{leaf.value, leaf.dim}];
  if (!expr)
    expr = addSymbol({Kind::Leaf, leaf, {}});
  return expr;
}

AffineExpr SizeSymbols::getExtreme(Kind kind, ArrayRef<AffineExpr> operands) {
  llvm::SmallSetVector<AffineExpr, 4> distinct;
  std::optional<int64_t> constant;
  for (AffineExpr operand : operands) {
    if (auto value = dyn_cast<AffineConstantExpr>(operand))
      constant = !constant           ? value.getValue()
                 : kind == Kind::Max ? std::max(*constant, value.getValue())
                                     : std::min(*constant, value.getValue());
    else
      distinct.insert(operand);
  }
  if (constant)
    distinct.insert(getConstant(*constant));
  if (distinct.size() == 1)
    return distinct.front();
  SmallVector<AffineExpr, 2> list(distinct.begin(), distinct.end());
  // More symbols than there will be, always the same number.
  AffineMap key = AffineMap::get(0, 1u << 30, list, context);
  auto [it, isNew] =
      extremes.try_emplace({static_cast<unsigned>(kind), key}, AffineExpr());
  if (isNew)
    it->second = addSymbol({kind, SizeLeaf(), std::move(list)});
  return it->second;
}

//===----------------------------------------------------------------------===//
// Queries
//===----------------------------------------------------------------------===//

bool SizeSymbols::isKnownAtEntry(AffineExpr expr) const {
  WalkResult result = expr.walk([&](AffineExpr part) {
    if (!isa<AffineSymbolExpr>(part))
      return WalkResult::advance();
    const Symbol &symbol = lookup(part);
    bool isKnown = symbol.kind == Kind::Leaf
                       ? symbol.leaf.getArgument().has_value()
                       : llvm::all_of(symbol.operands, [&](AffineExpr operand) {
                           return isKnownAtEntry(operand);
                         });
    return isKnown ? WalkResult::advance() : WalkResult::interrupt();
  });
  return !result.wasInterrupted();
}

namespace {

/// Writes an expression with as few parentheses as are clear.
class Writer {
public:
  Writer(const SizeSymbols &symbols, raw_ostream &os)
      : symbols(symbols), os(os) {}

  void write(AffineExpr expr, bool asFactor = false) {
    if (auto constant = dyn_cast<AffineConstantExpr>(expr))
      os << constant.getValue();
    else if (isa<AffineSymbolExpr>(expr))
      writeSymbol(symbols.lookup(expr));
    else
      writeBinary(cast<AffineBinaryOpExpr>(expr), asFactor);
  }

private:
  void writeBinary(AffineBinaryOpExpr expr, bool asFactor) {
    switch (expr.getKind()) {
    case AffineExprKind::Add:
      os << (asFactor ? "(" : "");
      write(expr.getLHS());
      os << " + ";
      write(expr.getRHS());
      os << (asFactor ? ")" : "");
      return;
    case AffineExprKind::Mul:
      // Constants first, as people write them.
      write(expr.getRHS(), true);
      os << " * ";
      write(expr.getLHS(), true);
      return;
    case AffineExprKind::FloorDiv:
      return writeCall("floordiv", {expr.getLHS(), expr.getRHS()});
    case AffineExprKind::CeilDiv:
      return writeCall("ceildiv", {expr.getLHS(), expr.getRHS()});
    case AffineExprKind::Mod:
      return writeCall("mod", {expr.getLHS(), expr.getRHS()});
    default:
      llvm_unreachable("not a binary expression");
    }
  }

  void writeSymbol(const SizeSymbols::Symbol &symbol) {
    if (symbol.kind != SizeSymbols::Kind::Leaf)
      return writeCall(symbol.kind == SizeSymbols::Kind::Max ? "max" : "min",
                       symbol.operands);
    if (std::optional<unsigned> argument = symbol.leaf.getArgument())
      os << "arg" << *argument;
    else
      os << "unknown";
    if (symbol.leaf.isDim())
      os << ".dim" << symbol.leaf.dim;
  }

  void writeCall(StringRef name, ArrayRef<AffineExpr> operands) {
    os << name << '(';
    llvm::interleaveComma(operands, os, [&](AffineExpr e) { write(e); });
    os << ')';
  }

  const SizeSymbols &symbols;
  raw_ostream &os;
};

} // namespace

std::string SizeSymbols::toString(AffineExpr expr) const {
  std::string text;
  llvm::raw_string_ostream os(text);
  Writer(*this, os).write(expr);
  return text;
}

//===----------------------------------------------------------------------===//
// Evaluation
//===----------------------------------------------------------------------===//

Interval SizeEvaluator::evaluate(AffineExpr expr) {
  auto it = known.find(expr);
  if (it != known.end())
    return it->second;
  Interval result = compute(expr);
  if (refine)
    result = result.meet(refine(expr));
  known[expr] = result;
  return result;
}

Interval SizeEvaluator::compute(AffineExpr expr) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return Interval::point(constant.getValue());
  if (isa<AffineSymbolExpr>(expr)) {
    const SizeSymbols::Symbol &symbol = symbols.lookup(expr);
    if (symbol.kind == SizeSymbols::Kind::Leaf)
      return leaf(symbol.leaf);
    Interval result = evaluate(symbol.operands.front());
    for (AffineExpr operand : ArrayRef(symbol.operands).drop_front())
      result = symbol.kind == SizeSymbols::Kind::Max
                   ? maximum(result, evaluate(operand))
                   : minimum(result, evaluate(operand));
    return result;
  }
  auto binary = cast<AffineBinaryOpExpr>(expr);
  Interval lhs = evaluate(binary.getLHS()), rhs = evaluate(binary.getRHS());
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return add(lhs, rhs);
  case AffineExprKind::Mul:
    return multiply(lhs, rhs);
  case AffineExprKind::FloorDiv:
    return floorDivide(lhs, rhs);
  case AffineExprKind::CeilDiv:
    return ceilDivide(lhs, rhs);
  case AffineExprKind::Mod:
    return modulo(lhs, rhs);
  default:
    return {};
  }
}

} // namespace langone::resource
