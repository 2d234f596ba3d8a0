//===- MemoryPlan.cpp - one arena for each entry function -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/MemoryPlan.h"

#include "langone/Resource/Analysis/BufferSize.h"
#include "langone/Resource/Analysis/CallStructure.h"
#include "langone/Resource/Analysis/MemoryEvents.h"

#include "mlir/Analysis/DataLayoutAnalysis.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Interfaces/AlignmentAttrInterface.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"

using namespace mlir;

namespace langone::resource {

static uint64_t getAlignment(const BufferLifetime &lifetime,
                             const PlanOptions &options,
                             const DataLayout &layout) {
  Type element = cast<MemRefType>(lifetime.buffer.getType()).getElementType();
  uint64_t needed = getElementAlignment(element, layout);
  if (options.alignment != 0)
    return std::max(options.alignment, needed);
  needed = std::max(needed, PlanOptions::kDefaultAlignment);
  auto interface =
      dyn_cast<AlignmentAttrOpInterface>(lifetime.buffer.getDefiningOp());
  llvm::MaybeAlign asked = interface ? interface.getMaybeAlign() : std::nullopt;
  return std::max(needed, asked.valueOrOne().value());
}

/// Everything that is known of one function before it is planned.
struct MemoryPlan::FunctionContext {
  const DataLayout &layout;
  LifetimeAnalysis lifetimes;
  /// Calls that can hand over a slice: their function will have an arena.
  SmallVector<CallOpInterface> sliceCallers = {};
  /// Several executions may be under way at the same time within the module.
  bool mayOverlapItself = false;
  /// Why the function cannot have an arena; null if it can.
  const char *obstacle = nullptr;
};

MemoryPlan::MemoryPlan(Operation *module, const FootprintAnalysis &footprint,
                       AnalysisManager &manager, const PlanOptions &options)
    : options(options) {
  auto &layouts = manager.getAnalysis<DataLayoutAnalysis>();
  CallStructure calls(module);
  Contexts contexts;
  // Callers before callees: what one may do and have decides about the other.
  for (const FunctionNode &node : llvm::reverse(calls.getBottomUp())) {
    if (node.function.isExternal())
      continue;
    const DataLayout &layout = layouts.getAtOrAbove(node.function);
    LifetimeAnalysis lifetimes(
        node.function, footprint.getOrigins(node.function),
        footprint.getSizes(node.function), options.dynamicSizes);
    auto context = std::unique_ptr<FunctionContext>(
        new FunctionContext{layout, std::move(lifetimes)});
    findCallers(node, contexts, *context);
    context->obstacle = findObstacle(node, *context);
    contexts[node.function] = std::move(context);
  }
  for (const FunctionNode &node : calls.getBottomUp())
    if (!node.function.isExternal())
      planFunction(node, *contexts[node.function]);
}

void MemoryPlan::findCallers(const FunctionNode &node, const Contexts &contexts,
                             FunctionContext &context) const {
  for (CallOpInterface call : node.callSites) {
    auto it = contexts.find(call->getParentOfType<FunctionOpInterface>());
    // Not seen yet: a caller within recursion, or none that is a function.
    bool overlaps = it == contexts.end() ||
                    it->second->lifetimes.mayOverlapItself(call) ||
                    getRegionExecution(call) == RegionExecution::Asynchronous;
    context.mayOverlapItself |= overlaps || it->second->mayOverlapItself;
    if (!overlaps && !it->second->obstacle && isa<func::CallOp>(call))
      context.sliceCallers.push_back(call);
  }
}

const char *MemoryPlan::findObstacle(const FunctionNode &node,
                                     const FunctionContext &context) const {
  if (node.isRecursive)
    return "its function calls itself";
  if (!isa<func::FuncOp>(node.function))
    return "its function is not a func.func";
  if (node.function->hasAttr(ResourceDialect::kPlan))
    return "its function has a plan already";
  bool hasOtherCallers = context.sliceCallers.size() != node.callSites.size();
  if (options.placement == ArenaPlacement::Argument &&
      (hasOtherCallers || node.hasOtherUses))
    return "its function is used where no arena can be handed to it";
  if (options.placement == ArenaPlacement::Static && context.mayOverlapItself)
    return "its function may run several times at once, which a static arena "
           "does not allow";
  return nullptr;
}

void MemoryPlan::planFunction(const FunctionNode &node,
                              const FunctionContext &context) {
  FunctionPlan &plan = plans.emplace_back();
  plan.function = node.function;
  ArrayRef<UnplannedBuffer> unplanned = context.lifetimes.getUnplanned();
  plan.unplanned.assign(unplanned.begin(), unplanned.end());
  if (context.obstacle) {
    for (const BufferLifetime &lifetime : context.lifetimes.getLifetimes())
      plan.unplanned.push_back({lifetime.buffer, context.obstacle});
    return;
  }
  bool isEntry = context.sliceCallers.size() != node.callSites.size() ||
                 node.hasUnknownCallers() || node.callSites.empty();
  plan.role = context.sliceCallers.empty() ? ArenaRole::Entry
              : isEntry                    ? ArenaRole::Shared
                                           : ArenaRole::Slice;
  for (CallOpInterface call : context.sliceCallers)
    slices[call] = plans.size() - 1;
  solve(plan, context);
}

SmallVector<CallOpInterface>
MemoryPlan::getSliceCallers(const FunctionPlan &plan) const {
  SmallVector<CallOpInterface> callers;
  for (auto [call, index] : slices)
    if (&plans[index] == &plan)
      callers.push_back(cast<CallOpInterface>(call));
  return callers;
}

const FunctionPlan *MemoryPlan::getSliceOf(CallOpInterface call) const {
  auto it = slices.find(call);
  if (it == slices.end() || plans[it->second].isEmpty())
    return nullptr;
  return &plans[it->second];
}

void MemoryPlan::addBuffer(FunctionPlan &plan, Operation *owner, uint64_t bytes,
                           uint64_t alignment, int64_t begin, int64_t end) {
  planner::Buffer buffer;
  buffer.lower = begin;
  buffer.upper = end;
  buffer.size = bytes;
  buffer.alignment = alignment;
  buffer.id = std::to_string(plan.problem.buffers.size());
  plan.problem.buffers.push_back(std::move(buffer));
  plan.owners.push_back(owner);
  plan.alignment = std::max(plan.alignment, alignment);
}

void MemoryPlan::solve(FunctionPlan &plan, const FunctionContext &context) {
  const LifetimeAnalysis &lifetimes = context.lifetimes;
  for (const BufferLifetime &lifetime : lifetimes.getLifetimes())
    addBuffer(plan, lifetime.buffer.getDefiningOp(), *lifetime.bytes.upper,
              getAlignment(lifetime, options, context.layout), lifetime.begin,
              lifetime.end);
  plan.deallocations.assign(lifetimes.getDeallocations().begin(),
                            lifetimes.getDeallocations().end());
  plan.function->walk<WalkOrder::PreOrder>([&](CallOpInterface call) {
    const FunctionPlan *callee = getSliceOf(call);
    if (!callee)
      return;
    int64_t position = lifetimes.getPosition(call);
    addBuffer(plan, call, callee->getArenaBytes(), callee->alignment, position,
              position + 1);
  });
  if (!plan.isEmpty())
    plan.result = planner::solve(plan.problem, {.effort = options.effort});
}

} // namespace langone::resource
