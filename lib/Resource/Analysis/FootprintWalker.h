//===- FootprintWalker.h - one walk over one scope ---------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the abstract interpretation behind FootprintAnalysis: a state (bytes
// live, upper and lower) flows through blocks and regions, each visited once.
//
// Bytes, not buffers, are followed: a deallocation frees at least the smallest
// buffer that it may refer to, so buffers that rotate through a loop cancel out
// without knowing which is which. The joins take the larger upper and the
// smaller lower estimate; hence upper >= every path, and lower <= every path to
// the same point.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_FOOTPRINTWALKER_H
#define LANGONE_RESOURCE_ANALYSIS_FOOTPRINTWALKER_H

#include "FootprintTimeline.h"
#include "langone/Resource/Analysis/Footprint.h"

#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "llvm/Support/Allocator.h"

namespace langone::resource {

/// What one call of a function costs its caller.
struct CallCost {
  Footprint footprint;
  CallAliasing aliasing;
};

using CallCostFn = llvm::function_ref<const CallCost *(mlir::CallOpInterface)>;

/// Largest first; of equal size, as they were.
void sortBySize(llvm::SmallVector<LiveBuffer> &buffers);

/// Walks one scope once. Buffers from outside the scope do not count.
class FootprintWalker {
public:
  FootprintWalker(const BufferOrigins &origins, const SizeBounds &sizes,
                  CallCostFn callCost, mlir::Operation *scope,
                  llvm::StringRef functionName);

  /// The footprint of the scope, without arenas from outside. The points on the
  /// way go to `timeline` if there is one.
  Footprint run(TimelineRecorder *timeline = nullptr);

private:
  /// One thing that happened on the way to a point; a path is a linked list.
  struct Event {
    enum class Kind { Allocate, Free, Retain, Repeat };
    Kind kind;
    mlir::Operation *op;
    mlir::Value buffer;
    uint64_t bytes;
    const Event *previous;
  };

  /// Bytes live at a point, with a path that leads to each estimate.
  struct State {
    UpperBytes upper = 0;
    uint64_t lower = 0;
    const Event *upperPath = nullptr;
    const Event *lowerPath = nullptr;
  };

  struct Peak {
    uint64_t bytes = 0;
    mlir::Operation *op = nullptr;
    const Event *path = nullptr;
    /// Set if the peak is inside a call.
    const CallCost *callee = nullptr;
  };

  /// The largest estimates so far.
  struct Peaks {
    Peak upper, lower;
  };

  /// A graph of blocks or regions, visited in an order in which only back edges
  /// lead to nodes that were visited before.
  struct GraphWalk {
    explicit GraphWalk(unsigned numNodes)
        : entries(numNodes), visited(numNodes) {}
    llvm::SmallVector<std::optional<State>> entries;
    llvm::SmallVector<bool> visited;
    std::optional<State> exit;
    bool grows = false, shrinks = false;
  };

  /// States at the terminators by which a region is left.
  using Exits = llvm::SmallVector<std::pair<mlir::Operation *, State>, 1>;

  void walkOp(mlir::Operation *op, State &state);
  void walkRegionOp(mlir::Operation *op, State &state);
  void walkCountedLoop(mlir::Operation *op, const TripCount &count,
                       State &state);
  void walkSequential(mlir::RegionBranchOpInterface op, State &state);
  void walkParallel(mlir::Operation *op, State &state);
  void walkCall(mlir::CallOpInterface call, State &state);
  void walkEvents(mlir::Operation *op, State &state);
  Exits walkRegion(mlir::Region &region, State state);
  void walkBlock(mlir::Block &block, State &state);

  void allocate(mlir::Operation *op, mlir::Value buffer, State &state);
  void free(mlir::Operation *op, mlir::Value buffer, State &state);
  /// Takes `bytes` from the lower estimate; all of it if they are not known.
  void lowerBy(UpperBytes bytes, State &state);

  void flow(GraphWalk &graph, unsigned target, const State &state);
  void finishGraph(mlir::Operation *op, GraphWalk &graph, const Peaks &before);
  static void join(std::optional<State> &into, const State &other);
  void addUpper(mlir::Operation *op, UpperBytes bytes, State &state);
  void record(Event::Kind kind, mlir::Operation *op, mlir::Value buffer,
              uint64_t bytes, State &state, bool inLower = true);
  /// The same with different bytes in the two estimates.
  void recordBoth(Event::Kind kind, mlir::Operation *op, mlir::Value buffer,
                  uint64_t upper, uint64_t lower, State &state);
  void notePoint(mlir::Operation *op, const State &state) {
    if (timeline)
      timeline->note(op, state.upper, state.lower);
  }
  void notePeak(mlir::Operation *op, const State &state,
                const CallCost *callee = nullptr);
  void unbounded(mlir::Operation *op, const llvm::Twine &why, State &state);
  /// Scales what happened in a body to its repetitions.
  void repeat(mlir::Operation *op, UpperBytes extraUpper, uint64_t extraLower,
              const Peaks &before, State &state);

  bool isOutside(const BufferRoot &root) const;
  /// Whether code inside `op` may free buffers from outside of it.
  bool mayFreeOutside(mlir::Operation *op) const;
  /// What one live buffer of this root adds to the upper estimate at least, and
  /// to the lower one at most: what a deallocation takes away again.
  uint64_t getUpperShare(const BufferRoot &root) const;
  uint64_t getLowerShare(const BufferRoot &root) const;
  /// Largest lower share of all captured buffers.
  uint64_t getLargestCaptured();
  std::optional<PeakPoint>
  describe(const Peak &peak,
           std::optional<PeakPoint> Footprint::*estimate) const;
  llvm::SmallVector<LiveBuffer> liveOn(const Event *path) const;
  LiveBuffer describe(const Event &event, uint64_t bytes) const;

  const BufferOrigins &origins;
  const SizeBounds &sizes;
  CallCostFn callCost;
  mlir::Operation *scope;
  llvm::StringRef functionName;
  TimelineRecorder *timeline = nullptr;
  llvm::SpecificBumpPtrAllocator<Event> events;
  std::optional<uint64_t> largestCaptured;
  Peaks peaks;
  /// A lower estimate would have become negative: what followed cannot be
  /// extrapolated.
  bool lowerWasCut = false;
  llvm::SmallVector<UnboundedReason> reasons;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_FOOTPRINTWALKER_H
