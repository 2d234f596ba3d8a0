//===- MemoryPlan.cpp - one arena for each entry function -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/MemoryPlan.h"

#include "langone/Resource/Analysis/BufferSize.h"
#include "langone/Resource/Analysis/CallStructure.h"
#include "langone/Resource/IR/ResourceDialect.h"

#include "mlir/Analysis/DataLayoutAnalysis.h"
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
  const FunctionNode &node;
  const BufferOrigins &origins;
  const DataLayout &layout;
  LifetimeAnalysis lifetimes;
};

MemoryPlan::MemoryPlan(Operation *module, const FootprintAnalysis &footprint,
                       AnalysisManager &manager, const PlanOptions &options)
    : options(options) {
  auto &layouts = manager.getAnalysis<DataLayoutAnalysis>();
  CallStructure calls(module);
  DenseMap<Operation *, std::unique_ptr<FunctionContext>> contexts;
  for (const FunctionNode &node : calls.getBottomUp()) {
    if (node.function.isExternal() || node.isRecursive)
      continue;
    const BufferOrigins &origins = footprint.getOrigins(node.function);
    const DataLayout &layout = layouts.getAtOrAbove(node.function);
    contexts[node.function] = std::unique_ptr<FunctionContext>(
        new FunctionContext{node, origins, layout,
                            LifetimeAnalysis(node.function, origins, layout)});
  }

  for (const FunctionNode &node : calls.getBottomUp()) {
    if (node.function.isExternal())
      continue;
    FunctionPlan &fresh = plans.emplace_back();
    fresh.function = node.function;
    if (node.isRecursive) {
      for (const BufferRoot &root :
           footprint.getOrigins(node.function).getRoots())
        if (root.kind == BufferRoot::Kind::Allocation)
          fresh.unplanned.push_back({root.value, "its function calls itself"});
      continue;
    }
    // Who of the callers has an arena to take a slice from?
    unsigned index = plans.size() - 1;
    bool hasSliceCallers = false;
    bool hasOtherCallers = node.hasUnknownCallers || node.callSites.empty();
    for (CallOpInterface call : node.callSites) {
      auto caller = call->getParentOfType<FunctionOpInterface>();
      auto it = contexts.find(caller);
      if (it == contexts.end() ||
          it->second->lifetimes.mayOverlapItself(call)) {
        hasOtherCallers = true;
        continue;
      }
      hasSliceCallers = true;
      slices[call] = index;
    }
    fresh.role = !hasSliceCallers  ? ArenaRole::Entry
                 : hasOtherCallers ? ArenaRole::Shared
                                   : ArenaRole::Slice;
    plan(*contexts[node.function]);
  }
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

void MemoryPlan::plan(const FunctionContext &context) {
  FunctionPlan &plan = plans.back();
  const LifetimeAnalysis &lifetimes = context.lifetimes;
  plan.unplanned.assign(lifetimes.getUnplanned().begin(),
                        lifetimes.getUnplanned().end());
  if (plan.function->hasAttr(ResourceDialect::kPlan)) {
    for (const BufferLifetime &lifetime : lifetimes.getLifetimes())
      plan.unplanned.push_back(
          {lifetime.buffer, "its function has a plan already"});
    return;
  }
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
