//===- FootprintWalker.cpp - one walk over one scope ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What each kind of op does to the state. How a peak is told to people is in
// FootprintWitness.cpp.
//
//===----------------------------------------------------------------------===//

#include "FootprintWalker.h"

#include "langone/Resource/Analysis/BufferSize.h"
#include "langone/Resource/Analysis/MemoryEvents.h"
#include "langone/Resource/IR/ResourceDialect.h"

#include "mlir/Dialect/Bufferization/IR/AllocationOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/RegionGraphTraits.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace langone::resource {

FootprintWalker::FootprintWalker(const BufferOrigins &origins,
                                 const DataLayout &layout, CallCostFn callCost,
                                 Operation *scope, StringRef functionName)
    : origins(origins), layout(layout), callCost(callCost), scope(scope),
      functionName(functionName) {}

Footprint FootprintWalker::run() {
  std::optional<State> exit;
  if (isCallBoundary(scope)) {
    for (auto &[terminator, state] : walkRegion(scope->getRegion(0), State()))
      join(exit, state);
  } else {
    walkOp(scope, exit.emplace());
  }
  Footprint footprint;
  if (reasons.empty())
    footprint.upper = peaks.upper.bytes;
  else
    footprint.upper = std::nullopt;
  footprint.lower = peaks.lower.bytes;
  footprint.retained = exit ? exit->upper : UpperBytes(0);
  if (footprint.upper)
    footprint.upperPeak = describe(peaks.upper, &Footprint::upperPeak);
  footprint.lowerPeak = describe(peaks.lower, &Footprint::lowerPeak);
  footprint.reasons = std::move(reasons);
  return footprint;
}

//===----------------------------------------------------------------------===//
// States
//===----------------------------------------------------------------------===//

