//===- Footprint.cpp - bytes live at each point, and their peak -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the order in which functions are walked and what callers see of them.
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/Footprint.h"

#include "FootprintSummary.h"
#include "langone/Resource/Analysis/BufferSize.h"
#include "langone/Resource/Analysis/CallStructure.h"
#include "langone/Resource/Analysis/MemoryEvents.h"
#include "langone/Resource/IR/ResourceDialect.h"

#include "mlir/Analysis/DataLayoutAnalysis.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace langone::resource {

FootprintAnalysis::FootprintAnalysis(Operation *module,
                                     AnalysisManager &manager)
    : module(module), manager(manager) {
  module->walk([&](FunctionOpInterface function) {
    if (!function.isExternal())
      functions.push_back(function);
  });
  sizes = std::make_unique<SizeAnalysis>(
      module, manager.getAnalysis<DataLayoutAnalysis>());
  CallStructure calls(module);
  ArrayRef<FunctionNode> nodes = calls.getBottomUp();
  for (unsigned first = 0; first < nodes.size();) {
    ArrayRef<FunctionNode> component = calls.getComponent(first);
    summarizeComponent(component);
    first += component.size();
  }
}

FootprintAnalysis::~FootprintAnalysis() = default;

FootprintAnalysis::Summary &
FootprintAnalysis::getSummary(FunctionOpInterface function) const {
  return *summaries.find(function)->second;
}

const CallCost *FootprintAnalysis::getCost(CallOpInterface call) const {
  auto lookup = [&](FunctionOpInterface target) -> const CallCost * {
    auto it = summaries.find(target);
    return it != summaries.end() && it->second->cost ? &*it->second->cost
                                                     : nullptr;
  };
  const CallTargets::Functions &functions = targets.lookup(call);
  if (functions.empty())
    return nullptr;
  if (functions.size() == 1)
    return lookup(functions.front());
  if (auto it = joinedCosts.find(call); it != joinedCosts.end())
    return it->second.get();
  std::unique_ptr<CallCost> joined;
  for (FunctionOpInterface target : functions) {
    const CallCost *cost = lookup(target);
    if (!cost)
      return nullptr;
    if (joined)
      joined->join(*cost);
    else
      joined = std::make_unique<CallCost>(*cost);
  }
  return (joinedCosts[call] = std::move(joined)).get();
}

const CallAliasing *FootprintAnalysis::getAliasing(CallOpInterface call) const {
  const CallCost *cost = getCost(call);
  return cost ? &cost->aliasing : nullptr;
}

namespace {

/// A declared cost is the whole truth about a function without a body: its
/// memory is free again when it returns, and it keeps no argument.
std::optional<CallCost> getDeclaredCost(FunctionOpInterface function) {
  auto declared = getResourceAttr<CostAttr>(function, ResourceDialect::kCost);
  if (!declared || !declared.getMemory())
    return std::nullopt;
  CallCost cost;
  cost.footprint.upper = declared.getMemory();
  if (uint64_t bytes = *declared.getMemory()) {
    LiveBuffer live{function.getName().str() + "#cost", bytes, Type(),
                    function.getLoc(), std::nullopt};
    cost.footprint.upperPeak =
        std::make_shared<PeakPoint>(PeakPoint{function.getLoc(), {live}});
  }
  cost.aliasing.freed.assign(function.getNumArguments(), false);
  cost.aliasing.captured.assign(function.getNumArguments(), false);
  cost.aliasing.results.resize(function.getNumResults());
  return cost;
}

/// Bytes of the arena that the function has as a global.
uint64_t getStaticArena(FunctionOpInterface function) {
  auto plan = getResourceAttr<PlanAttr>(function, ResourceDialect::kPlan);
  return plan && plan.getPlacement() == ArenaPlacement::Static ? plan.getArena()
                                                               : 0;
}

/// Adds an arena that is live from entry to exit without being acquired there.
void addPlannedArena(FunctionOpInterface function, PlanAttr plan,
                     Footprint &footprint) {
  uint64_t least = plan.getLeast().value_or(plan.getArena());
  footprint.plannedArena = plan.getArenaUpper().value_or(least);
  footprint.lower = llvm::SaturatingAdd(footprint.lower, least);
  if (!plan.getArenaUpper())
    footprint.reasons.push_back(
        {function.getLoc(), "the arena of this function has no bound"});
  footprint.upper =
      footprint.upper && plan.getArenaUpper()
          ? llvm::checkedAddUnsigned(*footprint.upper, *plan.getArenaUpper())
          : std::nullopt;
  auto addTo = [&](PeakPtr &peak, uint64_t bytes) {
    if (bytes == 0)
      return;
    auto point =
        peak ? std::make_shared<PeakPoint>(*peak)
             : std::make_shared<PeakPoint>(PeakPoint{function.getLoc(), {}});
    point->live.insert(point->live.begin(),
                       {function.getName().str() + "#arena", bytes, Type(),
                        function.getLoc(), std::nullopt});
    peak = std::move(point);
  };
  addTo(footprint.upperPeak, footprint.plannedArena);
  addTo(footprint.lowerPeak, least);
}

void addPlannedArena(PlanAttr plan, std::optional<Handover> &handover) {
  if (!handover)
    return;
  handover->upper =
      handover->upper && plan.getArenaUpper()
          ? llvm::checkedAddUnsigned(*handover->upper, *plan.getArenaUpper())
          : std::nullopt;
  handover->upperPeak = nullptr;
}

} // namespace

