//===- MemoryPlan.cpp - one arena for each entry function -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/MemoryPlan.h"

#include "Mutation.h"
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
  const SizeBounds &sizes;
  ArrayRef<EntryAssumption> assumptions;
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
        new FunctionContext{layout, footprint.getSizes(node.function),
                            footprint.getSizes().getAssumptions(node.function),
                            std::move(lifetimes)});
    findCallers(node, contexts, *context);
    context->obstacle = findObstacle(node, *context);
    contexts[node.function] = std::move(context);
  }
  // Plans of callers refer to those of callees.
  plans.reserve(contexts.size());
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
  solve(plan, context);
  // A caller has to know how much to hand over.
  if (plan.role != ArenaRole::Entry && !plan.isEmpty() &&
      !plan.getUpperBytes()) {
    plan.role = ArenaRole::Entry;
    if (options.placement == ArenaPlacement::Argument)
      forgetBuffers(plan, "its function's arena has no bound that a caller "
                          "could hand to it");
    return;
  }
  for (CallOpInterface call : context.sliceCallers)
    slices[call] = plans.size() - 1;
}

void MemoryPlan::forgetBuffers(FunctionPlan &plan, StringRef reason) {
  for (Operation *owner : plan.owners)
    if (!isa<CallOpInterface>(owner))
      plan.unplanned.push_back({owner->getResult(0), reason.str()});
  SmallVector<unsigned> callees;
  for (Operation *owner : plan.owners) {
    if (auto it = slices.find(owner); it != slices.end()) {
      callees.push_back(it->second);
      slices.erase(it);
    }
  }
  FunctionPlan empty;
  empty.function = plan.function;
  empty.unplanned = std::move(plan.unplanned);
  plan = std::move(empty);
  for (unsigned index : callees)
    loseCaller(plans[index]);
}

/// One of those that were to hand over a slice of their arena has none.
void MemoryPlan::loseCaller(FunctionPlan &plan) {
  if (plan.isEmpty())
    return;
  if (options.placement == ArenaPlacement::Argument)
    return forgetBuffers(plan, "a caller of its function has no arena that it "
                               "could hand a slice of");
  plan.role =
      getSliceCallers(plan).empty() ? ArenaRole::Entry : ArenaRole::Shared;
}

const FunctionPlan *MemoryPlan::lookup(FunctionOpInterface function) const {
  auto it = llvm::find_if(plans, [&](const FunctionPlan &plan) {
    return plan.function == function;
  });
  return it == plans.end() ? nullptr : &*it;
}

PlanAttr MemoryPlan::getAttr(const FunctionPlan &plan) const {
  ArenaPlacement placement = plan.role == ArenaRole::Slice
                                 ? ArenaPlacement::Argument
                                 : options.placement;
  PlanStatus status =
      plan.isEmpty() || plan.result.status == planner::Status::optimal
          ? PlanStatus::Optimal
          : PlanStatus::Feasible;
  std::optional<uint64_t> least;
  if (plan.symbolic)
    least = plan.symbolic->getLowerBytes();
  return PlanAttr::get(plan.function.getContext(),
                       plan.getUpperBytes().value_or(PlanAttr::kUnbounded),
                       plan.alignment, plan.result.bound, placement, status,
                       least);
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
  buffer.alignment = isBroken(Mutation::ForgetAlignment) ? 1 : alignment;
  buffer.id = std::to_string(plan.problem.buffers.size());
  plan.problem.buffers.push_back(std::move(buffer));
  plan.owners.push_back(owner);
  plan.alignment = std::max(plan.alignment, alignment);
}

/// What a caller hands to `callee`: its size for the arguments of the call
/// where they are known at the caller's entry, else the most it may need.
SymbolicSize MemoryPlan::getSliceBytes(CallOpInterface call,
                                       const FunctionPlan &callee,
                                       const SizeBounds &caller) const {
  SymbolicSize size;
  size.upper = callee.getUpperBytes();
  size.lower = callee.symbolic ? callee.symbolic->getLowerBytes() : *size.upper;
  size.expr =
      caller.getSymbols().getConstant(static_cast<int64_t>(*size.upper));
  if (!callee.symbolic)
    return size;
  SmallVector<AffineExpr> leaves;
  for (auto [number, leaf] : llvm::enumerate(callee.symbolic->getLeaves())) {
    if (!callee.symbolic->usesLeaf(number)) {
      leaves.emplace_back();
      continue;
    }
    Value operand = call.getArgOperands()[*leaf.getArgument()];
    AffineExpr expr = leaf.isDim() ? caller.getDim(operand, leaf.dim)
                                   : caller.getExpr(operand);
    if (!caller.getSymbols().isKnownAtEntry(expr) ||
        !caller.isExactAtEntry(expr))
      return size;
    leaves.push_back(expr);
  }
  size.expr = AffineExpr();
  size.callee = callee.symbolic.get();
  size.leaves = std::move(leaves);
  return size;
}

