//===- SuggestionLifetimes.cpp - buffers that could live shorter ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the changes of when a buffer is allocated and freed. All of them need to
// see every use, and keep the buffer live over all of them.
//
//===----------------------------------------------------------------------===//

#include "SuggestionChanges.h"
#include "langone/Resource/Analysis/MemoryEvents.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace langone::resource {

static bool isTerminator(Operation *op) {
  return op->hasTrait<OpTrait::IsTerminator>();
}

static const char *getReason(const BufferInfo &buffer) {
  return buffer.uses.empty() ? "nothing uses it" : "right after its last use";
}

void findFreeEarlier(const BufferInfo &buffer, const BufferUses &,
                     Changes &changes) {
  if (!buffer.isFollowed || !buffer.isFreedInBlock())
    return;
  Operation *last = buffer.getLastUse(buffer.getBlock());
  if (buffer.uses.empty())
    last = buffer.getAllocation();
  // A name that leaves the block may come back in its next execution.
  if (!last || isTerminator(last) || last->getNextNode() == buffer.deallocation)
    return;
  Operation *deallocation = buffer.deallocation;
  changes.push_back({SuggestionKind::FreeEarlier, buffer.getAllocation(),
                     last->getLoc(),
                     "free " + buffer.site + " here, " + getReason(buffer),
                     [=](const IRMapping &map) {
                       map.lookup(deallocation)->moveAfter(map.lookup(last));
                     }});
}

void findFreeLeaked(const BufferInfo &buffer, const BufferUses &,
                    Changes &changes) {
  // Only of the heap it is known how to free.
  auto allocation = dyn_cast<memref::AllocOp>(buffer.getAllocation());
  if (!allocation || !buffer.isFollowed || buffer.isFreed)
    return;
  Operation *last = buffer.getLastUse(buffer.getBlock());
  if (buffer.uses.empty())
    last = allocation;
  if (!last || isTerminator(last))
    return;
  changes.push_back({SuggestionKind::FreeLeaked, allocation, last->getLoc(),
                     "free " + buffer.site + " here, " + getReason(buffer) +
                         "; nothing frees it",
                     [last, value = buffer.value](const IRMapping &map) {
                       OpBuilder builder(value.getContext());
                       builder.setInsertionPointAfter(map.lookup(last));
                       memref::DeallocOp::create(builder, value.getLoc(),
                                                 map.lookup(value));
                     }});
}

void findAllocateLater(const BufferInfo &buffer, const BufferUses &,
                       Changes &changes) {
  // Where it is freed does not matter, except that this needs it, too.
  if (!buffer.isFollowed || (buffer.isFreed && !buffer.isFreedInBlock()))
    return;
  Operation *allocation = buffer.getAllocation();
  Operation *first = buffer.getFirstUse(buffer.getBlock());
  if (!first || !allocation->isBeforeInBlock(first) ||
      allocation->getNextNode() == first)
    return;
  changes.push_back(
      {SuggestionKind::AllocateLater, allocation, first->getLoc(),
       "allocate " + buffer.site + " here, right before its first use",
       [=](const IRMapping &map) {
         map.lookup(allocation)->moveBefore(map.lookup(first));
       }});
}

/// The innermost block that all uses are in, or below.
static Block *findCommonBlock(const BufferInfo &buffer) {
  Block *block = buffer.uses.front()->getOwner()->getBlock();
  while (block != buffer.getBlock() && !buffer.getFirstUse(block))
    block = block->getParentOp()->getBlock();
  return block;
}

/// Whether one execution of `outer` executes `inner` at most once.
static bool isExecutedOnce(Block *inner, Block *outer) {
  for (; inner != outer; inner = inner->getParentOp()->getBlock())
    if (mayRepeat(*inner->getParent()) || !inner->getParent()->hasOneBlock())
      return false;
  return true;
}

void findMoveIntoBranch(const BufferInfo &buffer, const BufferUses &,
                        Changes &changes) {
  Operation *allocation = buffer.getAllocation();
  if (!buffer.isFollowed || !buffer.isFreedInBlock() || buffer.uses.empty() ||
      !buffer.getFirstUse(buffer.getBlock()))
    return;
  // What frees it may do so by a name that the branch does not see.
  Block *block = findCommonBlock(buffer);
  if (block == buffer.getBlock() || !isExecutedOnce(block, buffer.getBlock()) ||
      buffer.deallocation->getOperand(0) != buffer.value)
    return;
  Operation *first = buffer.getFirstUse(block);
  Operation *last = buffer.getLastUse(block);
  if (isTerminator(last))
    return;
  Operation *deallocation = buffer.deallocation;
  changes.push_back({SuggestionKind::MoveIntoBranch, allocation,
                     first->getLoc(),
                     "allocate and free " + buffer.site +
                         " within this branch, the only one that uses it",
                     [=](const IRMapping &map) {
                       map.lookup(allocation)->moveBefore(map.lookup(first));
                       map.lookup(deallocation)->moveAfter(map.lookup(last));
                     }});
}

} // namespace langone::resource