void FootprintAnalysis::summarizeComponent(ArrayRef<FunctionNode> component) {
  for (const FunctionNode &node : component)
    summaries[node.function] = std::make_unique<Summary>();
  const FunctionNode &first = component.front();
  if (first.function.isExternal()) {
    getSummary(first.function).cost = getDeclaredCost(first.function);
    return;
  }
  if (first.isRecursive) {
    summarizeRecursion(component);
  } else {
    Summary &summary = getSummary(first.function);
    auto aliasing = [&](CallOpInterface call) -> const CallAliasing * {
      const CallCost *cost = getCost(call);
      return cost ? &cost->aliasing : nullptr;
    };
    summary.origins.emplace(first.function, aliasing);
    ScopeWalks walks = walk(first.function, first.function);
    summary.own = walks.own.footprint;
    summary.cost =
        CallCost{summary.own, summary.origins->getAliasing(),
                 walks.getHandover(), findFreshBytes(first.function)};
  }
  // An arena from outside is the caller's, unless it is the callee's own.
  for (const FunctionNode &node : component) {
    auto plan =
        getResourceAttr<PlanAttr>(node.function, ResourceDialect::kPlan);
    if (!plan || plan.getPlacement() == ArenaPlacement::Runtime)
      continue;
    Summary &summary = getSummary(node.function);
    addPlannedArena(node.function, plan, summary.own);
    if (plan.getPlacement() == ArenaPlacement::Static && summary.cost) {
      summary.cost->footprint = summary.own;
      addPlannedArena(plan, summary.cost->handover);
    }
  }
}

SmallVector<uint64_t>
FootprintAnalysis::findFreshBytes(FunctionOpInterface function) const {
  return resource::getFreshBytes(
      function, getOrigins(function), sizes->get(function),
      [&](CallOpInterface call) { return getCost(call); });
}

uint64_t FootprintAnalysis::getFreshBytes(OpResult result) const {
  auto call = cast<CallOpInterface>(result.getOwner());
  return resource::getFreshBytes(
      result, getSizes(call->getParentOfType<FunctionOpInterface>()),
      getCost(call));
}

ScopeWalks FootprintAnalysis::walk(Operation *scope,
                                   FunctionOpInterface function,
                                   bool recordsTimeline) const {
  auto cost = [&](CallOpInterface call) { return getCost(call); };
  return walkScope(getOrigins(function), sizes->get(function), cost, scope,
                   function.getName(), recordsTimeline);
}

std::vector<TimelinePoint>
FootprintAnalysis::getTimeline(FunctionOpInterface function) const {
  std::vector<TimelinePoint> timeline =
      walk(function, function, /*recordsTimeline=*/true).own.timeline;
  timeline.insert(timeline.begin(), {function.getLoc(), 0, 0});
  auto plan = getResourceAttr<PlanAttr>(function, ResourceDialect::kPlan);
  if (!plan || plan.getPlacement() == ArenaPlacement::Runtime)
    return timeline;
  uint64_t least = plan.getLeast().value_or(plan.getArena());
  for (TimelinePoint &point : timeline) {
    point.upper =
        point.upper && plan.getArenaUpper()
            ? llvm::checkedAddUnsigned(*point.upper, *plan.getArenaUpper())
            : std::nullopt;
    point.lower = llvm::SaturatingAdd(point.lower, least);
  }
  return timeline;
}

