//===- ResourceDialect.h - the langone_resource dialect ----------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the dialect class and its attributes. The ops are in ResourceOps.h.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_IR_RESOURCEDIALECT_H
#define LANGONE_RESOURCE_IR_RESOURCEDIALECT_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/Operation.h"

#include <limits>
#include <optional>

#include "langone/Resource/IR/ResourceEnums.h.inc"

#include "langone/Resource/IR/ResourceDialect.h.inc"

#define GET_ATTRDEF_CLASSES
#include "langone/Resource/IR/ResourceAttributes.h.inc"

namespace langone::resource {

/// The dialect's attribute of type `AttrT` on `op`, null where there is none.
template <typename AttrT>
AttrT getResourceAttr(mlir::Operation *op, llvm::StringRef name) {
  return llvm::dyn_cast_or_null<AttrT>(op->getDiscardableAttr(name));
}

} // namespace langone::resource

#endif // LANGONE_RESOURCE_IR_RESOURCEDIALECT_H
