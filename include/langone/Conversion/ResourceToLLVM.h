//===- ResourceToLLVM.h - arenas and pools to runtime calls ------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the lowering of the dialect's ops to the LLVM dialect. It knows the
// runtime by the names of its C ABI alone (langone/runtime.h).
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_CONVERSION_RESOURCETOLLVM_H
#define LANGONE_CONVERSION_RESOURCETOLLVM_H

namespace mlir {
class DialectRegistry;
class LLVMTypeConverter;
class RewritePatternSet;
} // namespace mlir

namespace langone::resource {

/// Adds the patterns that turn the dialect's ops into calls of the runtime.
void populateResourceToLLVMPatterns(const mlir::LLVMTypeConverter &converter,
                                    mlir::RewritePatternSet &patterns);

/// Makes `--convert-to-llvm` lower the dialect's ops.
void registerConvertResourceToLLVMInterface(mlir::DialectRegistry &registry);

} // namespace langone::resource

#endif // LANGONE_CONVERSION_RESOURCETOLLVM_H
