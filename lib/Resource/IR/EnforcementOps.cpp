//===- EnforcementOps.cpp - guards and scopes -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/IR/ResourceOps.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace langone::resource;

//===----------------------------------------------------------------------===//
// GuardOp
//===----------------------------------------------------------------------===//

LogicalResult GuardOp::verify() {
  // guard_c1: who reads the error has to know what it is about.
  if (getMessage().empty())
    return emitOpError("needs a message");
  // guard_c2: beyond its bound a size does not fit what was planned for it.
  if (getSubject() == GuardSubject::Size && getOnExceed() != OnExceed::Error) {
    return emitOpError("of a size can only be an error, not '")
           << stringifyOnExceed(getOnExceed()) << "'";
  }
  return success();
}

// A guard that never holds stays: it may stand where nothing ever executes.
LogicalResult GuardOp::canonicalize(GuardOp guard, PatternRewriter &rewriter) {
  APInt value, bound;
  bool holds = guard.getValue() == guard.getBound() ||
               (matchPattern(guard.getValue(), m_ConstantInt(&value)) &&
                (value.isZero() ||
                 (matchPattern(guard.getBound(), m_ConstantInt(&bound)) &&
                  value.ule(bound))));
  if (!holds)
    return rewriter.notifyMatchFailure(guard, "not known to hold");
  rewriter.eraseOp(guard);
  return success();
}

//===----------------------------------------------------------------------===//
// ScopeOp
//===----------------------------------------------------------------------===//

LogicalResult ScopeOp::verify() {
  // scope_c1: nothing is handed into the region but by dominance.
  if (getBody().getNumArguments() != 0)
    return emitOpError("region takes no arguments");
  // scope_c2: accounts are found by their names.
  if (getName().empty())
    return emitOpError("needs a name");
  return success();
}

void ScopeOp::getSuccessorRegions(RegionBranchPoint point,
                                  SmallVectorImpl<RegionSuccessor> &regions) {
  if (point.isParent())
    regions.emplace_back(&getBody());
  else
    regions.emplace_back(getOperation(), getResults());
}

void ScopeOp::getRegionInvocationBounds(
    ArrayRef<Attribute>, SmallVectorImpl<InvocationBounds> &bounds) {
  bounds.emplace_back(1, 1);
}
