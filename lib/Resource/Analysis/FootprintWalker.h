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
  /// Another activation in the cycle of calls that is being analysed: what it
  /// costs is not known yet, only what it leaves behind.
  bool isActivation = false;

  /// The worst of each estimate, as for a call that may be either.
  void join(const CallCost &other);
};

/// What a walk finds out.
struct WalkedScope {
  Footprint footprint;
  /// The largest upper estimate at a call of another activation.
  UpperBytes callUpper = 0;
  PeakPtr callPeak;
  /// The points on the way, if they were asked for.
  std::vector<TimelinePoint> timeline;
};

using CallCostFn = llvm::function_ref<const CallCost *(mlir::CallOpInterface)>;

/// How many bytes of the upper estimate a buffer stands for.
enum class Charging {
  /// Its own size; exact, but a deallocation of one of several buffers takes
  /// only the smallest of them.
  Own,
  /// The largest of those that it may be freed in place of: what rotates
  /// through a loop then cancels out, whatever the sizes.
  Family,
};

/// Of each root of `scope` that is freed together with others, the bytes that
/// Charging::Family takes for it.
llvm::DenseMap<unsigned, uint64_t> getFamilyBytes(const BufferOrigins &origins,
                                                  const SizeBounds &sizes,
                                                  mlir::Operation *scope);

/// Largest first; of equal size, as they were.
void sortBySize(llvm::SmallVector<LiveBuffer> &buffers);

/// Walks one scope once. Buffers from outside the scope do not count.
class FootprintWalker {
public:
  FootprintWalker(const BufferOrigins &origins, const SizeBounds &sizes,
                  CallCostFn callCost, mlir::Operation *scope,
                  llvm::StringRef functionName, Charging charging,
                  bool recordsTimeline);

  /// The footprint of the scope, without arenas from outside.
  WalkedScope run();

  /// Whether the upper estimate grew in a loop, so that another way of charging
  /// may give a lower one.
  bool grewInLoop() const { return grew; }

private:
  /// One thing that happened on the way to a point; a path is a linked list.
  struct Event {
    enum class Kind { Allocate, Free, Retain, Repeat, Start, End };
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

  /// The largest estimates so far; `call` is the upper one at calls of another
  /// activation.
  struct Peaks {
    Peak upper, lower, call;

    void join(const Peaks &other);
    void lowerBy(uint64_t bytes);
  };

  /// A graph of blocks or regions, visited in an order in which only back edges
  /// lead to nodes that were visited before.
  struct GraphWalk {
    explicit GraphWalk(unsigned numNodes)
        : entries(numNodes), visited(numNodes), peaks(numNodes),
          points(numNodes), successors(numNodes) {}
    llvm::SmallVector<std::optional<State>> entries;
    llvm::SmallVector<bool> visited;
    /// Within each node by itself.
    std::vector<Peaks> peaks;
    /// The points of each node in the timeline.
    std::vector<std::pair<size_t, size_t>> points;
    std::vector<llvm::SmallVector<unsigned, 2>> successors;
    bool grows = false;
    /// Nodes that a later round enters with less, and how much less at most.
    llvm::SmallVector<unsigned> shrunk;
    uint64_t shrinkage = 0;

    /// How much lower than found the lower estimates in `node` may be.
    llvm::SmallVector<uint64_t> getDrops() const;
  };

  /// States at the terminators by which a region is left.
  using Exits = llvm::SmallVector<std::pair<mlir::Operation *, State>, 1>;

  void walkOp(mlir::Operation *op, State &state);
  void walkRegionOp(mlir::Operation *op, State &state);
  void walkCountedLoop(mlir::Operation *op, const TripCount &count,
                       State &state);
  void walkSequential(mlir::RegionBranchOpInterface op, State &state);
  void walkParallel(mlir::Operation *op, State &state);
  void multiply(mlir::Operation *op, size_t mark, const Peaks &body,
                const State &end, State &state);
  void startTask(mlir::Operation *op, UpperBytes peak, UpperBytes left,
                 State &state);
  void endTask(mlir::Operation *task, State &state);
  void walkCall(mlir::CallOpInterface call, State &state);
  void walkActivation(mlir::Operation *op, State &state);
  void freeArguments(mlir::CallOpInterface call, const CallAliasing &aliasing,
                     State &state);
  void walkEvents(mlir::Operation *op, State &state);
  Exits walkRegion(mlir::Region &region, State state);
  void walkBlock(mlir::Block &block, State &state);

