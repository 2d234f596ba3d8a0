//===- OutputFile.h - files that passes write --------------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns how a pass writes a file: whole or not at all, an error at the op if
// not.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_TRANSFORMS_OUTPUTFILE_H
#define LANGONE_RESOURCE_TRANSFORMS_OUTPUTFILE_H

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Operation.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace langone::resource {

/// Writes `path` by way of a temporary file beside it.
inline llvm::LogicalResult
writeOutputFile(mlir::Operation *op, llvm::StringRef path,
                llvm::function_ref<void(llvm::raw_ostream &)> write) {
  llvm::Error error = llvm::writeToOutput(path, [&](llvm::raw_ostream &os) {
    write(os);
    return llvm::Error::success();
  });
  if (!error)
    return llvm::success();
  return mlir::emitError(op->getLoc(), "cannot write '")
         << path << "': " << llvm::toString(std::move(error));
}

} // namespace langone::resource

#endif // LANGONE_RESOURCE_TRANSFORMS_OUTPUTFILE_H
