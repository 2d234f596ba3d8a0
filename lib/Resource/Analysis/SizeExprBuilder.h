//===- SizeExprBuilder.h - from IR to size expressions -----------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the translation of integer values, and of dimensions of memrefs, into
// expressions. An operation becomes an expression only if it is proven not to
// wrap; anything else is a leaf.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_SIZEEXPRBUILDER_H
#define LANGONE_RESOURCE_ANALYSIS_SIZEEXPRBUILDER_H

#include "langone/Resource/Analysis/SizeExpr.h"

#include "mlir/Interfaces/ValueBoundsOpInterface.h"

namespace langone::resource {

class SizeExprBuilder {
public:
  /// Range of an expression at a program point, absent bounds being those of
  /// 64 bits: an absent bound of the result means that 64 bits may not do.
  using RangeFn = std::function<Interval(mlir::AffineExpr, mlir::Operation *)>;

  SizeExprBuilder(SizeSymbols &symbols, RangeFn range)
      : symbols(symbols), range(std::move(range)) {}

  mlir::AffineExpr getExpr(mlir::Value integer);
  mlir::AffineExpr getDim(mlir::Value memref, int64_t dim);

  /// An expression that bounds `leaf` from one side, by what its op says of
  /// itself; null if it says nothing. The bound is included.
  mlir::AffineExpr getBound(const SizeLeaf &leaf,
                            mlir::presburger::BoundType side);

  /// The results of `map`, as `at` computes them; absent if they may wrap.
  std::optional<llvm::SmallVector<mlir::AffineExpr>>
  applyMap(mlir::AffineMap map, mlir::ValueRange operands, mlir::Operation *at);

  /// Forgets what was built, for when more is known of ranges.
  void clear() {
    exprs.clear();
    dims.clear();
  }

private:
  mlir::AffineExpr translate(mlir::Value integer);
  mlir::AffineExpr translateArith(mlir::Operation *op);
  mlir::AffineExpr translateDivision(mlir::Operation *op);
  mlir::AffineExpr translateCast(mlir::Operation *op);
  mlir::AffineExpr translateAffine(mlir::Operation *op);
  mlir::AffineExpr translateDim(mlir::Value memref, int64_t dim);
  mlir::AffineExpr fromMapResult(mlir::AffineExpr result, unsigned numDims,
                                 llvm::ArrayRef<mlir::AffineExpr> operands,
                                 mlir::Operation *at);
  /// `expr`, or null if it may not fit into `width` bits at `at`.
  mlir::AffineExpr checkFits(mlir::AffineExpr expr, unsigned width,
                             mlir::Operation *at);
  bool isNonNegative(mlir::AffineExpr expr, mlir::Operation *at);

  /// Deeper chains of operations end in a leaf.
  static constexpr unsigned kMaxDepth = 200;

  SizeSymbols &symbols;
  RangeFn range;
  llvm::DenseMap<mlir::Value, mlir::AffineExpr> exprs;
  llvm::DenseMap<std::pair<mlir::Value, int64_t>, mlir::AffineExpr> dims;
  unsigned depth = 0;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_SIZEEXPRBUILDER_H
