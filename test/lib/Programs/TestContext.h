//===- TestContext.h - parse, run passes, hear what they say -----*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns an MLIR context with the dialects and passes that the tests need, and
// the errors that it reports.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_TEST_RESOURCE_TESTCONTEXT_H
#define LANGONE_TEST_RESOURCE_TESTCONTEXT_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include <string>

namespace langone::resource::test {

class TestContext {
public:
  TestContext();

  mlir::MLIRContext &get() { return context; }

  /// Text or bytecode; null, with a message in `errors`, if it is not valid.
  mlir::OwningOpRef<mlir::ModuleOp> parse(llvm::StringRef source);

  /// Runs the passes of a textual pipeline, and the verifier after each.
  bool run(mlir::ModuleOp module, llvm::StringRef pipeline);

  /// What was reported since the last call; one line for each error.
  std::string takeErrors() { return std::exchange(errors, {}); }

private:
  mlir::MLIRContext context;
  std::string errors;
};

std::string print(mlir::Operation *op);

} // namespace langone::resource::test

#endif // LANGONE_TEST_RESOURCE_TESTCONTEXT_H
