//===- Footprint.cpp - bytes live at each point, and their peak -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the order in which functions are walked and what callers see of them.
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/Footprint.h"

#include "FootprintWalker.h"
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

struct FootprintAnalysis::Summary {
  std::optional<BufferOrigins> origins;
  Footprint own;
  /// Absent for a function that calls itself.
  std::optional<CallCost> cost;
};

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
  for (const FunctionNode &node : calls.getBottomUp())
    summarize(node.function, node.isRecursive);
}

FootprintAnalysis::~FootprintAnalysis() = default;

const FootprintAnalysis::Summary *
FootprintAnalysis::lookupCallee(CallOpInterface call) const {
  Operation *callee = call.resolveCallableInTable(&symbolTables);
  auto it = callee ? summaries.find(callee) : summaries.end();
  return it == summaries.end() ? nullptr : it->second.get();
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
    cost.footprint.upperPeak = PeakPoint{function.getLoc(), {}, {live}};
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
void addPlannedArena(FunctionOpInterface function, uint64_t bytes,
                     Footprint &footprint) {
  footprint.plannedArena = bytes;
  footprint.lower = llvm::SaturatingAdd(footprint.lower, bytes);
  if (footprint.upper)
    footprint.upper = llvm::checkedAddUnsigned(*footprint.upper, bytes);
  if (bytes == 0)
    return;
  for (auto *peak : {&footprint.upperPeak, &footprint.lowerPeak}) {
    if (!*peak)
      *peak = PeakPoint{function.getLoc(), {}, {}};
    (*peak)->live.insert((*peak)->live.begin(),
                         {function.getName().str() + "#arena", bytes, Type(),
                          function.getLoc(), std::nullopt});
  }
}

} // namespace

void FootprintAnalysis::summarize(FunctionOpInterface function,
                                  bool isRecursive) {
  std::unique_ptr<Summary> &summary = summaries[function];
  auto fresh = std::make_unique<Summary>();
  if (function.isExternal()) {
    fresh->cost = getDeclaredCost(function);
    summary = std::move(fresh);
    return;
  }
  auto calleeCost = [&](CallOpInterface call) -> const CallCost * {
    const Summary *callee = lookupCallee(call);
    return callee && callee->cost ? &*callee->cost : nullptr;
  };
  auto calleeAliasing = [&](CallOpInterface call) -> const CallAliasing * {
    const CallCost *cost = calleeCost(call);
    return cost ? &cost->aliasing : nullptr;
  };
  fresh->origins.emplace(function, calleeAliasing);
  fresh->own = FootprintWalker(*fresh->origins, sizes->get(function),
                               calleeCost, function, function.getName())
                   .run();
  if (!isRecursive)
    fresh->cost = CallCost{fresh->own, fresh->origins->getAliasing()};
  // An arena from outside is the caller's, unless it is the callee's own.
  if (auto plan = getResourceAttr<PlanAttr>(function, ResourceDialect::kPlan)) {
    if (plan.getPlacement() != ArenaPlacement::Runtime)
      addPlannedArena(function, plan.getArena(), fresh->own);
    if (plan.getPlacement() == ArenaPlacement::Static && fresh->cost)
      fresh->cost->footprint = fresh->own;
  }
  summary = std::move(fresh);
}

const Footprint &
FootprintAnalysis::getFunction(FunctionOpInterface function) const {
  return summaries.find(function)->second->own;
}

std::vector<TimelinePoint>
FootprintAnalysis::getTimeline(FunctionOpInterface function) const {
  auto calleeCost = [&](CallOpInterface call) -> const CallCost * {
    const Summary *callee = lookupCallee(call);
    return callee && callee->cost ? &*callee->cost : nullptr;
  };
  TimelineRecorder recorder;
  FootprintWalker(getOrigins(function), getSizes(function), calleeCost,
                  function, function.getName())
      .run(&recorder);
  std::vector<TimelinePoint> timeline = recorder.take();
  timeline.insert(timeline.begin(), {function.getLoc(), 0, 0});
  uint64_t arena = getFunction(function).plannedArena;
  for (TimelinePoint &point : timeline) {
    if (point.upper)
      point.upper = llvm::checkedAddUnsigned(*point.upper, arena);
    point.lower = llvm::SaturatingAdd(point.lower, arena);
  }
  return timeline;
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
  if (function && !isCallBoundary(op)) {
    auto calleeCost = [&](CallOpInterface call) -> const CallCost * {
      const Summary *callee = lookupCallee(call);
      return callee && callee->cost ? &*callee->cost : nullptr;
    };
    return FootprintWalker(getOrigins(function), sizes->get(function),
                           calleeCost, op, function.getName())
        .run();
  }
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
