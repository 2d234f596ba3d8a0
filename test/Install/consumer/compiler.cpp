// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parses a module with a budget and has it proven, then one that is refused.
#include "langone/InitAll.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <string>

/// Whether check-budget accepts 256 bytes under `budget`, and records the
/// verdict.
static bool holds(mlir::MLIRContext &context, const std::string &budget) {
  const std::string ir = R"(
    func.func @work(%x: memref<64xf32>) attributes {
      langone_resource.memory_budget = #langone_resource.memory_budget<)" +
                         budget + R"(>} {
      %0 = memref.alloc() : memref<64xf32>
      memref.copy %x, %0 : memref<64xf32> to memref<64xf32>
      memref.copy %0, %x : memref<64xf32> to memref<64xf32>
      memref.dealloc %0 : memref<64xf32>
      return
    })";
  auto module = mlir::parseSourceString<mlir::ModuleOp>(ir, &context);
  if (!module)
    return false;
  mlir::PassManager passes(&context);
  passes.addPass(langone::resource::createCheckBudget());
  if (mlir::failed(passes.run(*module)))
    return false;
  auto function = *module->getOps<mlir::func::FuncOp>().begin();
  auto verdict = function->getAttrOfType<langone::resource::VerdictAttr>(
      langone::resource::ResourceDialect::kVerdict);
  return verdict && verdict.getKind() == langone::resource::VerdictKind::Proven;
}

int main() {
  mlir::DialectRegistry registry;
  registry.insert<mlir::func::FuncDialect, mlir::memref::MemRefDialect>();
  langone::registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  return holds(context, "256") && !holds(context, "255") ? 0 : 1;
}
