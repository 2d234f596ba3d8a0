//===- CertificatePlaces.cpp - what lies where in an arena ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CertificatePlaces.h"

#include "langone/Resource/IR/ResourceOps.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace langone::resource {

CertificatePlaces::CertificatePlaces(const FootprintAnalysis &analysis,
                                     FunctionOpInterface function,
                                     PlanAttr plan) {
  findArena(function, plan);
  if (plan.isSymbolic())
    reject("its size is computed when it runs");
  llvm::SmallPtrSet<Operation *, 16> views;
  for (Value arena : arenas)
    for (Operation *user : arena.getUsers()) {
      if (isa<memref::ViewOp>(user))
        views.insert(user);
      else if (!isa<ArenaReleaseOp>(user))
        reject("its arena is used other than through views");
    }
  const SizeBounds &sizes = analysis.getSizes(function);
  // In the order of the program.
  function->walk<WalkOrder::PreOrder>([&](memref::ViewOp view) {
    if (views.contains(view))
      addView(view, sizes);
  });
  if (!obstacle.empty())
    return;
  origins.emplace(
      function,
      [&](CallOpInterface call) { return analysis.getAliasing(call); },
      [&](Operation *op) { return numbers.contains(op); });
  for (const BufferRoot &root : origins->getRoots())
    if (root.kind == BufferRoot::Kind::Place &&
        (root.captured || root.returned))
      reject(
          "the address of a buffer in its arena is used in a way that cannot "
          "be followed");
}

void CertificatePlaces::reject(StringRef why) {
  if (obstacle.empty())
    obstacle = why.str();
}

void CertificatePlaces::findArena(FunctionOpInterface function, PlanAttr plan) {
  auto isArena = [&](Value value) {
    auto type = dyn_cast<MemRefType>(value.getType());
    return type && type.getRank() == 1 && type.getElementType().isInteger(8);
  };
  switch (plan.getPlacement()) {
  case ArenaPlacement::Runtime:
    for (auto acquire :
         function.getFunctionBody().front().getOps<ArenaAcquireOp>())
      arenas.push_back(acquire);
    if (arenas.size() == 1)
      allocation = arenas.front();
    break;
  case ArenaPlacement::Argument:
    if (function.getNumArguments() != 0 &&
        isArena(function.getArguments().back()))
      arenas.push_back(function.getArguments().back());
    break;
  case ArenaPlacement::Static: {
    std::string name = (function.getName() + "_arena").str();
    function->walk([&](memref::GetGlobalOp get) {
      if (get.getName() == name && isArena(get))
        arenas.push_back(get);
    });
    // One block under several names, none if nothing lies there.
    return;
  }
  }
  if (arenas.size() != 1)
    reject("its arena is not found");
}

void CertificatePlaces::addView(memref::ViewOp view, const SizeBounds &sizes) {
  APInt offset;
  if (!matchPattern(view.getByteShift(), m_ConstantInt(&offset)) ||
      offset.isNegative() || offset.getActiveBits() > 63)
    return reject("its buffers have offsets that are computed when it runs");
  std::optional<uint64_t> bytes = sizes.getBytes(view).upper;
  if (!bytes)
    return reject("a buffer in its arena has no known size");
  numbers[view] = places.size();
  places.push_back({view, offset.getZExtValue(), *bytes});
}

std::optional<unsigned> CertificatePlaces::lookup(Operation *view) const {
  auto it = numbers.find(view);
  return it == numbers.end() ? std::nullopt
                             : std::optional<unsigned>(it->second);
}

std::optional<unsigned> CertificatePlaces::lookup(Value memref) const {
  Operation *op = memref.getDefiningOp();
  return op ? lookup(op) : std::nullopt;
}

SmallVector<unsigned> CertificatePlaces::getUses(Operation *op) const {
  llvm::SmallSetVector<unsigned, 4> used;
  for (Value operand : op->getOperands())
    for (unsigned root : origins->lookup(operand).roots)
      if (std::optional<unsigned> place =
              lookup(origins->getRoots()[root].value))
        used.insert(*place);
  SmallVector<unsigned> sorted = used.takeVector();
  llvm::sort(sorted);
  return sorted;
}

SmallVector<unsigned> CertificatePlaces::getMadeIn(Block &block) const {
  SmallVector<unsigned> made;
  for (auto [number, place] : llvm::enumerate(places))
    if (block.findAncestorOpInBlock(*place.view))
      made.push_back(number);
  return made;
}

} // namespace langone::resource