void MemoryPlan::solve(FunctionPlan &plan, const FunctionContext &context) {
  const LifetimeAnalysis &lifetimes = context.lifetimes;
  SmallVector<SymbolicSize> sizes;
  for (const BufferLifetime &lifetime : lifetimes.getLifetimes()) {
    const BufferBytes &bytes = lifetime.bytes;
    Operation *owner = lifetime.buffer.getDefiningOp();
    bool isStatic = owner->getNumOperands() == 0;
    plan.isDynamic |= !isStatic;
    SymbolicSize size{bytes.symbolic, nullptr, {}, bytes.lower, bytes.upper};
    if (!size.expr || options.dynamicSizes != DynamicSizes::Symbolic ||
        !context.sizes.isComputableAtEntry(size.expr))
      size.expr = context.sizes.getSymbols().getConstant(
          static_cast<int64_t>(*bytes.upper));
    addBuffer(plan, owner, bytes.upper.value_or(0),
              getAlignment(lifetime, options, context.layout), lifetime.begin,
              lifetime.end);
    sizes.push_back(std::move(size));
  }
  plan.deallocations.assign(lifetimes.getDeallocations().begin(),
                            lifetimes.getDeallocations().end());
  plan.function->walk<WalkOrder::PreOrder>([&](CallOpInterface call) {
    const FunctionPlan *callee = getSliceOf(call);
    if (!callee)
      return;
    plan.isDynamic |= callee->isDynamic;
    sizes.push_back(getSliceBytes(call, *callee, context.sizes));
    int64_t position = lifetimes.getPosition(call);
    uint64_t bytes = *callee->getUpperBytes();
    if (isBroken(Mutation::SliceTooSmall))
      bytes /= 2;
    addBuffer(plan, call, bytes, callee->alignment, position, position + 1);
  });
  if (plan.isEmpty())
    return;
  if (plan.isDynamic)
    plan.assumptions.assign(context.assumptions.begin(),
                            context.assumptions.end());
  bool isConstant = llvm::all_of(sizes, [](const SymbolicSize &size) {
    return size.expr && isa<AffineConstantExpr>(size.expr);
  });
  if (isConstant)
    plan.result = planner::solve(plan.problem, {.effort = options.effort});
  else
    solveSymbolic(plan, context, std::move(sizes));
}

void MemoryPlan::solveSymbolic(FunctionPlan &plan,
                               const FunctionContext &context,
                               SmallVector<SymbolicSize> sizes) {
  std::optional<SymbolicPlan> symbolic = SymbolicPlan::create(
      context.sizes, plan.problem, std::move(sizes), options.effort);
  if (!symbolic)
    return forgetBuffers(plan, "it is too large for an arena");
  // At the bounds where there are such, else at the largest probe.
  planner::Solution solution;
  if (symbolic->getUpperBytes()) {
    solution = symbolic->getLowest(plan.problem);
  } else {
    const auto *largest = llvm::max_element(
        symbolic->getProbes(), [&](const auto &a, const auto &b) {
          return symbolic->evaluate(a).height < symbolic->evaluate(b).height;
        });
    plan.problem = symbolic->getProblemAt(*largest);
    solution = symbolic->evaluate(*largest);
  }
  plan.result.load = planner::lower_bound(plan.problem);
  plan.result.bound = plan.result.load.bytes;
  plan.result.solution = std::move(solution);
  plan.result.gap = plan.result.solution.height - plan.result.bound;
  plan.result.status = plan.result.gap == 0 ? planner::Status::optimal
                                            : planner::Status::feasible;
  plan.symbolic = std::make_shared<const SymbolicPlan>(std::move(*symbolic));
}

} // namespace langone::resource
