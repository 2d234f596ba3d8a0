//===- NativeProgram.h - random programs as machine code ---------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the way from a module on memrefs to machine code, and calls of its
// functions with the arguments that the interpreter makes. It judges nothing.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_FUZZ_NATIVEPROGRAM_H
#define LANGONE_FUZZ_NATIVEPROGRAM_H

#include "NativeWorld.h"
#include "TestContext.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <memory>

namespace mlir {
class ExecutionEngine;
}

namespace langone::fuzz {

/// What one native execution did.
struct NativeExecution {
  /// Why it was wrong; empty if it was not.
  std::string error;
  /// Observed values, results and what the results hold.
  std::vector<uint64_t> trace;
  uint64_t peak = 0;
  /// Bytes live when the function returned.
  uint64_t atExit = 0;
  std::vector<bool> freedArguments;
};

class NativeProgram {
public:
  /// Lowers a copy of `module` and compiles it; null, with the reason in
  /// `error`, if that is not possible.
  static std::unique_ptr<NativeProgram> create(resource::test::TestContext &,
                                               mlir::ModuleOp module,
                                               std::string &error);
  ~NativeProgram();

  /// Calls the public function `entry` of the original module, deciding and
  /// choosing arguments by `seed` as the interpreter does.
  NativeExecution run(mlir::func::FuncOp entry, uint64_t seed);

private:
  explicit NativeProgram(std::unique_ptr<mlir::ExecutionEngine> engine);

  std::unique_ptr<mlir::ExecutionEngine> engine;
};

} // namespace langone::fuzz

#endif // LANGONE_FUZZ_NATIVEPROGRAM_H
