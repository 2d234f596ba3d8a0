//===- StackWalker.cpp - one walk over one scope's stack ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StackWalker.h"

#include "FootprintWalker.h"
#include "langone/Resource/Analysis/BufferSize.h"
#include "langone/Resource/Analysis/MemoryEvents.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/RegionGraphTraits.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace langone::resource {

/// Results that are fresh automatic memory.
static SmallVector<Value, 1> getAutomaticAllocations(Operation *op) {
  SmallVector<Value, 1> allocated;
  auto interface = dyn_cast<MemoryEffectOpInterface>(op);
  if (!interface)
    return allocated;
  SmallVector<MemoryEffects::EffectInstance> effects;
  interface.getEffects(effects);
  for (const MemoryEffects::EffectInstance &effect : effects)
    if (isa<MemoryEffects::Allocate>(effect.getEffect()) &&
        isa<SideEffects::AutomaticAllocationScopeResource>(
            effect.getResource()))
      allocated.push_back(effect.getValue());
  return allocated;
}

StackWalker::StackWalker(const DataLayout &layout, CalleeUsageFn calleeUsage,
                         FunctionOpInterface function)
    : layout(layout), calleeUsage(calleeUsage),
      functionName(function.getName()) {
  function->walk([&](Operation *op) {
    if (!getAutomaticAllocations(op).empty())
      sites.try_emplace(op, sites.size());
  });
}

StackUsage StackWalker::run(Operation *scope) {
  State state;
  if (isCallBoundary(scope))
    walkRegion(scope->getRegion(0), state);
  else
    walkOp(scope, state);
  StackUsage usage;
  usage.upper = reasons.empty() ? UpperBytes(peaks.upper.bytes) : std::nullopt;
  usage.lower = peaks.lower.bytes;
  if (usage.upper)
    usage.upperPeak = describe(peaks.upper, &StackUsage::upperPeak);
  usage.lowerPeak = describe(peaks.lower, &StackUsage::lowerPeak);
  usage.reasons = std::move(reasons);
  return usage;
}

//===----------------------------------------------------------------------===//
// States
//===----------------------------------------------------------------------===//

void StackWalker::join(std::optional<State> &into, const State &other) {
  if (!into) {
    into = other;
    return;
  }
  if (into->upper && (!other.upper || *other.upper > *into->upper)) {
    into->upper = other.upper;
    into->upperPath = other.upperPath;
  }
  if (other.lower < into->lower) {
    into->lower = other.lower;
    into->lowerPath = other.lowerPath;
  }
}

void StackWalker::notePeak(Operation *op, const State &state,
                           const StackUsage *callee) {
  if (state.upper && *state.upper > peaks.upper.bytes)
    peaks.upper = {*state.upper, op, state.upperPath, callee};
  if (state.lower > peaks.lower.bytes)
    peaks.lower = {state.lower, op, state.lowerPath, callee};
}

void StackWalker::unbounded(Operation *op, const Twine &why, State &state) {
  constexpr unsigned kMaxReasons = 8;
  state.upper = std::nullopt;
  if (reasons.size() < kMaxReasons)
    reasons.push_back({op->getLoc(), why.str()});
}

