//===- BufferOrigins.cpp - which buffer a memref may be -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/BufferOrigins.h"
#include "langone/Resource/Analysis/MemoryEvents.h"

#include "Mutation.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/RegionGraphTraits.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;

namespace langone::resource {

static bool isBuffer(Value value) {
  return isa<BaseMemRefType>(value.getType());
}

bool OriginSet::join(const OriginSet &other) {
  bool grew = other.unknown && !unknown;
  unknown |= other.unknown;
  for (unsigned root : other.roots) {
    auto it = llvm::lower_bound(roots, root);
    if (it != roots.end() && *it == root)
      continue;
    roots.insert(it, root);
    grew = true;
  }
  return grew;
}

bool CallAliasing::join(const CallAliasing &other) {
  bool grew = other.freesUnknown && !freesUnknown;
  freesUnknown |= other.freesUnknown;
  auto joinFlags = [&](SmallVector<bool> &flags, ArrayRef<bool> others) {
    for (auto [flag, more] : llvm::zip_equal(flags, others)) {
      grew |= more && !flag;
      flag |= more;
    }
  };
  joinFlags(freed, other.freed);
  joinFlags(captured, other.captured);
  for (auto [result, more] : llvm::zip_equal(results, other.results)) {
    grew |= (more.fresh && !result.fresh) || (more.unknown && !result.unknown);
    result.fresh |= more.fresh;
    result.unknown |= more.unknown;
    for (unsigned argument : more.arguments) {
      if (llvm::is_contained(result.arguments, argument))
        continue;
      result.arguments.push_back(argument);
      grew = true;
    }
  }
  return grew;
}

BufferOrigins::BufferOrigins(FunctionOpInterface function,
                             CallAliasingFn callAliasing,
                             function_ref<bool(Operation *)> isPlace)
    : function(function), callAliasing(callAliasing), isPlace(isPlace) {
  if (function.isExternal())
    return;
  for (BlockArgument argument : function.getArguments()) {
    if (isBuffer(argument)) {
      OriginSet self;
      self.roots.push_back(addRoot(BufferRoot::Kind::Argument, argument));
      join(argument, self);
    }
  }
  do {
    changed = false;
    propagate(function.getFunctionBody());
  } while (changed);
  recordUses(function);
  this->callAliasing = nullptr;
  this->isPlace = nullptr;
}

const OriginSet &BufferOrigins::lookup(Value value) const {
  static const OriginSet kNone;
  auto it = origins.find(value);
  return it == origins.end() ? kNone : it->second;
}

std::optional<unsigned> BufferOrigins::getRootIndex(Value value) const {
  auto it = rootIndex.find(value);
  if (it == rootIndex.end())
    return std::nullopt;
  return it->second;
}

unsigned BufferOrigins::addRoot(BufferRoot::Kind kind, Value value) {
  auto [it, inserted] = rootIndex.try_emplace(value, roots.size());
  if (inserted)
    roots.push_back({kind, value, numRoots[static_cast<unsigned>(kind)]++});
  return it->second;
}

void BufferOrigins::join(Value value, const OriginSet &source) {
  OriginSet &target = origins[value];
  if (target.isCutOff)
    return capture(source);
  changed |= target.join(source);
  if (target.roots.size() <= kMaxOrigins)
    return;
  // Too many to follow: from here on they may be anywhere.
  capture(target);
  target.roots.clear();
  target.unknown = target.isCutOff = true;
}

void BufferOrigins::joinUnknown(Value value) {
  OriginSet unknown;
  unknown.unknown = true;
  join(value, unknown);
}

void BufferOrigins::capture(const OriginSet &set) {
  for (unsigned root : set.roots)
    roots[root].captured = true;
}

//===----------------------------------------------------------------------===//
// Flow
//===----------------------------------------------------------------------===//

// Definitions before uses: then only loops need another round, however the
// blocks are listed.
ArrayRef<Block *> BufferOrigins::getOrder(Region &region) {
  auto [it, inserted] = orders.try_emplace(&region);
  SmallVector<Block *> &order = it->second;
  if (!inserted)
    return order;
  llvm::ReversePostOrderTraversal<Region *> reachable(&region);
  order.assign(reachable.begin(), reachable.end());
  llvm::SmallPtrSet<Block *, 8> seen(order.begin(), order.end());
  for (Block &block : region)
    if (!seen.contains(&block))
      order.push_back(&block);
  return order;
}

void BufferOrigins::propagate(Region &region) {
  if (region.empty())
    return;
  if (region.hasOneBlock()) {
    for (Operation &op : region.front())
      propagate(&op);
    return;
  }
  // A copy: the regions inside get orders of their own.
  for (Block *block : SmallVector<Block *>(getOrder(region)))
    for (Operation &op : *block)
      propagate(&op);
}

void BufferOrigins::propagateToRegion(RegionBranchOpInterface branch,
                                      RegionSuccessor successor) {
  ValueRange inputs = successor.getSuccessorInputs();
  for (auto [index, input] : llvm::enumerate(inputs)) {
    if (!isBuffer(input))
      continue;
    SmallVector<Value> sources;
    branch.getPredecessorValues(successor, static_cast<int>(index), sources);
    for (Value source : sources)
      join(input, OriginSet(lookup(source)));
  }
  // Arguments that no edge feeds, an op may fill as it likes.
  if (Region *region = successor.getSuccessor()) {
    for (BlockArgument argument : region->getArguments())
      if (isBuffer(argument) && !llvm::is_contained(inputs, argument))
        joinUnknown(argument);
  }
}

void BufferOrigins::propagateBranch(Operation *terminator) {
  auto branch = dyn_cast<BranchOpInterface>(terminator);
  for (auto [index, successor] : llvm::enumerate(terminator->getSuccessors())) {
    for (BlockArgument argument : successor->getArguments()) {
      if (!isBuffer(argument))
        continue;
      Value source =
          branch ? branch.getSuccessorOperands(index)[argument.getArgNumber()]
                 : Value();
      if (source)
        join(argument, OriginSet(lookup(source)));
      else
        joinUnknown(argument);
    }
  }
}

void BufferOrigins::propagateCall(CallOpInterface call) {
  const CallAliasing *aliasing = callAliasing ? callAliasing(call) : nullptr;
  for (auto [index, result] : llvm::enumerate(call->getResults())) {
    if (!isBuffer(result))
      continue;
    if (!aliasing || index >= aliasing->results.size()) {
      joinUnknown(result);
      continue;
    }
    const CallAliasing::Result &from = aliasing->results[index];
    OriginSet set;
    set.unknown = from.unknown;
    if (from.fresh)
      set.roots.push_back(addRoot(BufferRoot::Kind::CallResult, result));
    for (unsigned argument : from.arguments)
      set.join(lookup(call.getArgOperands()[argument]));
    join(result, set);
  }
}

void BufferOrigins::propagate(Operation *op) {
  if (isCallBoundary(op))
    return;
  if (auto branch = dyn_cast<RegionBranchOpInterface>(op);
      branch && getRegionExecution(op) != RegionExecution::Asynchronous) {
    SmallVector<RegionSuccessor> successors;
    for (RegionBranchPoint point : branch.getAllRegionBranchPoints())
      branch.getSuccessorRegions(point, successors);
    for (RegionSuccessor successor : successors)
      if (!successor.isParent())
        propagateToRegion(branch, successor);
    for (Region &region : op->getRegions())
      propagate(region);
    for (RegionSuccessor successor : successors)
      if (successor.isParent())
        propagateToRegion(branch, successor);
    return;
  }
  for (Region &region : op->getRegions()) {
    for (BlockArgument argument : region.getArguments())
      if (isBuffer(argument))
        joinUnknown(argument);
    propagate(region);
  }
  if (op->hasTrait<OpTrait::IsTerminator>())
    return propagateBranch(op);
  if (auto call = dyn_cast<CallOpInterface>(op))
    return propagateCall(call);
  if (llvm::none_of(op->getResults(), isBuffer))
    return;

  MemoryEvents events = getMemoryEvents(op);
  OriginSet derived;
  derived.unknown = !derivesResultsFromOperands(op);
  for (Value operand : op->getOperands()) {
    if (isBuffer(operand))
      derived.join(lookup(operand));
    if (isBroken(Mutation::ForgetAlias) && !derived.roots.empty())
      break;
  }
  for (Value result : op->getResults()) {
    if (!isBuffer(result))
      continue;
    bool place = isPlace && isPlace(op);
    if (place || llvm::is_contained(events.allocated, result)) {
      OriginSet self;
      self.roots.push_back(addRoot(place ? BufferRoot::Kind::Place
                                         : BufferRoot::Kind::Allocation,
                                   result));
      join(result, self);
    } else {
      join(result, derived);
    }
  }
}

//===----------------------------------------------------------------------===//
// Uses
//===----------------------------------------------------------------------===//

void BufferOrigins::recordUse(OpOperand &use, bool asynchronous) {
  const OriginSet &set = lookup(use.get());
  Operation *op = use.getOwner();
  if (asynchronous && !isBroken(Mutation::LifetimeIgnoresTasks))
    capture(set);
  switch (classifyUse(use)) {
  case BufferUse::Access: {
    bool freed = llvm::is_contained(getMemoryEvents(op).freed, use.get());
    freesUnknown |= freed && set.unknown;
    for (unsigned root : set.roots) {
      if (freed)
        roots[root].freed = true;
      else
        roots[root].lastUse = op;
    }
    return;
  }
  case BufferUse::Flow:
    break;
  case BufferUse::Argument: {
    auto call = cast<CallOpInterface>(op);
    const CallAliasing *aliasing = callAliasing ? callAliasing(call) : nullptr;
    for (auto [index, operand] : llvm::enumerate(call.getArgOperands())) {
      if (operand != use.get())
        continue;
      if (!aliasing || aliasing->captured[index])
        capture(set);
      if (!aliasing || aliasing->freed[index])
        for (unsigned root : set.roots)
          roots[root].freedByCallee = true;
    }
    break;
  }
  case BufferUse::Return:
    for (unsigned root : set.roots)
      roots[root].returned = true;
    break;
  case BufferUse::Capture:
    capture(set);
    break;
  }
  for (unsigned root : set.roots)
    roots[root].lastUse = op;
}

void BufferOrigins::recordUses(Operation *op) {
  function.getFunctionBody().walk<WalkOrder::PreOrder>([&](Operation *nested) {
    if (isCallBoundary(nested))
      return WalkResult::skip();
    bool asynchronous = false;
    if (llvm::any_of(nested->getOperands(), isBuffer))
      for (Operation *parent = nested->getParentOp(); parent != op;
           parent = parent->getParentOp())
        asynchronous |=
            getRegionExecution(parent) == RegionExecution::Asynchronous;
    for (OpOperand &operand : nested->getOpOperands())
      if (isBuffer(operand.get()))
        recordUse(operand, asynchronous);
    freesUnknown |= getMemoryEvents(nested).freesUnknown;
    if (auto call = dyn_cast<CallOpInterface>(nested)) {
      const CallAliasing *aliasing =
          callAliasing ? callAliasing(call) : nullptr;
      freesUnknown |= !aliasing || aliasing->freesUnknown;
    }
    return WalkResult::advance();
  });
}

CallAliasing BufferOrigins::getAliasing() const {
  CallAliasing aliasing;
  aliasing.freesUnknown = freesUnknown;
  aliasing.freed.assign(function.getNumArguments(), false);
  aliasing.captured.assign(function.getNumArguments(), false);
  for (const BufferRoot &root : roots) {
    if (root.kind != BufferRoot::Kind::Argument)
      continue;
    unsigned position = cast<BlockArgument>(root.value).getArgNumber();
    aliasing.freed[position] = root.freed || root.freedByCallee;
    aliasing.captured[position] = root.captured;
  }

  aliasing.results.resize(function.getNumResults());
  for (CallAliasing::Result &result : aliasing.results)
    result.unknown = false;
  for (Block &block : function.getFunctionBody()) {
    Operation *terminator = block.getTerminator();
    if (terminator->getNumSuccessors() != 0 ||
        terminator->getNumOperands() != aliasing.results.size())
      continue;
    for (auto [result, operand] :
         llvm::zip_equal(aliasing.results, terminator->getOperands())) {
      const OriginSet &set = lookup(operand);
      result.unknown |= set.unknown;
      for (unsigned index : set.roots) {
        const BufferRoot &root = roots[index];
        if (root.kind != BufferRoot::Kind::Argument) {
          result.fresh = true;
          result.unknown |= root.captured;
          continue;
        }
        unsigned position = cast<BlockArgument>(root.value).getArgNumber();
        if (!llvm::is_contained(result.arguments, position))
          result.arguments.push_back(position);
      }
    }
  }
  return aliasing;
}

} // namespace langone::resource
