//===- RecursionDepth.h - how deep a recursion goes --------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the bound on the activations of a cycle of calls: proven, or declared
// where a check at run time can hold the program to it.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_RECURSIONDEPTH_H
#define LANGONE_RESOURCE_ANALYSIS_RECURSIONDEPTH_H

#include "langone/Resource/Analysis/CallStructure.h"

namespace langone::resource {

/// At most so many activations of the component's functions are live at once on
/// one thread; absent where no bound is known.
std::optional<uint64_t>
getRecursionDepth(llvm::ArrayRef<FunctionNode> component);

/// The bound that follows from the code alone: an argument decreases by a
/// constant with each call, only while it is above another one, and all callers
/// from outside pass constants.
std::optional<uint64_t> getProvenDepth(llvm::ArrayRef<FunctionNode> component);

/// Whether `call` is of one function that it names: directly, or as a constant.
bool namesCallee(mlir::CallOpInterface call);

/// Whether all calls within the component can hand a counter on.
bool canCountDepth(llvm::ArrayRef<FunctionNode> component);

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_RECURSIONDEPTH_H
