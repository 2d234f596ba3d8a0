//===- SizeExpr.h - sizes as expressions over leaves -------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns integer expressions over the values of one function: affine expressions
// of MLIR (which multiply symbols as well) whose symbols stand for leaves, or
// for the maximum or minimum of other expressions. Expressions are about
// mathematical integers; whether code computes the same without wrapping is the
// matter of whoever builds them.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_SIZEEXPR_H
#define LANGONE_RESOURCE_ANALYSIS_SIZEEXPR_H

#include "langone/Resource/Analysis/Interval.h"

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"

#include <deque>
#include <functional>

namespace langone::resource {

/// What an expression ends in: an integer value, or a dimension of a memref. A
/// leaf is known at entry if its value is an argument of the function.
struct SizeLeaf {
  static constexpr int64_t kNoDim = -1;

  mlir::Value value;
  int64_t dim = kNoDim;

  bool isDim() const { return dim != kNoDim; }
  /// The argument's position; absent for what is not known at entry.
  std::optional<unsigned> getArgument() const;

  friend bool operator==(const SizeLeaf &a, const SizeLeaf &b) {
    return a.value == b.value && a.dim == b.dim;
  }
};

/// The symbols of the expressions of one function.
class SizeSymbols {
public:
  enum class Kind { Leaf, Max, Min };
  struct Symbol {
    Kind kind;
    SizeLeaf leaf;
    /// Of a maximum or minimum: at least two.
    llvm::SmallVector<mlir::AffineExpr, 2> operands;
  };

  explicit SizeSymbols(mlir::MLIRContext *context) : context(context) {}

  mlir::AffineExpr getConstant(int64_t value);
  mlir::AffineExpr getLeaf(const SizeLeaf &leaf);
  mlir::AffineExpr getMax(llvm::ArrayRef<mlir::AffineExpr> operands) {
    return getExtreme(Kind::Max, operands);
  }
  mlir::AffineExpr getMin(llvm::ArrayRef<mlir::AffineExpr> operands) {
    return getExtreme(Kind::Min, operands);
  }

  const Symbol &lookup(mlir::AffineExpr symbol) const {
    return symbols[llvm::cast<mlir::AffineSymbolExpr>(symbol).getPosition()];
  }

  /// Whether every leaf of `expr` is known at entry.
  bool isKnownAtEntry(mlir::AffineExpr expr) const;

  /// `expr` for people and tools: "4 * arg0.dim1 * max(arg1, 16)".
  std::string toString(mlir::AffineExpr expr) const;

private:
  mlir::AffineExpr getExtreme(Kind kind,
                              llvm::ArrayRef<mlir::AffineExpr> operands);
  mlir::AffineExpr addSymbol(Symbol symbol);

  mlir::MLIRContext *context;
  /// References to symbols outlive the addition of others.
  std::deque<Symbol> symbols;
  llvm::DenseMap<std::pair<mlir::Value, int64_t>, mlir::AffineExpr> leaves;
  /// Keyed by kind and operands: a map is a uniqued list of expressions.
  llvm::DenseMap<std::pair<unsigned, mlir::AffineMap>, mlir::AffineExpr>
      extremes;
};

/// Values of expressions, given the values of leaves. Remembers what it has
/// computed; the cost is linear in the number of distinct subexpressions.
class SizeEvaluator {
public:
  using LeafFn = std::function<Interval(const SizeLeaf &)>;
  /// What else is known of an expression; the result is the meet.
  using RefineFn = std::function<Interval(mlir::AffineExpr)>;

  SizeEvaluator(const SizeSymbols &symbols, LeafFn leaf, RefineFn refine = {})
      : symbols(symbols), leaf(std::move(leaf)), refine(std::move(refine)) {}

  /// Contains every value of `expr` for members of its leaves.
  Interval evaluate(mlir::AffineExpr expr);

private:
  Interval compute(mlir::AffineExpr expr);

  const SizeSymbols &symbols;
  LeafFn leaf;
  RefineFn refine;
  llvm::DenseMap<mlir::AffineExpr, Interval> known;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_SIZEEXPR_H
