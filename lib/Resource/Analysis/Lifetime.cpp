//===- Lifetime.cpp - when buffers are live, for planning -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/Lifetime.h"

#include "Mutation.h"
#include "langone/Resource/Analysis/MemoryEvents.h"
#include "langone/Resource/IR/ResourceOps.h"

#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;

namespace langone::resource {

// Larger than any memory; sums of such sizes still fit the planner's limits.
static constexpr uint64_t kMaxPlannedBytes = uint64_t(1) << 46;

LifetimeAnalysis::LifetimeAnalysis(FunctionOpInterface function,
                                   const BufferOrigins &origins,
                                   const SizeBounds &sizes,
                                   DynamicSizes dynamicSizes)
    : function(function), origins(origins) {
  number(function.getFunctionBody(), 0);
  ArrayRef<BufferRoot> roots = origins.getRoots();
  ends.resize(roots.size());
  for (const BufferRoot &root : roots)
    reasons.push_back(whyNotPlannable(root, sizes, dynamicSizes));
  for (Block &block : function.getFunctionBody())
    visitAliases(block.getArguments());
  function.getFunctionBody().walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (isCallBoundary(op))
      return WalkResult::skip();
    visit(op);
    return WalkResult::advance();
  });
  excludeMixedDeallocations();

  for (auto [index, root] : llvm::enumerate(roots)) {
    if (root.kind != BufferRoot::Kind::Allocation)
      continue;
    if (!reasons[index].empty()) {
      unplanned.push_back({root.value, reasons[index]});
      continue;
    }
    int64_t begin = getPosition(root.value.getDefiningOp());
    int64_t end = ends[index] - (isBroken(Mutation::LifetimeTooShort) ? 2 : 0);
    lifetimes.push_back({root.value, sizes.getBytes(root.value), begin,
                         std::max(end, begin + 1)});
  }
  for (auto &[op, set] : frees)
    if (!set.roots.empty() && reasons[set.roots.front()].empty())
      deallocations.push_back(op);
}

int64_t LifetimeAnalysis::number(Region &region, int64_t next) {
  for (Block &block : region) {
    for (Operation &op : block) {
      int64_t begin = next++;
      for (Region &nested : op.getRegions())
        next = number(nested, next);
      positions[&op] = {begin, next};
    }
  }
  return next;
}

// Regions that execute in an order of their own are as good as loops: what is
// used in them is live throughout.
static bool isStraightLine(Region &region) {
  return region.hasOneBlock() && !mayRepeat(region);
}

bool LifetimeAnalysis::mayOverlapItself(Operation *op) const {
  for (Operation *parent = op->getParentOp(); parent != function;
       parent = parent->getParentOp())
    if (getRegionExecution(parent) != RegionExecution::Sequential)
      return true;
  return false;
}

std::string LifetimeAnalysis::whyNotPlannable(const BufferRoot &root,
                                              const SizeBounds &sizes,
                                              DynamicSizes dynamicSizes) const {
  if (root.kind != BufferRoot::Kind::Allocation)
    return "it is not allocated here";
  auto type = dyn_cast<MemRefType>(root.value.getType());
  if (!type)
    return "its rank is not known";
  if (!type.hasStaticShape() && dynamicSizes == DynamicSizes::None)
    return "its shape is dynamic";
  BufferBytes bytes = sizes.getBytes(root.value);
  bool isExpressed = dynamicSizes == DynamicSizes::Symbolic && bytes.symbolic &&
                     sizes.isComputableAtEntry(bytes.symbolic);
  if (!bytes.upper && !isExpressed)
    return bytes.reason;
  if (!isExpressed && *bytes.upper > kMaxPlannedBytes)
    return "it is too large for an arena";
  if (type.getMemorySpace())
    return "it is in a memory space of its own";
  if (root.returned && !isBroken(Mutation::PlanReturned))
    return "it is returned to the caller";
  if (root.captured)
    return "its address is used in a way that cannot be followed";
  if (root.freedByCallee)
    return "a callee may free it";
  Operation *op = root.value.getDefiningOp();
  if (!isPlainAllocation(op) || !getDynamicSizes(op))
    return "the operation does more than allocate it";
  if (isa<ArenaAcquireOp>(op))
    return "it is an arena itself";
  if (mayOverlapItself(op))
    return "it is allocated in a body that may run in parallel";
  return "";
}

void LifetimeAnalysis::reject(unsigned root, StringRef reason) {
  if (reasons[root].empty())
    reasons[root] = reason.str();
}

/// The op of `region` that is or contains `op`; null if it is not inside.
static Operation *ancestorIn(Region *region, Operation *op) {
  return region->findAncestorOpInRegion(*op);
}

