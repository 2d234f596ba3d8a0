//===- mlir-plugin.cpp - langone-resource in a stock mlir-opt -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the two entry points by which mlir-opt loads the dialect and the passes.
//
//===----------------------------------------------------------------------===//

#include "langone/InitAll.h"

#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "llvm/Support/Compiler.h"

extern "C" LLVM_ATTRIBUTE_VISIBILITY_DEFAULT ::mlir::DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "LangOneResource", LANGONE_VERSION,
          [](mlir::DialectRegistry *registry) {
            langone::registerAllDialects(*registry);
          }};
}

extern "C" LLVM_ATTRIBUTE_VISIBILITY_DEFAULT ::mlir::PassPluginLibraryInfo
mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "LangOneResource", LANGONE_VERSION,
          [] { langone::registerAllPasses(); }};
}
