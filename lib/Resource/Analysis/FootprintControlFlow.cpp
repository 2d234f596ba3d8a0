//===- FootprintControlFlow.cpp - states through loops and branches -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the ways of the state through regions and blocks: in sequence, counted,
// in parallel, along the edges of a graph.
//
//===----------------------------------------------------------------------===//

#include "FootprintWalker.h"
#include "Mutation.h"

#include "langone/Resource/Analysis/MemoryEvents.h"

#include "mlir/IR/RegionGraphTraits.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace langone::resource {

void FootprintWalker::walkRegionOp(Operation *op, State &state) {
  if (getRegionExecution(op) != RegionExecution::Sequential)
    return walkParallel(op, state);
  TripCount count = sizes.getTripCount(op);
  if (count.upper && op->getNumRegions() == 1)
    return walkCountedLoop(op, count, state);
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
  if (timeline)
    timeline->addWithin(op, extraUpper, extraLower);
  if (before.upper.bytes > peaks.upper.bytes)
    peaks.upper = before.upper;
  if (before.lower.bytes > peaks.lower.bytes)
    peaks.lower = before.lower;
}

void FootprintWalker::walkCountedLoop(Operation *op, const TripCount &count,
                                      State &state) {
  if (count.upper == uint64_t(0))
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
  if (entry.upper && state.upper && *state.upper > *entry.upper &&
      !isBroken(Mutation::ForgetLoopCarried))
    extraUpper =
        llvm::checkedMulUnsigned(*state.upper - *entry.upper, *count.upper - 1);
  uint64_t extraLower = 0;
  if (state.lower >= entry.lower) {
    if (!cutInBody && count.lower != 0)
      extraLower =
          llvm::SaturatingMultiply(state.lower - entry.lower, count.lower - 1);
  } else {
    peaks.lower = Peak();
    state.lower = 0;
    if (timeline)
      timeline->forgetLowerWithin(op);
  }
  repeat(op, extraUpper, extraLower, before, state);
  // The body may be skipped altogether.
  if (count.lower == 0) {
    exit = state;
    join(exit, entry);
    state = *exit;
  }
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
  std::optional<uint64_t> count = sizes.getTripCount(op).upper;
  if (isBroken(Mutation::ParallelOnce))
    count = 1;
  if (timeline)
    timeline->multiplyWithin(
        op, state.upper,
        getRegionExecution(op) == RegionExecution::Asynchronous ? std::nullopt
                                                                : count);
  if (count == uint64_t(0))
    return;
  if (body.lower.bytes > peaks.lower.bytes)
    peaks.lower = body.lower;
  if (inside.upper && body.upper.bytes == 0)
    return;
  if (!inside.upper || !count ||
      getRegionExecution(op) == RegionExecution::Asynchronous)
    return unbounded(
        op,
        Twine("the body of '") + op->getName().getStringRef() +
            "' allocates, and how many run at the same time is not known",
        state);
  // All iterations may be at their peak together; one is so for sure.
  State all = state;
  UpperBytes together = llvm::checkedMulUnsigned(body.upper.bytes, *count);
  addUpper(op, together, all);
  if (together)
    record(Event::Kind::Repeat, op, Value(), *together, all, false);
  notePeak(op, all);
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
  if (graph.shrinks) {
    // Later rounds start lower: only what was found before still holds.
    peaks.lower = before.lower;
    graph.exit->lower = 0;
    if (timeline)
      timeline->forgetLowerWithin(op);
  }
  if (graph.grows) {
    if (timeline)
      timeline->forgetUpperWithin(op);
    unbounded(op, "memory may grow with each round of this loop", *graph.exit);
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