void LifetimeAnalysis::extend(unsigned root, Operation *use, bool frees) {
  Operation *allocation = origins.getRoots()[root].value.getDefiningOp();
  // Up to the first region that holds both.
  Region *common = allocation->getParentRegion();
  while (!ancestorIn(common, use))
    common = common->getParentRegion();
  Span span = positions.lookup(use);
  int64_t end = frees ? span.begin : span.end;
  for (Region *region = use->getParentRegion(); region != common;
       region = region->getParentOp()->getParentRegion())
    if (!isStraightLine(*region) && !isBroken(Mutation::LifetimeIgnoresLoops))
      end = positions.lookup(region->getParentOp()).end;
  if (!common->hasOneBlock()) {
    // Blocks execute in any order, except that the entry comes once and first.
    Block *home = ancestorIn(common, allocation)->getBlock();
    if (home != ancestorIn(common, use)->getBlock()) {
      if (!home->isEntryBlock() || common != allocation->getParentRegion())
        return reject(root, "it lives across blocks of a loop");
      end = positions.lookup(&common->back().back()).end;
    }
  }
  ends[root] = std::max(ends[root], end);
}

// A buffer that is allocated again in each round must not be known under a name
// that survives the round: two generations would share one place.
void LifetimeAnalysis::checkAlias(unsigned root, Value alias) {
  Operation *allocation = origins.getRoots()[root].value.getDefiningOp();
  auto argument = dyn_cast<BlockArgument>(alias);
  for (Region *region = allocation->getParentRegion(); region != nullptr;
       region = region == &function.getFunctionBody()
                    ? nullptr
                    : region->getParentOp()->getParentRegion()) {
    bool isOwnArgument = argument && argument.getOwner()->getParent() == region;
    // What is known inside only does not leave an outer region either.
    bool isInside = region->isAncestor(alias.getParentRegion());
    if (isInside && !argument)
      return;
    bool survivesRound = (isOwnArgument || !isInside) && mayRepeat(*region);
    // Any block but the entry may be one of a loop's.
    bool survivesBlock =
        isOwnArgument &&
        !ancestorIn(region, allocation)->getBlock()->isEntryBlock();
    if ((survivesRound || survivesBlock) &&
        !isBroken(Mutation::LifetimeIgnoresRotation))
      return reject(root, "it is carried around a loop");
  }
}

void LifetimeAnalysis::visitAliases(ValueRange aliases) {
  for (Value alias : aliases)
    for (unsigned root : origins.lookup(alias).roots)
      if (reasons[root].empty())
        checkAlias(root, alias);
}

void LifetimeAnalysis::visit(Operation *op) {
  visitAliases(op->getResults());
  for (Region &region : op->getRegions())
    for (Block &block : region)
      visitAliases(block.getArguments());

  SmallVector<Value, 1> freed = getMemoryEvents(op).freed;
  for (Value buffer : freed)
    frees.emplace_back(op, origins.lookup(buffer));
  for (Value operand : op->getOperands())
    for (unsigned root : origins.lookup(operand).roots)
      if (reasons[root].empty())
        extend(root, op, llvm::is_contained(freed, operand));
}

/// Whether nothing is lost by erasing `op` once its buffer needs no freeing.
static bool onlyFrees(Operation *op) {
  MemoryEvents events = getMemoryEvents(op);
  return op->getNumResults() == 0 && op->getNumRegions() == 0 &&
         events.freed.size() == 1 && !events.allocatesUnknown &&
         !events.freesUnknown;
}

void LifetimeAnalysis::excludeMixedDeallocations() {
  // A buffer that stays keeps those that it may be freed with.
  SmallVector<SmallVector<unsigned, 1>> freesOf(reasons.size());
  SmallVector<unsigned> worklist;
  for (auto [index, free] : llvm::enumerate(frees)) {
    for (unsigned root : free.second.roots)
      freesOf[root].push_back(index);
    if (free.second.unknown || !onlyFrees(free.first))
      for (unsigned root : free.second.roots)
        reject(root, "it is freed together with buffers that stay");
  }
  for (unsigned root = 0; root < reasons.size(); ++root)
    if (!reasons[root].empty())
      worklist.push_back(root);
  while (!worklist.empty()) {
    for (unsigned free : freesOf[worklist.pop_back_val()]) {
      for (unsigned root : frees[free].second.roots) {
        if (!reasons[root].empty())
          continue;
        reject(root, "it is freed together with buffers that stay");
        worklist.push_back(root);
      }
    }
  }
}

} // namespace langone::resource
