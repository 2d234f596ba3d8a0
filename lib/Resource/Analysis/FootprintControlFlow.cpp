//===- FootprintControlFlow.cpp - states through loops and branches -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the ways of the state through regions and blocks: in sequence, counted,
// along the edges of a graph. What goes on at the same time is in
// FootprintParallel.cpp.
//
//===----------------------------------------------------------------------===//

#include "FootprintWalker.h"
#include "Mutation.h"

#include "langone/Resource/Analysis/MemoryEvents.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/RegionGraphTraits.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/SmallBitVector.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace langone::resource {

/// What a block branches on, if it has an `scf.if` on the same.
static Value getRepeatedCondition(Block &block) {
  auto branch = dyn_cast<cf::CondBranchOp>(block.getTerminator());
  if (!branch)
    return {};
  Value condition = branch.getCondition();
  return llvm::any_of(
             block.getOps<scf::IfOp>(),
             [&](scf::IfOp op) { return op.getCondition() == condition; })
             ? condition
             : Value();
}

void FootprintWalker::walkRegionOp(Operation *op, State &state) {
  if (auto branch = dyn_cast<scf::IfOp>(op))
    if (auto known = outcomes.find(branch.getCondition());
        known != outcomes.end())
      return walkTaken(known->second ? branch.getThenRegion()
                                     : branch.getElseRegion(),
                       state);
  if (getRegionExecution(op) != RegionExecution::Sequential)
    return walkParallel(op, state);
  TripCount count = sizes.getTripCount(op);
  if (count.upper && op->getNumRegions() == 1)
    return walkCountedLoop(op, count, state);
  walkSequential(cast<RegionBranchOpInterface>(op), state);
}

/// A region that is entered once, for sure.
void FootprintWalker::walkTaken(Region &region, State &state) {
  std::optional<State> exit;
  for (auto &[terminator, end] : walkRegion(region, state))
    join(exit, end);
  state = exit.value_or(state);
}

void FootprintWalker::repeat(Operation *op, size_t mark, UpperBytes extraUpper,
                             uint64_t extraLower, const Peaks &before,
                             State &state) {
  timeline.add(mark, extraUpper, extraLower);
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
  if (extraUpper && *extraUpper != 0) {
    for (auto &[callee, peak] : peaks.calls) {
      peak.bytes = llvm::SaturatingAdd(peak.bytes, *extraUpper);
      peak.path = new (events.Allocate())
          Event{Event::Kind::Repeat, op, Value(), *extraUpper, peak.path};
    }
  }
  if (peaks.lower.op) {
    peaks.lower.bytes = llvm::SaturatingAdd(peaks.lower.bytes, extraLower);
    if (extraLower != 0)
      peaks.lower.path = new (events.Allocate())
          Event{Event::Kind::Repeat, op, Value(), extraLower, peaks.lower.path};
  }
  state.lower = llvm::SaturatingAdd(state.lower, extraLower);
  Peaks found = std::exchange(peaks, before);
  peaks.join(found);
}