void FootprintWalker::join(std::optional<State> &into, const State &other) {
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

void FootprintWalker::record(Event::Kind kind, Operation *op, Value buffer,
                             uint64_t bytes, State &state, bool inLower) {
  bool shared = inLower && state.upperPath == state.lowerPath;
  state.upperPath =
      new (events.Allocate()) Event{kind, op, buffer, bytes, state.upperPath};
  if (shared)
    state.lowerPath = state.upperPath;
  else if (inLower)
    state.lowerPath =
        new (events.Allocate()) Event{kind, op, buffer, bytes, state.lowerPath};
}

void FootprintWalker::notePeak(Operation *op, const State &state,
                               const CallCost *callee) {
  if (state.upper && *state.upper > peaks.upper.bytes)
    peaks.upper = {*state.upper, op, state.upperPath, callee};
  if (state.lower > peaks.lower.bytes)
    peaks.lower = {state.lower, op, state.lowerPath, callee};
}

void FootprintWalker::unbounded(Operation *op, const Twine &why, State &state) {
  constexpr unsigned kMaxReasons = 8;
  state.upper = std::nullopt;
  if (reasons.size() < kMaxReasons)
    reasons.push_back({op->getLoc(), why.str()});
}

void FootprintWalker::addUpper(Operation *op, UpperBytes bytes, State &state) {
  if (!state.upper)
    return;
  state.upper = bytes ? llvm::checkedAddUnsigned(*state.upper, *bytes)
                      : std::optional<uint64_t>();
  if (!state.upper)
    unbounded(op, "the bytes live here do not fit into 64 bits", state);
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

bool FootprintWalker::isOutside(const BufferRoot &root) const {
  if (root.kind == BufferRoot::Kind::Argument)
    return true;
  return !scope->isProperAncestor(root.value.getDefiningOp());
}

UpperBytes FootprintWalker::maxBytes(const BufferRoot &root) const {
  if (root.kind == BufferRoot::Kind::CallResult) {
    const CallCost *cost =
        callCost(cast<CallOpInterface>(root.value.getDefiningOp()));
    return cost ? cost->footprint.retained : UpperBytes();
  }
  auto type = dyn_cast<MemRefType>(root.value.getType());
  if (!type)
    return std::nullopt;
  BufferSize size = BufferSize::get(type, layout);
  return size.isKnown() ? UpperBytes(size.getBytes()) : std::nullopt;
}

// Of a fresh buffer from a callee, its type still tells the size.
uint64_t FootprintWalker::minBytes(const BufferRoot &root) const {
  auto type = dyn_cast<MemRefType>(root.value.getType());
  if (!type || isOutside(root))
    return 0;
  BufferSize size = BufferSize::get(type, layout);
  return size.isKnown() ? size.getBytes() : 0;
}

void FootprintWalker::allocate(Operation *op, Value buffer, State &state) {
  auto type = dyn_cast<MemRefType>(buffer.getType());
  if (!type)
    return unbounded(op, "buffer of unknown rank has no known size", state);
  BufferSize size = BufferSize::get(type, layout);
  if (!size.isKnown())
    return unbounded(
        op, Twine("a buffer has no known size: ") + size.getReason(), state);
  // Other memory spaces, ops without deallocation and clones may or may not
  // take host memory: they count where too much is safe only.
  bool isHost = !type.getMemorySpace() && isPlainAllocation(op) &&
                (isa<bufferization::AllocationOpInterface>(op) ||
                 isa<ResourceDialect>(op->getDialect()));
  addUpper(op, size.getBytes(), state);
  if (isHost)
    state.lower = llvm::SaturatingAdd(state.lower, size.getBytes());
  record(Event::Kind::Allocate, op, buffer, size.getBytes(), state, isHost);
  notePeak(op, state);
}

void FootprintWalker::lowerBy(UpperBytes bytes, State &state) {
  lowerWasCut |= !bytes || *bytes > state.lower;
  state.lower -= std::min(state.lower, bytes.value_or(state.lower));
}

void FootprintWalker::free(Operation *op, Value buffer, State &state) {
  const OriginSet &set = origins.lookup(buffer);
  std::optional<uint64_t> least;
  UpperBytes most = 0;
  auto consider = [&](const BufferRoot &root) {
    if (isOutside(root))
      return;
    UpperBytes bytes = maxBytes(root);
    most = most && bytes ? UpperBytes(std::max(*most, *bytes)) : std::nullopt;
  };
  for (unsigned index : set.roots) {
    const BufferRoot &root = origins.getRoots()[index];
    least = std::min(least.value_or(minBytes(root)), minBytes(root));
    consider(root);
  }
  if (set.unknown) {
    least = 0;
    for (const BufferRoot &root : origins.getRoots())
      if (root.captured)
        consider(root);
  }
  // A result may be the same block: only a plain deallocation surely frees.
  if (op->getNumResults() != 0)
    least = 0;
  if (state.upper)
    *state.upper -= std::min(*state.upper, least.value_or(0));
  lowerBy(most, state);
  record(Event::Kind::Free, op, buffer, least.value_or(0), state);
}

void FootprintWalker::walkEvents(Operation *op, State &state) {
  MemoryEvents memory = getMemoryEvents(op);
  // Both at once: the new buffer may be there before the old one is gone.
  for (Value buffer : memory.allocated)
    allocate(op, buffer, state);
  for (Value buffer : memory.freed)
    free(op, buffer, state);
  if (memory.freesUnknown)
    lowerBy(std::nullopt, state);
  if (memory.allocatesUnknown) {
    bool isTensor =
        llvm::any_of(op->getResultTypes(), llvm::IsaPred<TensorType>);
    unbounded(op,
              Twine("'") + op->getName().getStringRef() +
                  (isTensor ? "' gives a tensor, which is not bufferized yet"
                            : "' may allocate memory of unknown size"),
              state);
  }
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

void FootprintWalker::walkBlock(Block &block, State &state) {
  for (Operation &op : block)
    walkOp(&op, state);
}

void FootprintWalker::walkOp(Operation *op, State &state) {
  if (isCallBoundary(op))
    return;
  if (auto call = dyn_cast<CallOpInterface>(op))
    return walkCall(call, state);
  walkEvents(op, state);
  if (op->getNumRegions() != 0)
    walkRegionOp(op, state);
}

void FootprintWalker::walkCall(CallOpInterface call, State &state) {
  Operation *op = call;
  const CallCost *cost = callCost(call);
  if (!cost) {
    lowerBy(std::nullopt, state);
    auto symbol = dyn_cast<SymbolRefAttr>(call.getCallableForCallee());
    return unbounded(op,
                     symbol ? "'@" + symbol.getLeafReference().str() +
                                  "' has no known cost: it is recursive or has "
                                  "no body and declares none"
                            : std::string("the callee is not known"),
                     state);
  }
  // What the callee frees of ours may be gone; nothing is gone for sure.
  for (auto [argument, freed] :
       llvm::zip(call.getArgOperands(), cost->aliasing.freed)) {
    if (!freed)
      continue;
    for (unsigned index : origins.lookup(argument).roots)
      lowerBy(maxBytes(origins.getRoots()[index]), state);
    if (origins.lookup(argument).unknown)
      lowerBy(std::nullopt, state);
  }
  if (cost->aliasing.freesUnknown)
    lowerBy(std::nullopt, state);
  State inside = state;
  if (cost->footprint.upper)
    addUpper(op, cost->footprint.upper, inside);
  else
    inside.upper = std::nullopt;
  inside.lower = llvm::SaturatingAdd(inside.lower, cost->footprint.lower);
  notePeak(op, inside, cost);

  if (cost->footprint.upper != UpperBytes(0) &&
      getRegionExecution(op) == RegionExecution::Asynchronous)
    return unbounded(op, "the callee allocates and may go on after the call",
                     state);
  if (!cost->footprint.upper) {
    // The callee's reasons are reported with the callee.
    return unbounded(op, "the callee has no finite bound", state);
  }
  if (!cost->footprint.retained || *cost->footprint.retained == 0)
    return;
  addUpper(op, cost->footprint.retained, state);
  record(Event::Kind::Retain, op, Value(), *cost->footprint.retained, state,
         /*inLower=*/false);
}

void FootprintWalker::walkRegionOp(Operation *op, State &state) {
  if (getRegionExecution(op) != RegionExecution::Sequential)
    return walkParallel(op, state);
  std::optional<uint64_t> tripCount = getConstantTripCount(op);
  if (tripCount && op->getNumRegions() == 1)
    return walkCountedLoop(op, *tripCount, state);
  walkSequential(cast<RegionBranchOpInterface>(op), state);
}

void FootprintWalker::repeat(Operation *op, UpperBytes extraUpper,
                             uint64_t extraLower, const Peaks &before,
                             State &state) {
  if (!extraUpper) {
    unbounded(op, "the bytes live here do not fit into 64 bits", state);
  } else if (*extraUpper != 0) {
    auto *event = new (events.Allocate())
        Event{Event::Kind::Repeat, op, Value(), *extraUpper, peaks.upper.path};
    if (std::optional<uint64_t> bytes =
            llvm::checkedAddUnsigned(peaks.upper.bytes, *extraUpper)) {
      peaks.upper.bytes = *bytes;
      peaks.upper.path = event;
    } else {
      unbounded(op, "the bytes live here do not fit into 64 bits", state);
    }
    addUpper(op, extraUpper, state);
    record(Event::Kind::Repeat, op, Value(), *extraUpper, state, false);
  }
  if (peaks.lower.op) {
    peaks.lower.bytes = llvm::SaturatingAdd(peaks.lower.bytes, extraLower);
    if (extraLower != 0)
      peaks.lower.path = new (events.Allocate())
          Event{Event::Kind::Repeat, op, Value(), extraLower, peaks.lower.path};
  }
  state.lower = llvm::SaturatingAdd(state.lower, extraLower);
  if (before.upper.bytes > peaks.upper.bytes)
    peaks.upper = before.upper;
  if (before.lower.bytes > peaks.lower.bytes)
    peaks.lower = before.lower;
}

void FootprintWalker::walkCountedLoop(Operation *op, uint64_t tripCount,
                                      State &state) {
  if (tripCount == 0)
    return;
  State entry = state;
  Peaks before = std::exchange(peaks, Peaks());
  bool wasCut = std::exchange(lowerWasCut, false);
  std::optional<State> exit;
  for (auto &[terminator, end] : walkRegion(op->getRegion(0), state))
    join(exit, end);
  if (exit)
    state = *exit;
  bool cutInBody = std::exchange(lowerWasCut, lowerWasCut || wasCut);
  // Each iteration adds the same at most, and leaves the same at least.
  UpperBytes extraUpper = 0;
  if (entry.upper && state.upper && *state.upper > *entry.upper)
    extraUpper =
        llvm::checkedMulUnsigned(*state.upper - *entry.upper, tripCount - 1);
  uint64_t extraLower = 0;
  if (state.lower >= entry.lower) {
    if (!cutInBody)
      extraLower =
          llvm::SaturatingMultiply(state.lower - entry.lower, tripCount - 1);
  } else {
    peaks.lower = Peak();
    state.lower = 0;
  }
  repeat(op, extraUpper, extraLower, before, state);
}

bool FootprintWalker::mayFreeOutside(Operation *op) const {
  auto isFreedOutside = [&](Value buffer) {
    const OriginSet &set = origins.lookup(buffer);
    return set.unknown || llvm::any_of(set.roots, [&](unsigned index) {
             const BufferRoot &root = origins.getRoots()[index];
             return isOutside(root) ||
                    !op->isProperAncestor(root.value.getDefiningOp());
           });
  };
  auto result = op->walk([&](Operation *nested) {
    MemoryEvents memory = getMemoryEvents(nested);
    bool frees =
        memory.freesUnknown || llvm::any_of(memory.freed, isFreedOutside);
    if (auto call = dyn_cast<CallOpInterface>(nested)) {
      const CallCost *cost = callCost(call);
      frees |= !cost || cost->aliasing.freesUnknown ||
               llvm::is_contained(cost->aliasing.freed, true);
    }
    return frees ? WalkResult::interrupt() : WalkResult::advance();
  });
  return result.wasInterrupted();
}

void FootprintWalker::walkParallel(Operation *op, State &state) {
  // Other iterations may already have freed what was live before.
  if (mayFreeOutside(op))
    lowerBy(std::nullopt, state);
  Peaks before = std::exchange(peaks, Peaks());
  State inside;
  inside.lower = state.lower;
  inside.lowerPath = state.lowerPath;
  for (Region &region : op->getRegions()) {
    std::optional<State> exit;
    for (auto &[terminator, end] : walkRegion(region, inside))
      join(exit, end);
    if (exit)
      inside = *exit;
  }
  Peaks body = std::exchange(peaks, before);
  if (inside.upper && body.upper.bytes == 0)
    return;
  std::optional<uint64_t> count = getConstantTripCount(op);
  if (!inside.upper || !count ||
      getRegionExecution(op) == RegionExecution::Asynchronous)
    return unbounded(
        op,
        Twine("the body of '") + op->getName().getStringRef() +
            "' allocates, and how many run at the same time is not known",
        state);
  if (*count == 0)
    return;
  // All iterations may be at their peak together; one is so for sure.
  State all = state;
  UpperBytes together = llvm::checkedMulUnsigned(body.upper.bytes, *count);
  addUpper(op, together, all);
  if (together)
    record(Event::Kind::Repeat, op, Value(), *together, all, false);
  notePeak(op, all);
  if (body.lower.bytes > peaks.lower.bytes)
    peaks.lower = body.lower;
  UpperBytes left = llvm::checkedMulUnsigned(*inside.upper, *count);
  addUpper(op, left, state);
  if (left && *left != 0)
    record(Event::Kind::Repeat, op, Value(), *left, state, false);
}

//===----------------------------------------------------------------------===//
// Graphs of regions and blocks
//===----------------------------------------------------------------------===//

void FootprintWalker::flow(GraphWalk &graph, unsigned target,
                           const State &state) {
  std::optional<State> &entry = graph.entries[target];
  if (!graph.visited[target])
    return join(entry, state);
  graph.grows |= entry->upper && (!state.upper || *state.upper > *entry->upper);
  graph.shrinks |= state.lower < entry->lower;
}

void FootprintWalker::finishGraph(Operation *op, GraphWalk &graph,
                                  const Peaks &before) {
  if (graph.grows)
    unbounded(op, "memory may grow with each round of this loop", *graph.exit);
  if (graph.shrinks) {
    // Later rounds start lower: only what was found before still holds.
    peaks.lower = before.lower;
    graph.exit->lower = 0;
  }
}

void FootprintWalker::walkSequential(RegionBranchOpInterface op, State &state) {
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
    // No edge leads out: either nothing after the op executes, or the op does
    // not tell how it is left.
    graph.exit = state;
    unbounded(op, "the way out of this operation is not known", *graph.exit);
  }
  finishGraph(op, graph, before);
  state = *graph.exit;
}

FootprintWalker::Exits FootprintWalker::walkRegion(Region &region,
                                                   State state) {
  if (region.empty())
    return {{nullptr, state}};
  if (region.hasOneBlock()) {
    walkBlock(region.front(), state);
    // Regions such as a graph's end without a terminator.
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
  // Fold what the graph says about all exits into each of them.
  graph.exit.emplace();
  finishGraph(region.getParentOp(), graph, before);
  for (auto &[terminator, end] : exits) {
    if (graph.grows)
      end.upper = std::nullopt;
    if (graph.shrinks)
      end.lower = 0;
  }
  return exits;
}

} // namespace langone::resource
