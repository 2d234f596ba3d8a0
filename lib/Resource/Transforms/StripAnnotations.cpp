//===- StripAnnotations.cpp - remove the dialect's attributes -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Transforms/Passes.h"

#include "mlir/Interfaces/FunctionInterfaces.h"

namespace langone::resource {
#define GEN_PASS_DEF_STRIPANNOTATIONS
#include "langone/Resource/Transforms/Passes.h.inc"
} // namespace langone::resource

using namespace mlir;
using namespace langone::resource;

namespace {

bool isAnnotation(NamedAttribute attribute) {
  return isa_and_present<ResourceDialect>(attribute.getNameDialect());
}

void strip(Operation *op) {
  for (NamedAttribute attribute : llvm::to_vector(op->getDiscardableAttrs()))
    if (isAnnotation(attribute))
      op->removeDiscardableAttr(attribute.getName());
}

void stripSignature(FunctionOpInterface function) {
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    for (NamedAttribute attribute : llvm::to_vector(function.getArgAttrs(i)))
      if (isAnnotation(attribute))
        function.removeArgAttr(i, attribute.getName());
  for (unsigned i = 0; i < function.getNumResults(); ++i)
    for (NamedAttribute attribute : llvm::to_vector(function.getResultAttrs(i)))
      if (isAnnotation(attribute))
        function.removeResultAttr(i, attribute.getName());
}

struct StripAnnotations
    : langone::resource::impl::StripAnnotationsBase<StripAnnotations> {
  using StripAnnotationsBase::StripAnnotationsBase;

  void runOnOperation() override {
    getOperation()->walk([](Operation *op) {
      strip(op);
      if (auto function = dyn_cast<FunctionOpInterface>(op))
        stripSignature(function);
    });
  }
};

} // namespace
