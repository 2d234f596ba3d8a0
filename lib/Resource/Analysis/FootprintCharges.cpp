//===- FootprintCharges.cpp - what each buffer counts ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns how many bytes of each estimate a buffer stands for, by the ways of
// charging, and so what a deallocation takes away.
//
//===----------------------------------------------------------------------===//

#include "FootprintWalker.h"
#include "Mutation.h"

#include "langone/Resource/Analysis/MemoryEvents.h"

#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace langone::resource {

bool isFreedArgument(const BufferRoot &root) {
  return root.kind == BufferRoot::Kind::Argument &&
         (root.freed || root.freedByCallee);
}

SmallVector<uint64_t> getArgumentCharges(const BufferOrigins &origins,
                                         const SizeBounds &sizes) {
  SmallVector<uint64_t> charges;
  for (const BufferRoot &root : origins.getRoots()) {
    if (!isFreedArgument(root))
      continue;
    BufferBytes bytes = sizes.getBytes(root.value);
    charges.resize(cast<BlockArgument>(root.value).getArgNumber() + 1, 0);
    charges.back() = bytes.upper.value_or(bytes.lower);
  }
  return charges;
}

static bool isOutsideOf(Operation *scope, const BufferRoot &root) {
  return root.kind == BufferRoot::Kind::Argument ||
         !scope->isProperAncestor(root.value.getDefiningOp());
}

bool FootprintWalker::isOutside(const BufferRoot &root) const {
  return isOutsideOf(scope, root);
}

// Of a fresh buffer from a callee, the upper estimate has what the callee
// retains; the lower one has nothing.
uint64_t FootprintWalker::getUpperShare(unsigned index) const {
  if (auto it = charges.find(index); it != charges.end())
    return it->second;
  const BufferRoot &root = origins.getRoots()[index];
  if (isOutside(root))
    return 0;
  if (root.kind == BufferRoot::Kind::CallResult)
    return getFreshBytes(
        cast<OpResult>(root.value), sizes,
        callCost(cast<CallOpInterface>(root.value.getDefiningOp())));
  return sizes.getBytes(root.value).upper.value_or(0);
}

uint64_t FootprintWalker::getLeastUpperShare(ArrayRef<unsigned> roots) const {
  if (roots.empty())
    return 0;
  uint64_t least = std::numeric_limits<uint64_t>::max(), most = 0;
  for (unsigned index : roots) {
    least = std::min(least, getUpperShare(index));
    most = std::max(most, getUpperShare(index));
  }
  return isBroken(Mutation::FreeLargest) ? most : least;
}

uint64_t FootprintWalker::getLeastUpperShare(Value value) const {
  const OriginSet &set = origins.lookup(value);
  return set.unknown ? 0 : getLeastUpperShare(set.roots);
}

uint64_t FootprintWalker::getLowerShare(const BufferRoot &root) const {
  return isOutside(root) || root.kind == BufferRoot::Kind::CallResult
             ? 0
             : sizes.getBytes(root.value).lower;
}

uint64_t FootprintWalker::getLargestCaptured() {
  if (largestCaptured)
    return *largestCaptured;
  uint64_t largest = 0;
  for (const BufferRoot &root : origins.getRoots())
    if (root.captured)
      largest = std::max(largest, getLowerShare(root));
  largestCaptured = largest;
  return largest;
}

void FootprintWalker::chargeArguments() {
  SmallVector<uint64_t> bytes = getArgumentCharges(origins, sizes);
  for (auto [index, root] : llvm::enumerate(origins.getRoots()))
    if (isFreedArgument(root))
      charges[index] = bytes[cast<BlockArgument>(root.value).getArgNumber()];
}

SmallVector<unsigned> getFreedRoots(Operation *op, Value buffer,
                                    const BufferOrigins &origins) {
  const OriginSet &set = origins.lookup(buffer);
  if (set.unknown || set.roots.empty())
    return {};
  auto roots = llvm::to_vector(set.roots);
  if (op->getNumResults() == 0)
    return roots;
  MemoryEvents memory = getMemoryEvents(op);
  std::optional<unsigned> result =
      memory.allocated.size() == 1
          ? origins.getRootIndex(memory.allocated.front())
          : std::nullopt;
  if (!result)
    return {};
  roots.push_back(*result);
  return roots;
}

SmallVector<unsigned> getTakenRoots(Operation *task,
                                    const BufferOrigins &origins) {
  llvm::SetVector<unsigned> taken;
  task->walk([&](Operation *op) {
    for (Value buffer : getMemoryEvents(op).freed) {
      SmallVector<unsigned> roots = getFreedRoots(op, buffer, origins);
      if (roots.size() == 1 &&
          isOutsideOf(task, origins.getRoots()[roots.front()]))
        taken.insert(roots.front());
    }
  });
  return taken.takeVector();
}

// Whatever a deallocation frees, all that it may free was charged the same.
void FootprintWalker::chargeFamilies() {
  for (auto [root, bytes] : getFamilyBytes(origins, sizes, scope, charges))
    charges[root] = bytes;
}

DenseMap<unsigned, uint64_t>
getFamilyBytes(const BufferOrigins &origins, const SizeBounds &sizes,
               Operation *scope, const DenseMap<unsigned, uint64_t> &charges) {
  llvm::EquivalenceClasses<unsigned> families;
  scope->walk([&](Operation *op) {
    for (Value buffer : getMemoryEvents(op).freed) {
      SmallVector<unsigned> roots = getFreedRoots(op, buffer, origins);
      for (unsigned root : roots)
        families.unionSets(roots.front(), root);
    }
  });
  DenseMap<unsigned, uint64_t> familyBytes;
  for (const auto &family : families) {
    if (!family->isLeader())
      continue;
    UpperBytes most = 0;
    for (unsigned index : families.members(*family)) {
      const BufferRoot &root = origins.getRoots()[index];
      if (auto it = charges.find(index); it != charges.end()) {
        most = larger(most, it->second);
        continue;
      }
      // Others are not charged where they are allocated.
      bool isCharged = root.kind == BufferRoot::Kind::Allocation &&
                       !isOutsideOf(scope, root);
      most = isCharged ? larger(most, sizes.getBytes(root.value).upper)
                       : std::nullopt;
    }
    if (most)
      for (unsigned index : families.members(*family))
        familyBytes[index] = *most;
  }
  return familyBytes;
}

} // namespace langone::resource
