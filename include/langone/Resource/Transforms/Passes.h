//===- Passes.h - passes of langone-resource ---------------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns how passes are created and registered; Passes.td says what they do.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_TRANSFORMS_PASSES_H
#define LANGONE_RESOURCE_TRANSFORMS_PASSES_H

#include "langone/Planner/solver.h"
#include "langone/Resource/Analysis/Lifetime.h"
#include "langone/Resource/IR/ResourceDialect.h"

#include "mlir/Pass/Pass.h"

namespace langone::resource {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "langone/Resource/Transforms/Passes.h.inc"

} // namespace langone::resource

#endif // LANGONE_RESOURCE_TRANSFORMS_PASSES_H
