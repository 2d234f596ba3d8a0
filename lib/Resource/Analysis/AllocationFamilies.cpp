//===- AllocationFamilies.cpp - which allocations share a free ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/AllocationFamilies.h"

#include "langone/Resource/Analysis/CallStructure.h"
#include "langone/Resource/Analysis/MemoryEvents.h"

#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;

namespace langone::resource {

static void *const kOutside = nullptr;

static void *member(Value value) { return value.getAsOpaquePointer(); }

/// What a function may return at position `index`.
static SmallVector<Value> getReturned(FunctionOpInterface function,
                                      unsigned index) {
  SmallVector<Value> values;
  for (Block &block : function.getFunctionBody()) {
    Operation *terminator = block.getTerminator();
    if (terminator->getNumSuccessors() == 0 &&
        index < terminator->getNumOperands())
      values.push_back(terminator->getOperand(index));
  }
  return values;
}

void AllocationFamilies::joinOrigins(Value value, const BufferOrigins &origins,
                                     Value with) {
  const OriginSet &set = origins.lookup(value);
  for (unsigned index : set.roots)
    families.unionSets(member(with), member(origins.getRoots()[index].value));
  // What it may be beyond these is captured, and as such outside already.
  if (set.unknown)
    families.unionSets(member(with), kOutside);
}

void AllocationFamilies::joinCallee(Value result, FunctionOpInterface callee) {
  unsigned index = cast<OpResult>(result).getResultNumber();
  const BufferOrigins &origins = footprint.getOrigins(callee);
  // Returned arguments are the caller's own buffers, which it knows itself.
  for (Value returned : getReturned(callee, index))
    for (unsigned root : origins.lookup(returned).roots)
      if (origins.getRoots()[root].kind != BufferRoot::Kind::Argument)
        families.unionSets(member(result),
                           member(origins.getRoots()[root].value));
}

AllocationFamilies::AllocationFamilies(
    Operation *module, const FootprintAnalysis &footprint,
    function_ref<bool(Operation *)> mayChange)
    : footprint(footprint) {
  families.insert(kOutside);
  CallStructure calls(module);
  for (const FunctionNode &node : calls.getBottomUp())
    if (!node.function.isExternal())
      addFunction(node, mayChange);
}

void AllocationFamilies::addFunction(
    const FunctionNode &node, function_ref<bool(Operation *)> mayChange) {
  for (CallOpInterface call : node.callSites)
    for (Value result : call->getResults())
      if (isa<BaseMemRefType>(result.getType()))
        joinCallee(result, node.function);

  // Callers that do not know what a function returns may free it anyhow.
  bool callersAreBlind = node.isRecursive || node.hasOtherUses;
  for (const BufferRoot &root :
       footprint.getOrigins(node.function).getRoots()) {
    families.insert(member(root.value));
    bool isOutside = root.captured || (root.returned && callersAreBlind) ||
                     (root.kind == BufferRoot::Kind::Allocation &&
                      !mayChange(root.value.getDefiningOp()));
    if (isOutside)
      families.unionSets(member(root.value), kOutside);
    if (root.kind == BufferRoot::Kind::Argument &&
        (root.freed || root.freedByCallee))
      addArgument(root, node);
  }
  addDeallocations(node.function, mayChange);
}

/// An argument that may be freed is one family with what callers pass.
void AllocationFamilies::addArgument(const BufferRoot &root,
                                     const FunctionNode &node) {
  if (node.hasUnknownCallers())
    families.unionSets(member(root.value), kOutside);
  unsigned position = cast<BlockArgument>(root.value).getArgNumber();
  for (CallOpInterface call : node.callSites)
    if (auto caller = call->getParentOfType<FunctionOpInterface>())
      joinOrigins(call.getArgOperands()[position], footprint.getOrigins(caller),
                  root.value);
}

void AllocationFamilies::addDeallocations(
    FunctionOpInterface function, function_ref<bool(Operation *)> mayChange) {
  const BufferOrigins &origins = footprint.getOrigins(function);
  function->walk([&](Operation *op) {
    for (Value freed : getMemoryEvents(op).freed) {
      deallocations.emplace_back(op, freed);
      const OriginSet &set = origins.lookup(freed);
      if (set.roots.empty())
        continue;
      Value first = origins.getRoots()[set.roots.front()].value;
      joinOrigins(freed, origins, first);
      if (!mayChange(op))
        families.unionSets(member(first), kOutside);
    }
  });
}

bool AllocationFamilies::isClosed(Value buffer) const {
  auto leader = families.findLeader(member(buffer));
  return leader != families.member_end() &&
         leader != families.findLeader(kOutside);
}

bool AllocationFamilies::isClosedDeallocation(Value freed) const {
  auto function =
      freed.getParentRegion()->getParentOfType<FunctionOpInterface>();
  const BufferOrigins &origins = footprint.getOrigins(function);
  const OriginSet &set = origins.lookup(freed);
  return !set.unknown && !set.roots.empty() &&
         isClosed(origins.getRoots()[set.roots.front()].value);
}

} // namespace langone::resource