const Footprint &
FootprintAnalysis::getFunction(FunctionOpInterface function) const {
  return summaries.find(function)->second->own;
}

const BufferOrigins &
FootprintAnalysis::getOrigins(FunctionOpInterface function) const {
  return *summaries.find(function)->second->origins;
}

const SizeBounds &
FootprintAnalysis::getSizes(FunctionOpInterface function) const {
  return sizes->get(function);
}

Footprint FootprintAnalysis::getScope(Operation *op) const {
  if (auto function = dyn_cast<FunctionOpInterface>(op))
    return function.isExternal() ? Footprint() : getFunction(function);
  auto function = op->getParentOfType<FunctionOpInterface>();
  if (function && !isCallBoundary(op))
    return walk(op, function).own.footprint;
  // The caller decides which function runs: the worst of each estimate. Static
  // arenas are there whichever it is.
  Footprint module;
  uint64_t staticBytes = 0;
  for (FunctionOpInterface function : functions)
    if (op->isProperAncestor(function))
      staticBytes = llvm::SaturatingAdd(staticBytes, getStaticArena(function));
  for (FunctionOpInterface function : functions) {
    if (!op->isProperAncestor(function))
      continue;
    Footprint candidate = getFunction(function);
    uint64_t others = staticBytes - getStaticArena(function);
    if (candidate.upper)
      candidate.upper = llvm::checkedAddUnsigned(*candidate.upper, others);
    candidate.lower = llvm::SaturatingAdd(candidate.lower, others);
    module.reasons.append(candidate.reasons);
    if (!candidate.upper || !module.upper) {
      module.upper = std::nullopt;
    } else if (*candidate.upper > *module.upper) {
      module.upper = candidate.upper;
      module.upperPeak = candidate.upperPeak;
    }
    if (candidate.lower > module.lower) {
      module.lower = candidate.lower;
      module.lowerPeak = candidate.lowerPeak;
    }
  }
  return module;
}

//===----------------------------------------------------------------------===//
// Arguments and constants
//===----------------------------------------------------------------------===//

UpperBytes
FootprintAnalysis::getArgumentBytes(FunctionOpInterface function) const {
  const SizeBounds &bounds = sizes->get(function);
  UpperBytes sum = 0;
  for (Value argument : function.getArguments()) {
    if (!isa<BaseMemRefType>(argument.getType()))
      continue;
    UpperBytes bytes = bounds.getBytes(argument).upper;
    sum = bytes ? llvm::checkedAddUnsigned(*sum, *bytes) : std::nullopt;
    if (!sum)
      return std::nullopt;
  }
  return sum;
}

static uint64_t getConstantBytes(memref::GlobalOp global) {
  if (!global.getConstant())
    return 0;
  BufferSize size =
      BufferSize::get(global.getType(), DataLayout::closest(global));
  return size.isKnown() ? size.getBytes() : 0;
}

uint64_t
FootprintAnalysis::getConstantBytes(FunctionOpInterface function) const {
  llvm::SetVector<Operation *> globals;
  SymbolTableCollection symbolTables;
  function->walk([&](memref::GetGlobalOp op) {
    if (Operation *global =
            symbolTables.lookupNearestSymbolFrom(op, op.getNameAttr()))
      globals.insert(global);
  });
  uint64_t sum = 0;
  for (Operation *op : globals)
    if (auto global = dyn_cast<memref::GlobalOp>(op))
      sum = llvm::SaturatingAdd(sum, resource::getConstantBytes(global));
  return sum;
}

uint64_t FootprintAnalysis::getConstantBytes() const {
  uint64_t sum = 0;
  module->walk([&](memref::GlobalOp global) {
    sum = llvm::SaturatingAdd(sum, resource::getConstantBytes(global));
  });
  return sum;
}

} // namespace langone::resource
