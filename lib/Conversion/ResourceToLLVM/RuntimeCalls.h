//===- RuntimeCalls.h - calls and data for the runtime -----------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns how a pattern calls a function of the runtime and hands it constants,
// strings included. Which function does what is the patterns' matter.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_CONVERSION_RESOURCETOLLVM_RUNTIMECALLS_H
#define LANGONE_CONVERSION_RESOURCETOLLVM_RUNTIMECALLS_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace mlir {
class LLVMTypeConverter;
}

namespace langone::resource {

/// As a limit: none.
constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max();

/// Calls a runtime function, declaring it in the module where it is missing. An
/// error at `op` if the name stands for something else there.
mlir::FailureOr<mlir::LLVM::CallOp>
callRuntime(mlir::OpBuilder &builder, mlir::Operation *op, llvm::StringRef name,
            mlir::ValueRange arguments, mlir::Type result);

mlir::Value createConstant(mlir::OpBuilder &builder, mlir::Location loc,
                           uint64_t value);
mlir::Value createConstant32(mlir::OpBuilder &builder, mlir::Location loc,
                             uint32_t value);

/// Address of a constant, zero-terminated copy of `text` in the module; equal
/// texts share one. Linear in the size of the module.
mlir::Value createText(mlir::OpBuilder &builder, mlir::Operation *op,
                       llvm::StringRef text);

/// Patterns for guards and scopes.
void populateEnforcementToLLVMPatterns(const mlir::LLVMTypeConverter &converter,
                                       mlir::RewritePatternSet &patterns);

} // namespace langone::resource

#endif // LANGONE_CONVERSION_RESOURCETOLLVM_RUNTIMECALLS_H
