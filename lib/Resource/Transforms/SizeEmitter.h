//===- SizeEmitter.h - expressions of sizes as code --------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns how an expression over the values at entry becomes code that evaluates
// it without wrapping around.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_TRANSFORMS_SIZEEMITTER_H
#define LANGONE_RESOURCE_TRANSFORMS_SIZEEMITTER_H

#include "langone/Resource/Analysis/SizeExpr.h"

#include "mlir/IR/Builders.h"

namespace langone::resource {

/// Emits at the builder's insertion point. Each operation is done in 128 bits
/// and checked to fit into 64.
class SizeEmitter {
public:
  SizeEmitter(mlir::OpBuilder &builder, mlir::Location loc,
              const SizeSymbols &symbols)
      : builder(builder), loc(loc), symbols(symbols) {}

  /// The largest of `expressions`, an index; the largest index if any of the
  /// numbers on the way does not fit.
  mlir::Value emitMaximum(llvm::ArrayRef<mlir::AffineExpr> expressions);

private:
  mlir::Value emit(mlir::AffineExpr expr);
  mlir::Value emitSymbol(mlir::AffineExpr symbol);
  mlir::Value emitBinary(mlir::AffineBinaryOpExpr expr);
  template <typename OpT> mlir::Value checked(mlir::Value a, mlir::Value b);
  mlir::Value constant(int64_t value);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  const SizeSymbols &symbols;
  llvm::DenseMap<mlir::AffineExpr, mlir::Value> emitted;
  /// Whether something did not fit; null while that is impossible.
  mlir::Value overflowed;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_TRANSFORMS_SIZEEMITTER_H
