//===- AssertedFacts.h - what cf.assert says about sizes ---------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the comparisons that assertions of one function make, as intervals of
// expressions, and where they hold: code that an assertion dominates runs only
// after it held.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_ASSERTEDFACTS_H
#define LANGONE_RESOURCE_ANALYSIS_ASSERTEDFACTS_H

#include "langone/Resource/Analysis/SizeExpr.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Dominance.h"

namespace langone::resource {

/// The members of `expr` after `assertion`.
struct AssertedFact {
  mlir::Operation *assertion;
  mlir::AffineExpr expr;
  Interval bounds;
};

class AssertedFacts {
public:
  using ExprFn = llvm::function_ref<mlir::AffineExpr(mlir::Value)>;
  /// Range of an expression without any assertion.
  using RangeFn = llvm::function_ref<Interval(mlir::AffineExpr)>;

  /// Reads all assertions below `function`.
  void collect(mlir::Operation *function, ExprFn expr, RangeFn range);

  bool isEmpty() const { return facts.empty(); }
  llvm::ArrayRef<AssertedFact> getFacts() const { return facts; }

  /// What holds for `expr` whenever `at` is reached.
  Interval get(mlir::AffineExpr expr, mlir::Operation *at);

private:
  void collectCondition(mlir::Operation *assertion, mlir::Value condition,
                        ExprFn expr, RangeFn range);
  void collectComparison(mlir::Operation *assertion, mlir::arith::CmpIOp cmp,
                         ExprFn expr, RangeFn range);
  void add(mlir::Operation *assertion, mlir::AffineExpr expr,
           const Interval &bounds);

  llvm::SmallVector<AssertedFact> facts;
  llvm::DenseMap<mlir::AffineExpr, llvm::SmallVector<unsigned, 1>> byExpr;
  mlir::DominanceInfo dominance;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_ASSERTEDFACTS_H
