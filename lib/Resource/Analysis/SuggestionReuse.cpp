//===- SuggestionReuse.cpp - buffers that could be one --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the changes that put a buffer in the place of another one of the same
// type: the result of an elementwise op into its operand, and the original into
// the place of a copy.
//
//===----------------------------------------------------------------------===//

#include "SuggestionChanges.h"
#include "langone/Resource/Analysis/MemoryEvents.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/OperationSupport.h"

using namespace mlir;

namespace langone::resource {

namespace {

/// `from` is read by `op`, which is what first writes `to`; both are allocated
/// in the block of `op`.
struct Pair {
  const BufferInfo &from, &to;
  Operation *op;

  /// Whether nothing but its deallocation uses `from` after `op`.
  bool isLastUse() const { return from.getLastUse(op->getBlock()) == op; }

  /// Puts `from` into the place of `to`, which keeps its deallocation unless
  /// `keepsFrom`.
  void merge(const IRMapping &map, bool keepsFrom) const {
    if (Operation *unused = keepsFrom ? to.deallocation : from.deallocation)
      map.lookup(unused)->erase();
    map.lookup(to.value).replaceAllUsesWith(map.lookup(from.value));
    map.lookup(to.getAllocation())->erase();
  }
};

} // namespace

/// The pair of two buffers where `from` can stand for `to` as far as types and
/// places say.
static std::optional<Pair> makePair(const BufferInfo &from,
                                    const BufferUses &uses, Operation *op,
                                    Value written) {
  const BufferInfo *to = uses.lookup(written);
  if (!to || to == &from || !from.isFollowed || !from.isFreedInBlock() ||
      from.value.getType() != written.getType() ||
      from.getBlock() != op->getBlock() || to->getBlock() != op->getBlock() ||
      to->getFirstUse(op->getBlock()) != op)
    return std::nullopt;
  // Also the same sizes and alignment.
  if (!OperationEquivalence::isEquivalentTo(
          from.getAllocation(), to->getAllocation(),
          OperationEquivalence::exactValueMatch, nullptr,
          OperationEquivalence::IgnoreLocations))
    return std::nullopt;
  return Pair{from, *to, op};
}

/// Whether `op` reads each element of `from` only where it writes the same
/// element of `to`.
static bool isElementwise(linalg::LinalgOp op, const Pair &pair,
                          const BufferUses &uses) {
  if (op.getNumParallelLoops() != op.getNumLoops())
    return false;
  AffineMap written;
  for (OpOperand &operand : op.getDpsInitsMutable()) {
    if (operand.get() != pair.to.value)
      continue;
    if (written || op.payloadUsesValueFromOperand(&operand))
      return false;
    written = op.getMatchingIndexingMap(&operand);
  }
  if (!written || !written.isPermutation())
    return false;
  // Every other name of the buffer may be read anywhere.
  std::optional<unsigned> root =
      uses.getOrigins().getRootIndex(pair.from.value);
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<BaseMemRefType>(operand.get().getType()) ||
        !llvm::is_contained(uses.getOrigins().lookup(operand.get()).roots,
                            *root))
      continue;
    if (operand.get() != pair.from.value || !op.isDpsInput(&operand) ||
        op.getMatchingIndexingMap(&operand) != written)
      return false;
  }
  // Regions may name buffers of their surroundings.
  return llvm::all_of(pair.from.uses, [&](OpOperand *use) {
    return !op->isProperAncestor(use->getOwner());
  });
}

void findReuseInPlace(const BufferInfo &buffer, const BufferUses &uses,
                      Changes &changes) {
  auto op =
      dyn_cast_or_null<linalg::LinalgOp>(buffer.getLastUse(buffer.getBlock()));
  if (!op)
    return;
  for (Value written : op.getDpsInits()) {
    std::optional<Pair> pair = makePair(buffer, uses, op, written);
    if (!pair || !isElementwise(op, *pair, uses))
      continue;
    BufferInfo from = pair->from, to = pair->to;
    changes.push_back(
        {SuggestionKind::ReuseInPlace, buffer.getAllocation(), op.getLoc(),
         "write the result of this op into " + from.site +
             ", which it reads last, instead of " + to.site,
         [from, to, op = op.getOperation()](const IRMapping &map) {
           Pair{from, to, op}.merge(map, /*keepsFrom=*/false);
         }});
  }
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

/// Whether the op may change what the buffer of its operand holds, now or under
/// a name that is no use of it.
static bool mayWrite(OpOperand &use) {
  Operation *op = use.getOwner();
  if (classifyUse(use) == BufferUse::Flow)
    return false;
  if (classifyUse(use) != BufferUse::Access)
    return true;
  auto interface = dyn_cast<MemoryEffectOpInterface>(op);
  if (!interface)
    return true;
  SmallVector<MemoryEffects::EffectInstance> effects;
  interface.getEffectsOnValue(use.get(), effects);
  return llvm::any_of(effects, [](const MemoryEffects::EffectInstance &effect) {
    return !isa<MemoryEffects::Read>(effect.getEffect());
  });
}

/// Whether copy and original hold the same for as long as the copy is used.
static bool staysTheSame(const Pair &pair) {
  Block *block = pair.op->getBlock();
  Operation *last = pair.to.getLastUse(block);
  if (!last || last->hasTrait<OpTrait::IsTerminator>())
    return false;
  for (OpOperand *use : pair.to.uses)
    if (use->getOwner() != pair.op && mayWrite(*use))
      return false;
  for (OpOperand *use : pair.from.uses) {
    Operation *op = block->findAncestorOpInBlock(*use->getOwner());
    if (!op || op->hasTrait<OpTrait::IsTerminator>() ||
        (pair.op->isBeforeInBlock(op) && !last->isBeforeInBlock(op) &&
         mayWrite(*use)))
      return false;
  }
  return true;
}

void findDropCopy(const BufferInfo &buffer, const BufferUses &uses,
                  Changes &changes) {
  for (OpOperand *use : buffer.uses) {
    auto copy = dyn_cast<memref::CopyOp>(use->getOwner());
    if (!copy || copy.getSource() != buffer.value)
      continue;
    std::optional<Pair> pair = makePair(buffer, uses, copy, copy.getTarget());
    if (!pair)
      continue;
    bool diesHere = pair->isLastUse();
    if (!diesHere && (!pair->to.isFollowed || !pair->to.isFreedInBlock() ||
                      !staysTheSame(*pair)))
      continue;
    BufferInfo from = pair->from, to = pair->to;
    Operation *last = to.getLastUse(copy->getBlock());
    changes.push_back(
        {SuggestionKind::DropCopy, buffer.getAllocation(), copy.getLoc(),
         "drop this copy, and use " + from.site + " instead of " + to.site,
         [=, op = copy.getOperation()](const IRMapping &map) {
           Operation *deallocation = map.lookup(from.deallocation);
           if (!diesHere && from.deallocation->isBeforeInBlock(last))
             deallocation->moveAfter(map.lookup(last));
           Pair{from, to, op}.merge(map, /*keepsFrom=*/!diesHere);
           map.lookup(op)->erase();
         }});
  }
}

} // namespace langone::resource