  void allocate(mlir::Operation *op, mlir::Value buffer, State &state);
  void free(mlir::Operation *op, mlir::Value buffer, State &state);
  /// Takes `bytes` from the lower estimate; all of it if they are not known.
  void lowerBy(UpperBytes bytes, State &state);

  static void flow(GraphWalk &graph, unsigned source, unsigned target,
                   const State &state);
  /// Joins what the nodes found; drops[i] is what node i may have less.
  void finishGraph(const GraphWalk &graph, size_t mark,
                   llvm::ArrayRef<uint64_t> drops);
  static void join(std::optional<State> &into, const State &other);
  void addUpper(mlir::Operation *op, UpperBytes bytes, State &state);
  void record(Event::Kind kind, mlir::Operation *op, mlir::Value buffer,
              uint64_t bytes, State &state, bool inLower = true);
  /// The same with different bytes in the two estimates.
  void recordBoth(Event::Kind kind, mlir::Operation *op, mlir::Value buffer,
                  uint64_t upper, uint64_t lower, State &state);
  void notePeak(mlir::Operation *op, const State &state,
                const CallCost *callee = nullptr);
  void notePoint(mlir::Operation *op, const State &state) {
    timeline.note(op, state.upper, state.lower);
  }
  void unbounded(mlir::Operation *op, const llvm::Twine &why, State &state);
  /// Scales what happened in a body, since `mark`, to its repetitions.
  void repeat(mlir::Operation *op, size_t mark, UpperBytes extraUpper,
              uint64_t extraLower, const Peaks &before, State &state);

  bool isOutside(const BufferRoot &root) const;
  /// Whether code inside `op` may free buffers from outside of it.
  bool mayFreeOutside(mlir::Operation *op) const;
  /// What one live buffer of this root adds to the upper estimate at least, and
  /// to the lower one at most: what a deallocation takes away again.
  uint64_t getUpperShare(const BufferRoot &root) const;
  uint64_t getLowerShare(const BufferRoot &root) const;
  /// Largest lower share of all captured buffers.
  uint64_t getLargestCaptured();
  PeakPtr describe(const Peak &peak, PeakPtr Footprint::*estimate) const;
  llvm::SmallVector<LiveBuffer> liveOn(const Event *path) const;
  LiveBuffer describe(const Event &event, uint64_t bytes) const;

  const BufferOrigins &origins;
  const SizeBounds &sizes;
  CallCostFn callCost;
  mlir::Operation *scope;
  llvm::StringRef functionName;
  /// Charging::Family: bytes for each root that is in a family.
  llvm::DenseMap<unsigned, uint64_t> familyBytes;
  /// Tasks of the block that is being walked, with the bytes that are theirs
  /// until they are awaited.
  llvm::DenseMap<mlir::Operation *, uint64_t> running;
  TimelineRecorder timeline;
  llvm::SpecificBumpPtrAllocator<Event> events;
  std::optional<uint64_t> largestCaptured;
  Peaks peaks;
  /// A lower estimate would have become negative: what followed cannot be
  /// extrapolated.
  bool lowerWasCut = false;
  bool grew = false;
  bool isPlain = true;
  llvm::SmallVector<UnboundedReason> reasons;
};

/// Walks `scope` in the ways of charging that may matter, and takes the best of
/// each estimate.
WalkedScope walkScope(const BufferOrigins &origins, const SizeBounds &sizes,
                      CallCostFn callCost, mlir::Operation *scope,
                      llvm::StringRef functionName,
                      bool recordsTimeline = false);

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_FOOTPRINTWALKER_H