void FootprintWalker::walkCountedLoop(Operation *op, const TripCount &count,
                                      State &state) {
  if (count.upper == uint64_t(0))
    return;
  State entry = state;
  size_t mark = timeline.mark();
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
  grew |= extraUpper != UpperBytes(0);
  uint64_t extraLower = 0;
  if (state.lower >= entry.lower) {
    if (!cutInBody && count.lower != 0)
      extraLower =
          llvm::SaturatingMultiply(state.lower - entry.lower, count.lower - 1);
  } else {
    // A round that starts lower by some bytes is nowhere lower by more: each
    // takes at most what the first one took.
    uint64_t drop =
        llvm::SaturatingMultiply(entry.lower - state.lower, *count.upper - 1);
    peaks.lowerBy(drop);
    timeline.lowerBy(mark, timeline.mark(), drop);
    lowerBy(drop, state);
  }
  repeat(op, mark, extraUpper, extraLower, before, state);
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

//===----------------------------------------------------------------------===//
// Graphs of regions and blocks
//===----------------------------------------------------------------------===//

void FootprintWalker::flow(GraphWalk &graph, unsigned source, unsigned target,
                           const State &state) {
  graph.successors[source].push_back(target);
  std::optional<State> &entry = graph.entries[target];
  if (!graph.visited[target])
    return join(entry, state);
  graph.grows |= entry->upper && (!state.upper || *state.upper > *entry->upper);
  if (state.lower >= entry->lower)
    return;
  graph.shrunk.push_back(target);
  graph.shrinkage = std::max(graph.shrinkage, entry->lower);
}

// Later rounds enter some nodes with less, but never with less than nothing;
// and what is entered with less by some bytes is nowhere lower by more. So in
// all rounds each node has what was found less the shrinkage, at least, by
// induction over the last edge back on the way to it. Nodes that no such edge
// leads to have what was found.
SmallVector<uint64_t> FootprintWalker::GraphWalk::getDrops() const {
  SmallVector<uint64_t> drops(entries.size(), 0);
  SmallVector<unsigned> worklist = shrunk;
  llvm::SmallBitVector reached(entries.size());
  while (!worklist.empty()) {
    unsigned node = worklist.pop_back_val();
    if (reached.test(node))
      continue;
    reached.set(node);
    drops[node] = shrinkage;
    worklist.append(successors[node].begin(), successors[node].end());
  }
  return drops;
}

void FootprintWalker::finishGraph(const GraphWalk &graph, size_t mark,
                                  ArrayRef<uint64_t> drops) {
  for (auto [points, drop] : llvm::zip_equal(graph.points, drops))
    timeline.lowerBy(points.first, points.second, drop);
  if (graph.grows)
    timeline.forgetUpper(mark);
  grew |= graph.grows;
  lowerWasCut |= !graph.shrunk.empty();
  for (auto [found, drop] : llvm::zip_equal(graph.peaks, drops)) {
    Peaks lowered = found;
    lowered.lowerBy(drop);
    peaks.join(lowered);
  }
}

static constexpr const char kGrows[] =
    "memory may grow with each round of this loop";

void FootprintWalker::walkSequential(RegionBranchOpInterface op, State &state) {
  GraphWalk graph(op->getNumRegions());
  size_t mark = timeline.mark();
  Peaks before = std::exchange(peaks, Peaks());
  SmallVector<std::pair<unsigned, State>> exits;
  std::optional<State> exit;
  SmallVector<RegionSuccessor> successors;
  op.getSuccessorRegions(RegionBranchPoint::parent(), successors);
  for (RegionSuccessor successor : successors) {
    if (Region *region = successor.getSuccessor())
      join(graph.entries[region->getRegionNumber()], state);
    else
      join(exit, state);
  }
  // In the order of the regions; again for those reached from later ones.
  for (bool progress = true; progress;) {
    progress = false;
    for (Region &region : op->getRegions()) {
      unsigned index = region.getRegionNumber();
      if (graph.visited[index] || !graph.entries[index])
        continue;
      graph.visited[index] = progress = true;
      size_t begin = timeline.mark();
      for (auto &[terminator, end] :
           walkRegion(region, *graph.entries[index])) {
        successors.clear();
        if (auto leave = dyn_cast_if_present<RegionBranchTerminatorOpInterface>(
                terminator))
          op.getSuccessorRegions(leave, successors);
        else
          op.getSuccessorRegions(region, successors);
        for (RegionSuccessor successor : successors) {
          if (Region *target = successor.getSuccessor())
            flow(graph, index, target->getRegionNumber(), end);
          else
            exits.emplace_back(index, end);
        }
      }
      graph.peaks[index] = std::exchange(peaks, Peaks());
      graph.points[index] = {begin, timeline.mark()};
    }
  }
  peaks = before;
  SmallVector<uint64_t> drops = graph.getDrops();
  finishGraph(graph, mark, drops);
  for (auto &[source, end] : exits) {
    end.lower -= std::min(end.lower, drops[source]);
    join(exit, end);
  }
  if (!exit) {
    // No edge leads out: either nothing after the op executes, or the op does
    // not tell how it is left.
    exit = state;
    unbounded(op, "the way out of this operation is not known", *exit);
  }
  if (graph.grows)
    unbounded(op, kGrows, *exit);
  state = *exit;
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
  DenseMap<Block *, unsigned> number;
  SmallVector<Block *> order =
      llvm::to_vector(llvm::ReversePostOrderTraversal<Region *>(&region));
  for (Block *block : order)
    number.try_emplace(block, number.size());
  GraphWalk graph(order.size());
  graph.entries[0] = state;
  size_t mark = timeline.mark();
  Peaks before = std::exchange(peaks, Peaks());
  SmallVector<std::pair<unsigned, State>> ends;
  for (auto [index, block] : llvm::enumerate(order)) {
    graph.visited[index] = true;
    State entry = *graph.entries[index], end = entry;
    size_t begin = timeline.mark();
    if (Value condition =
            charging.outcomes ? getRepeatedCondition(*block) : Value()) {
      auto branch = cast<cf::CondBranchOp>(block->getTerminator());
      for (bool outcome : {false, true}) {
        end = entry;
        outcomes[condition] = outcome;
        walkBlock(*block, end);
        outcomes.erase(condition);
        flow(graph, index,
             number.lookup(outcome ? branch.getTrueDest()
                                   : branch.getFalseDest()),
             end);
      }
    } else {
      walkBlock(*block, end);
      for (Block *successor : block->getSuccessors())
        flow(graph, index, number.lookup(successor), end);
    }
    graph.peaks[index] = std::exchange(peaks, Peaks());
    graph.points[index] = {begin, timeline.mark()};
    if (block->getNumSuccessors() == 0)
      ends.emplace_back(index, end);
  }
  peaks = before;
  SmallVector<uint64_t> drops = graph.getDrops();
  finishGraph(graph, mark, drops);
  if (graph.grows) {
    State ignored;
    unbounded(region.getParentOp(), kGrows, ignored);
  }
  Exits exits;
  for (auto &[source, end] : ends) {
    end.lower -= std::min(end.lower, drops[source]);
    if (graph.grows)
      end.upper = std::nullopt;
    exits.emplace_back(&order[source]->back(), end);
  }
  return exits;
}

} // namespace langone::resource
