//===- SizeGuards.h - checks of what is assumed at entry ---------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns how an assumption on an argument becomes a guard.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_TRANSFORMS_SIZEGUARDS_H
#define LANGONE_RESOURCE_TRANSFORMS_SIZEGUARDS_H

#include "langone/Resource/Analysis/SizeBounds.h"

#include "mlir/IR/Builders.h"

namespace langone::resource {

/// Whether the entry of `function` has guards of sizes already.
bool hasSizeGuards(mlir::FunctionOpInterface function);

/// Inserts one guard for each assumption on an argument of `function`,
/// evaluated at the builder's insertion point, inside the function; none if
/// there are guards already.
void insertSizeGuards(mlir::OpBuilder &builder,
                      mlir::FunctionOpInterface function,
                      llvm::ArrayRef<EntryAssumption> assumptions);

} // namespace langone::resource

#endif // LANGONE_RESOURCE_TRANSFORMS_SIZEGUARDS_H
