//===- InitAll.h - register all of langone-resource --------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns what every tool and plugin does first: registering the dialect with its
// interfaces, and the passes with their pipelines.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_INITALL_H
#define LANGONE_INITALL_H

#include "langone/Conversion/ResourceToLLVM.h"
#include "langone/Resource/IR/ResourceDialect.h"
#include "langone/Resource/Transforms/Passes.h"
#include "langone/Resource/Transforms/Pipelines.h"

namespace langone {

inline void registerAllDialects(mlir::DialectRegistry &registry) {
  registry.insert<resource::ResourceDialect>();
  resource::registerConvertResourceToLLVMInterface(registry);
}

inline void registerAllPasses() {
  resource::registerResourcePasses();
  resource::registerResourcePipelines();
}

} // namespace langone

#endif // LANGONE_INITALL_H
