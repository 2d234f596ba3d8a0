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
  /// Several executions may be under way at the same time within the module.
  bool mayOverlapItself = false;
};

/// Functions that can have an arena: others neither get a plan nor give slices.
static bool canHaveArena(const FunctionNode &node) {
  return !node.isRecursive && isa<func::FuncOp>(node.function) &&
         !node.function.isExternal();
}

MemoryPlan::MemoryPlan(Operation *module, const FootprintAnalysis &footprint,
                       AnalysisManager &manager, const PlanOptions &options)
    : options(options) {
  auto &layouts = manager.getAnalysis<DataLayoutAnalysis>();
  CallStructure calls(module);
  Contexts contexts;
  for (const FunctionNode &node : calls.getBottomUp()) {
    if (!canHaveArena(node))
      continue;
    const DataLayout &layout = layouts.getAtOrAbove(node.function);
    contexts[node.function] =
        std::unique_ptr<FunctionContext>(new FunctionContext{
            layout,
            LifetimeAnalysis(node.function, footprint.getOrigins(node.function),
                             layout)});
  }
  // Callers before callees: what a function may do, its callees may do too.
  for (const FunctionNode &node : llvm::reverse(calls.getBottomUp())) {
    if (!contexts.contains(node.function))
      continue;
    for (CallOpInterface call : node.callSites) {
      auto it = contexts.find(call->getParentOfType<FunctionOpInterface>());
      contexts[node.function]->mayOverlapItself |=
          getRegionExecution(call) == RegionExecution::Asynchronous ||
          it == contexts.end() || it->second->mayOverlapItself ||
          it->second->lifetimes.mayOverlapItself(call);
    }
  }
  for (const FunctionNode &node : calls.getBottomUp()) {
    if (node.function.isExternal())
      continue;
    plans.emplace_back().function = node.function;
    if (contexts.contains(node.function)) {
      planFunction(node, contexts);
      continue;
    }
    for (const BufferRoot &root :
         footprint.getOrigins(node.function).getRoots())
      if (root.kind == BufferRoot::Kind::Allocation)
        plans.back().unplanned.push_back(
            {root.value, node.isRecursive ? "its function calls itself"
                                          : "its function is not a func.func"});
  }
}

SmallVector<CallOpInterface>
MemoryPlan::findSliceCallers(const FunctionNode &node,
                             const Contexts &contexts) const {
  SmallVector<CallOpInterface> callers;
  for (CallOpInterface call : node.callSites) {
    auto it = contexts.find(call->getParentOfType<FunctionOpInterface>());
    if (it != contexts.end() && isa<func::CallOp>(call) &&
        !it->second->lifetimes.mayOverlapItself(call))
      callers.push_back(call);
  }
  return callers;
}

void MemoryPlan::planFunction(const FunctionNode &node,
                              const Contexts &contexts) {
  FunctionPlan &plan = plans.back();
  const FunctionContext &context = *contexts.find(node.function)->second;
  SmallVector<CallOpInterface> sliceCallers = findSliceCallers(node, contexts);
  bool hasOtherCallers = sliceCallers.size() != node.callSites.size();
  const char *obstacle = nullptr;
  if (plan.function->hasAttr(ResourceDialect::kPlan))
    obstacle = "its function has a plan already";
  else if (options.placement == ArenaPlacement::Argument &&
           (hasOtherCallers || node.hasOtherUses))
    obstacle = "its function is used where no arena can be handed to it";
  else if (options.placement == ArenaPlacement::Static &&
           context.mayOverlapItself)
    obstacle = "its function may run several times at once, which a static "
               "arena does not allow";

  ArrayRef<UnplannedBuffer> unplanned = context.lifetimes.getUnplanned();
  plan.unplanned.assign(unplanned.begin(), unplanned.end());
  if (obstacle) {
    for (const BufferLifetime &lifetime : context.lifetimes.getLifetimes())
      plan.unplanned.push_back({lifetime.buffer, obstacle});
    return;
  }
  bool isEntry =
      hasOtherCallers || node.hasUnknownCallers() || node.callSites.empty();
  plan.role = sliceCallers.empty() ? ArenaRole::Entry
              : isEntry            ? ArenaRole::Shared
                                   : ArenaRole::Slice;
  for (CallOpInterface call : sliceCallers)
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
    addBuffer(plan, lifetime.buffer.getDefiningOp(), lifetime.bytes,
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