void StackWalker::addUpper(Operation *op, uint64_t bytes, State &state) {
  if (!state.upper)
    return;
  state.upper = llvm::checkedAddUnsigned(*state.upper, bytes);
  if (!state.upper)
    unbounded(op, "the bytes live here do not fit into 64 bits", state);
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

/// Bytes of an `llvm.alloca`; absent if they are not known before run time.
static UpperBytes getBytes(LLVM::AllocaOp alloca, const DataLayout &layout) {
  // The layout of what a target defines is the target's matter.
  auto result = alloca.getElemType().walk([](Type nested) {
    return isa<LLVM::LLVMTargetExtType>(nested) ? WalkResult::interrupt()
                                                : WalkResult::advance();
  });
  APInt count;
  if (result.wasInterrupted() ||
      !matchPattern(alloca.getArraySize(), m_ConstantInt(&count)) ||
      count.getActiveBits() > 64)
    return std::nullopt;
  std::optional<uint64_t> element =
      getElementBytes(alloca.getElemType(), layout);
  return element ? llvm::checkedMulUnsigned(*element, count.getZExtValue())
                 : std::nullopt;
}

void StackWalker::allocate(Operation *op, Value value, State &state) {
  UpperBytes bytes;
  bool isStack = false;
  if (auto type = value ? dyn_cast<MemRefType>(value.getType()) : MemRefType();
      type) {
    BufferSize size = BufferSize::get(type, layout);
    if (size.isKnown())
      bytes = size.getBytes();
    isStack = !type.getMemorySpace();
  } else if (auto alloca = dyn_cast<LLVM::AllocaOp>(op)) {
    bytes = getBytes(alloca, layout);
    isStack = alloca.getType().getAddressSpace() == 0;
  }
  if (!bytes)
    return unbounded(op, "automatic memory of unknown size", state);
  // Memory of other spaces may lie elsewhere: it counts where too much is safe.
  bool shared = isStack && state.upperPath == state.lowerPath;
  addUpper(op, *bytes, state);
  state.upperPath = new (events.Allocate()) Event{op, *bytes, state.upperPath};
  if (shared)
    state.lowerPath = state.upperPath;
  else if (isStack)
    state.lowerPath =
        new (events.Allocate()) Event{op, *bytes, state.lowerPath};
  if (isStack)
    state.lower = llvm::SaturatingAdd(state.lower, *bytes);
  notePeak(op, state);
}

void StackWalker::walkAllocations(Operation *op, State &state) {
  for (Value value : getAutomaticAllocations(op))
    allocate(op, value, state);
  if (isa<LLVM::StackSaveOp>(op)) {
    saved[op->getResult(0)] = state;
    return;
  }
  if (auto restore = dyn_cast<LLVM::StackRestoreOp>(op)) {
    auto it = saved.find(restore.getPtr());
    if (it != saved.end())
      state = it->second;
    else
      state.lower = 0;
    return;
  }
  bool hasEffects = isa<MemoryEffectOpInterface, CallOpInterface>(op) ||
                    op->hasTrait<OpTrait::HasRecursiveMemoryEffects>() ||
                    op->hasTrait<OpTrait::IsTerminator>();
  if (!hasEffects)
    unbounded(op,
              Twine("'") + op->getName().getStringRef() +
                  "' may allocate automatic memory of unknown size",
              state);
}

void StackWalker::walkBlock(Block &block, State &state) {
  for (Operation &op : block)
    walkOp(&op, state);
}

void StackWalker::walkOp(Operation *op, State &state) {
  if (isCallBoundary(op))
    return;
  if (auto call = dyn_cast<CallOpInterface>(op))
    return walkCall(call, state);
  walkAllocations(op, state);
  if (op->getNumRegions() != 0)
    walkRegions(op, state);
}

void StackWalker::walkCall(CallOpInterface call, State &state) {
  const StackUsage *callee = calleeUsage(call);
  if (!callee) {
    auto symbol = dyn_cast<SymbolRefAttr>(call.getCallableForCallee());
    return unbounded(call,
                     symbol
                         ? "the stack of '@" + symbol.getLeafReference().str() +
                               "' is not known: it is recursive or has no "
                               "body"
                         : std::string("the callee is not known"),
                     state);
  }
  // It may run on another stack.
  if (getRegionExecution(call) == RegionExecution::Asynchronous) {
    if (callee->upper != UpperBytes(0))
      unbounded(call, "the callee may run on another stack", state);
    return;
  }
  State inside = state;
  if (callee->upper)
    addUpper(call, *callee->upper, inside);
  else
    inside.upper = std::nullopt;
  inside.lower = llvm::SaturatingAdd(inside.lower, callee->lower);
  notePeak(call, inside, callee);
  // The callee's reasons are reported with the callee.
  if (!callee->upper)
    unbounded(call, "the callee's automatic memory has no finite bound", state);
}

//===----------------------------------------------------------------------===//
// Regions and blocks
//===----------------------------------------------------------------------===//

void StackWalker::walkRegions(Operation *op, State &state) {
  State entry = state;
  if (getRegionExecution(op) == RegionExecution::Sequential &&
      !op->hasTrait<OpTrait::AutomaticAllocationScope>())
    return walkSequential(cast<RegionBranchOpInterface>(op), state);
  if (getRegionExecution(op) != RegionExecution::Sequential)
    return walkElsewhere(op, state);
  // Each round begins with what was live before the op, and ends with it.
  for (Region &region : op->getRegions())
    walkRegion(region, entry);
}

// Bodies that run in parallel, or later, may do so on stacks of other threads:
// what is live here is not needed there for sure.
void StackWalker::walkElsewhere(Operation *op, State &state) {
  Peaks before = peaks;
  State inside = state;
  inside.lower = 0;
  inside.lowerPath = nullptr;
  bool grows = false;
  for (Region &region : op->getRegions())
    for (auto &[terminator, end] : walkRegion(region, inside))
      grows |= !end.upper || !inside.upper || *end.upper > *inside.upper;
  bool uses = peaks.upper.bytes > before.upper.bytes;
  // A coroutine's memory may even lie on the heap.
  if (getRegionExecution(op) == RegionExecution::Asynchronous)
    peaks.lower = before.lower;
  if (!op->hasTrait<OpTrait::AutomaticAllocationScope>() && grows)
    unbounded(op,
              Twine("automatic memory may grow with each execution of the "
                    "body of '") +
                  op->getName().getStringRef() + "'",
              state);
  else if (getRegionExecution(op) == RegionExecution::Asynchronous && uses)
    unbounded(op, "the body may run on another stack", state);
}

void StackWalker::flow(GraphWalk &graph, unsigned target, const State &state) {
  std::optional<State> &entry = graph.entries[target];
  if (!graph.visited[target])
    return join(entry, state);
  graph.grows |= entry->upper && (!state.upper || *state.upper > *entry->upper);
  graph.shrinks |= state.lower < entry->lower;
}

void StackWalker::finishGraph(Operation *op, const GraphWalk &graph,
                              const Peaks &before, State &exit) {
  if (graph.grows)
    unbounded(op, "automatic memory may grow with each round of this loop",
              exit);
  if (graph.shrinks) {
    // Later rounds start lower: only what was found before still holds.
    peaks.lower = before.lower;
    exit.lower = 0;
  }
}

void StackWalker::walkSequential(RegionBranchOpInterface op, State &state) {
  GraphWalk graph(op->getNumRegions());
  Peaks before = peaks;
  auto flowTo = [&](ArrayRef<RegionSuccessor> successors, const State &from) {
    for (RegionSuccessor successor : successors) {
      if (Region *region = successor.getSuccessor())
        flow(graph, region->getRegionNumber(), from);
      else
        join(graph.exit, from);
    }
  };
  SmallVector<RegionSuccessor> successors;
  op.getSuccessorRegions(RegionBranchPoint::parent(), successors);
  flowTo(successors, state);
  // In the order of the regions; again for those reached from later ones.
  for (bool progress = true; progress;) {
    progress = false;
    for (Region &region : op->getRegions()) {
      unsigned index = region.getRegionNumber();
      if (graph.visited[index] || !graph.entries[index])
        continue;
      graph.visited[index] = progress = true;
      for (auto &[terminator, end] :
           walkRegion(region, *graph.entries[index])) {
        successors.clear();
        if (auto exit = dyn_cast_if_present<RegionBranchTerminatorOpInterface>(
                terminator))
          op.getSuccessorRegions(exit, successors);
        else
          op.getSuccessorRegions(region, successors);
        flowTo(successors, end);
      }
    }
  }
  if (!graph.exit) {
    graph.exit = state;
    unbounded(op, "the way out of this operation is not known", *graph.exit);
  }
  finishGraph(op, graph, before, *graph.exit);
  state = *graph.exit;
}

StackWalker::Exits StackWalker::walkRegion(Region &region, State state) {
  if (region.empty())
    return {{nullptr, state}};
  if (region.hasOneBlock()) {
    walkBlock(region.front(), state);
    return {{region.front().empty() ? nullptr : &region.front().back(), state}};
  }
  Peaks before = peaks;
  DenseMap<Block *, unsigned> number;
  SmallVector<Block *> order =
      llvm::to_vector(llvm::ReversePostOrderTraversal<Region *>(&region));
  for (Block *block : order)
    number.try_emplace(block, number.size());
  GraphWalk graph(order.size());
  graph.entries[0] = state;
  Exits exits;
  for (auto [index, block] : llvm::enumerate(order)) {
    graph.visited[index] = true;
    State end = *graph.entries[index];
    walkBlock(*block, end);
    for (Block *successor : block->getSuccessors())
      flow(graph, number.lookup(successor), end);
    if (block->getNumSuccessors() == 0)
      exits.emplace_back(&block->back(), end);
  }
  // Once for the graph, then into each exit.
  State all;
  finishGraph(region.getParentOp(), graph, before, all);
  for (auto &[terminator, end] : exits) {
    if (graph.grows)
      end.upper = std::nullopt;
    if (graph.shrinks)
      end.lower = 0;
  }
  return exits;
}

//===----------------------------------------------------------------------===//
// Witnesses
//===----------------------------------------------------------------------===//

LiveBuffer StackWalker::describe(const Event &event) const {
  LiveBuffer live{
      (functionName + "#alloca" + Twine(sites.lookup(event.op))).str(),
      event.bytes, Type(), event.op->getLoc(), std::nullopt};
  if (auto alloca = dyn_cast<LLVM::AllocaOp>(event.op))
    live.type = alloca.getElemType();
  else
    live.type = event.op->getResult(0).getType();
  return live;
}

PeakPtr StackWalker::describe(const Peak &peak,
                              PeakPtr StackUsage::*estimate) const {
  if (!peak.op)
    return nullptr;
  auto point = std::make_shared<PeakPoint>(PeakPoint{peak.op->getLoc(), {}});
  for (const Event *event = peak.path; event; event = event->previous)
    point->live.push_back(describe(*event));
  std::reverse(point->live.begin(), point->live.end());
  sortBySize(point->live);
  if (PeakPtr inner = peak.callee ? peak.callee->*estimate : nullptr) {
    point->call = point->location;
    point->location = inner->location;
    point->callee = std::move(inner);
  }
  return point;
}

} // namespace langone::resource
