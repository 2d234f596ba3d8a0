//===- CallCost.cpp - what calls cost their callers -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns how costs of several callees become one, and what of a callee's cost is
// in the buffers that it returns.
//
//===----------------------------------------------------------------------===//

#include "FootprintWalker.h"

using namespace mlir;

namespace langone::resource {

void CallCost::join(const CallCost &other) {
  joinHandover(other);
  if (freshBytes.size() != other.freshBytes.size())
    freshBytes.clear();
  for (auto [bytes, more] : llvm::zip(freshBytes, other.freshBytes))
    bytes = std::min(bytes, more);
  Footprint &own = footprint;
  const Footprint &more = other.footprint;
  if (own.upper && (!more.upper || *more.upper > *own.upper)) {
    own.upper = more.upper;
    own.upperPeak = more.upperPeak;
  }
  if (more.lower < own.lower) {
    own.lower = more.lower;
    own.lowerPeak = more.lowerPeak;
  }
  own.retained = larger(own.retained, more.retained);
  own.reasons.append(more.reasons);
  aliasing.join(other.aliasing);
  isActivation |= other.isActivation;
}

// Of a function that frees no argument, no argument is charged.
static Handover getHandover(const CallCost &cost) {
  if (cost.handover)
    return *cost.handover;
  return {{},
          cost.footprint.upper,
          cost.footprint.retained,
          cost.footprint.upperPeak};
}

// A charge may be taken for a lower one: then more is live with it than
// without.
void CallCost::joinHandover(const CallCost &other) {
  if (!handover && !other.handover)
    return;
  Handover own = getHandover(*this), more = getHandover(other);
  own.charges.resize(std::min(own.charges.size(), more.charges.size()));
  for (auto [charge, another] : llvm::zip(own.charges, more.charges))
    charge = std::min(charge, another);
  if (own.upper && (!more.upper || *more.upper > *own.upper)) {
    own.upper = more.upper;
    own.upperPeak = more.upperPeak;
  }
  own.retained = larger(own.retained, more.retained);
  handover = std::move(own);
}

uint64_t getFreshBytes(OpResult result, const SizeBounds &sizes,
                       const CallCost *callee) {
  unsigned number = result.getResultNumber();
  uint64_t charged = callee && number < callee->freshBytes.size()
                         ? callee->freshBytes[number]
                         : 0;
  return std::max(charged, sizes.getBytes(result).lower);
}

// In a cycle of calls, by induction over the depth: a function that has not
// returned yet returns nothing less than anything.
SmallVector<uint64_t> getFreshBytes(FunctionOpInterface function,
                                    const BufferOrigins &origins,
                                    const SizeBounds &sizes,
                                    CallCostFn callCost) {
  SmallVector<uint64_t> least(function.getNumResults(),
                              std::numeric_limits<uint64_t>::max());
  for (Block &block : function.getFunctionBody()) {
    Operation *exit = block.getTerminator();
    if (exit->getNumSuccessors() != 0)
      continue;
    if (exit->getNumOperands() != least.size())
      return {};
    for (auto [bytes, value] : llvm::zip(least, exit->getOperands())) {
      for (unsigned index : origins.lookup(value).roots) {
        const BufferRoot &root = origins.getRoots()[index];
        if (root.kind == BufferRoot::Kind::Allocation)
          bytes = std::min(bytes, sizes.getBytes(root.value).upper.value_or(0));
        else if (root.kind == BufferRoot::Kind::CallResult)
          bytes =
              std::min(bytes, getFreshBytes(cast<OpResult>(root.value), sizes,
                                            callCost(cast<CallOpInterface>(
                                                root.value.getDefiningOp()))));
      }
    }
  }
  return least;
}

} // namespace langone::resource
