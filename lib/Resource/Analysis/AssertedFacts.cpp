//===- AssertedFacts.cpp - what cf.assert says about sizes ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AssertedFacts.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"

using namespace mlir;

namespace langone::resource {

void AssertedFacts::collect(Operation *function, ExprFn expr, RangeFn range) {
  function->walk([&](cf::AssertOp assertion) {
    collectCondition(assertion, assertion.getArg(), expr, range);
  });
}

void AssertedFacts::collectCondition(Operation *assertion, Value condition,
                                     ExprFn expr, RangeFn range) {
  if (auto both = condition.getDefiningOp<arith::AndIOp>()) {
    collectCondition(assertion, both.getLhs(), expr, range);
    collectCondition(assertion, both.getRhs(), expr, range);
  } else if (auto cmp = condition.getDefiningOp<arith::CmpIOp>()) {
    collectComparison(assertion, cmp, expr, range);
  }
}

void AssertedFacts::collectComparison(Operation *assertion, arith::CmpIOp cmp,
                                      ExprFn expr, RangeFn range) {
  AffineExpr sides[] = {expr(cmp.getLhs()), expr(cmp.getRhs())};
  Interval values[] = {range(sides[0]), range(sides[1])};
  // `smaller` is below `larger`, by one at least if strictly.
  auto order = [&](unsigned smaller, unsigned larger, bool strictly) {
    Interval step = Interval::point(strictly ? 1 : 0);
    Interval below =
        resource::add(values[larger], multiply(step, Interval::point(-1)));
    add(assertion, sides[smaller], {std::nullopt, below.upper});
    Interval above = resource::add(values[smaller], step);
    add(assertion, sides[larger], {above.lower, std::nullopt});
  };
  // As unsigned, whatever is below a number that is not negative is not either.
  auto orderUnsigned = [&](unsigned smaller, unsigned larger, bool strictly) {
    if (!values[larger].isNonNegative())
      return;
    values[smaller] = values[smaller].meet(Interval::atLeast(0));
    add(assertion, sides[smaller], Interval::atLeast(0));
    order(smaller, larger, strictly);
  };
  switch (cmp.getPredicate()) {
  case arith::CmpIPredicate::eq:
    order(0, 1, false);
    return order(1, 0, false);
  case arith::CmpIPredicate::slt:
    return order(0, 1, true);
  case arith::CmpIPredicate::sle:
    return order(0, 1, false);
  case arith::CmpIPredicate::sgt:
    return order(1, 0, true);
  case arith::CmpIPredicate::sge:
    return order(1, 0, false);
  case arith::CmpIPredicate::ult:
    return orderUnsigned(0, 1, true);
  case arith::CmpIPredicate::ule:
    return orderUnsigned(0, 1, false);
  case arith::CmpIPredicate::ugt:
    return orderUnsigned(1, 0, true);
  case arith::CmpIPredicate::uge:
    return orderUnsigned(1, 0, false);
  case arith::CmpIPredicate::ne:
    return;
  }
}

void AssertedFacts::add(Operation *assertion, AffineExpr expr,
                        const Interval &bounds) {
  if (isa<AffineConstantExpr>(expr) || bounds == Interval())
    return;
  byExpr[expr].push_back(facts.size());
  facts.push_back({assertion, expr, bounds});
  // The same about a symbol alone: s + 3 <= 8 says s <= 5.
  auto sum = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!sum || expr.getKind() != AffineExprKind::Add)
    return;
  if (auto constant = dyn_cast<AffineConstantExpr>(sum.getRHS()))
    add(assertion, sum.getLHS(),
        resource::add(bounds, multiply(Interval::point(constant.getValue()),
                                       Interval::point(-1))));
}

Interval AssertedFacts::get(AffineExpr expr, Operation *at) {
  Interval result;
  auto it = byExpr.find(expr);
  if (it == byExpr.end())
    return result;
  for (unsigned index : it->second)
    if (dominance.properlyDominates(facts[index].assertion, at))
      result = result.meet(facts[index].bounds);
  return result;
}

} // namespace langone::resource
