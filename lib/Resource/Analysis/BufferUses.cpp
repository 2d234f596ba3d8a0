//===- BufferUses.cpp - every use of each buffer of a function ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BufferUses.h"

#include "langone/Resource/Analysis/MemoryEvents.h"

using namespace mlir;

namespace langone::resource {

static Operation *findExtreme(Block *block, ArrayRef<OpOperand *> uses,
                              bool wantsLast) {
  Operation *found = nullptr;
  for (OpOperand *use : uses) {
    Operation *op = block->findAncestorOpInBlock(*use->getOwner());
    if (!op)
      return nullptr;
    if (!found || (found != op && found->isBeforeInBlock(op) == wantsLast))
      found = op;
  }
  return found;
}

Operation *BufferInfo::getFirstUse(Block *block) const {
  return findExtreme(block, uses, /*wantsLast=*/false);
}

Operation *BufferInfo::getLastUse(Block *block) const {
  return findExtreme(block, uses, /*wantsLast=*/true);
}

// An op that does nothing but free its operand can stand elsewhere.
static bool onlyFrees(Operation *op) {
  return op->getNumOperands() == 1 && op->getNumResults() == 0 &&
         op->getNumRegions() == 0 && !op->hasTrait<OpTrait::IsTerminator>();
}

BufferUses::BufferUses(FunctionOpInterface function,
                       const BufferOrigins &origins)
    : origins(origins) {
  for (auto [index, root] : llvm::enumerate(origins.getRoots())) {
    if (root.kind != BufferRoot::Kind::Allocation ||
        !isPlainAllocation(root.value.getDefiningOp()))
      continue;
    positions[index] = buffers.size();
    BufferInfo &info = buffers.emplace_back();
    info.site = (function.getName() + "#" + Twine(root.number)).str();
    info.value = root.value;
    info.isFollowed = !root.captured && !root.freedByCallee;
    info.isFreed = root.freed || root.freedByCallee;
  }
  function.getFunctionBody().walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (isCallBoundary(op))
      return WalkResult::skip();
    for (OpOperand &use : op->getOpOperands())
      if (isa<BaseMemRefType>(use.get().getType()))
        addUse(use);
    return WalkResult::advance();
  });
}

void BufferUses::addUse(OpOperand &use) {
  const OriginSet &set = origins.lookup(use.get());
  Operation *op = use.getOwner();
  bool frees = llvm::is_contained(getMemoryEvents(op).freed, use.get());
  for (unsigned root : set.roots) {
    auto it = positions.find(root);
    if (it == positions.end())
      continue;
    BufferInfo &info = buffers[it->second];
    if (!frees) {
      info.uses.push_back(&use);
    } else if (info.deallocation || set.unknown || set.roots.size() != 1 ||
               !onlyFrees(op)) {
      info.isFollowed = false;
    } else {
      info.deallocation = op;
    }
  }
}

const BufferInfo *BufferUses::lookup(Value value) const {
  std::optional<unsigned> root = origins.getRootIndex(value);
  auto it = root ? positions.find(*root) : positions.end();
  return it == positions.end() ? nullptr : &buffers[it->second];
}

} // namespace langone::resource
