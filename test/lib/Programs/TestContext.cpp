//===- TestContext.cpp - parse, run passes, hear what they say ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestContext.h"

#include "langone/InitAll.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"

using namespace mlir;

namespace langone::resource::test {

static const DialectRegistry &getRegistry() {
  static const DialectRegistry *registry = [] {
    auto *all = new DialectRegistry;
    mlir::registerAllDialects(*all);
    mlir::registerAllExtensions(*all);
    langone::registerAllDialects(*all);
    mlir::registerAllPasses();
    langone::registerAllPasses();
    return all;
  }();
  return *registry;
}

TestContext::TestContext()
    : context(getRegistry(), MLIRContext::Threading::DISABLED) {
  context
      .loadDialect<affine::AffineDialect, arith::ArithDialect,
                   cf::ControlFlowDialect, func::FuncDialect,
                   memref::MemRefDialect, scf::SCFDialect, ResourceDialect>();
  context.getDiagEngine().registerHandler([this](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
      errors += diagnostic.str() + "\n";
    return success();
  });
}

OwningOpRef<ModuleOp> TestContext::parse(StringRef source) {
  return parseSourceString<ModuleOp>(source, ParserConfig(&context));
}

bool TestContext::run(ModuleOp module, StringRef pipeline) {
  PassManager manager(&context);
  std::string message;
  llvm::raw_string_ostream os(message);
  if (failed(parsePassPipeline(pipeline, manager, os))) {
    errors += message;
    return false;
  }
  return succeeded(manager.run(module));
}

std::string print(Operation *op) {
  std::string text;
  llvm::raw_string_ostream os(text);
  op->print(os);
  return text;
}

} // namespace langone::resource::test
