//===- Size.h - sizes with units, in text ------------------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns how numbers of the dialect's attributes are written: sizes with units,
// counts, reals. It knows nothing of the attributes themselves.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_IR_SIZE_H
#define LANGONE_RESOURCE_IR_SIZE_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/OpImplementation.h"

#include <cstdint>
#include <optional>

namespace langone::resource {

/// Parses `64 KiB`, `64KB` or `65536` into bytes. Emits an error for a negative
/// number, an unknown unit, and for what does not fit into 64 bits.
mlir::FailureOr<uint64_t> parseSize(mlir::AsmParser &parser);

/// Prints `bytes` with the largest unit that divides it; parseSize reads it
/// back unchanged.
void printSize(llvm::raw_ostream &os, uint64_t bytes);

/// Parses a non-negative number without unit that fits into 64 bits.
mlir::FailureOr<uint64_t> parseCount(mlir::AsmParser &parser);

/// Parses a finite number, with or without a point, to f64; prints it in the
/// shortest form that reads back bit for bit.
mlir::FailureOr<mlir::FloatAttr> parseReal(mlir::AsmParser &parser);
void printReal(llvm::raw_ostream &os, mlir::FloatAttr value);

} // namespace langone::resource

#endif // LANGONE_RESOURCE_IR_SIZE_H
