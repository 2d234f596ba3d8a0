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
// Arguments are the caller's and count for nothing. If the scope frees some, a
// second walk charges these to it from the start on: it knows what a callee or
// a loop gives back of what it was handed. Each argument is one buffer, freed
// at most once; what the walk takes away with it was charged at the entry. So
// the upper estimate of that walk bounds the scope's own bytes *and* the
// charges of the arguments that are not freed yet, whatever the charges are.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_FOOTPRINTWALKER_H
#define LANGONE_RESOURCE_ANALYSIS_FOOTPRINTWALKER_H

#include "FootprintTimeline.h"
#include "langone/Resource/Analysis/Footprint.h"

#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "llvm/Support/Allocator.h"

namespace langone::resource {

/// The worse of two bounds; none is the worst.
inline UpperBytes larger(UpperBytes a, UpperBytes b) {
  return a && b ? UpperBytes(std::max(*a, *b)) : std::nullopt;
}

inline bool isLower(UpperBytes a, UpperBytes b) { return a && (!b || *a < *b); }

/// What a function has live with arguments that it frees charged to it.
struct Handover {
  /// For each argument of the function, in bytes; nothing for most.
  llvm::SmallVector<uint64_t> charges;
  /// At most, and when it returns: its own bytes, and the charges of arguments
  /// that are not freed yet.
  UpperBytes upper = 0, retained = 0;
  PeakPtr upperPeak = nullptr;
};

/// What one call of a function costs its caller.
struct CallCost {
  Footprint footprint;
  CallAliasing aliasing;
  /// Absent if the function frees none of its arguments.
  std::optional<Handover> handover = std::nullopt;
  /// For each result: the least that a fresh buffer counts among what is
  /// retained. Empty if that is not known.
  llvm::SmallVector<uint64_t> freshBytes = {};
  /// Another activation in the cycle of calls that is being analysed: what it
  /// costs is not known yet, only what it leaves behind.
  bool isActivation = false;

  /// The worst of each estimate, as for a call that may be either.
  void join(const CallCost &other);

private:
  void joinHandover(const CallCost &other);
};

/// What is live at most at calls of another activation.
struct ActivationCall {
  /// Of the callee, or of several.
  const CallCost *callee;
  uint64_t bytes;
  PeakPtr peak;
};

/// What a walk finds out.
struct WalkedScope {
  Footprint footprint;
  /// One for each callee; absent without a bound. With arguments charged, what
  /// is handed to the callee is not among the bytes.
  std::optional<llvm::SmallVector<ActivationCall>> activationCalls;
  /// The points on the way, if they were asked for.
  std::vector<TimelinePoint> timeline;
};

using CallCostFn = llvm::function_ref<const CallCost *(mlir::CallOpInterface)>;

/// What a fresh buffer from a callee counts at least among what the callee
/// retains, in bytes: the least that the callee charged for it, or its type
/// tells.
uint64_t getFreshBytes(mlir::OpResult result, const SizeBounds &sizes,
                       const CallCost *callee);

/// CallCost::freshBytes of a function.
llvm::SmallVector<uint64_t> getFreshBytes(mlir::FunctionOpInterface function,
                                          const BufferOrigins &origins,
                                          const SizeBounds &sizes,
                                          CallCostFn callCost);

/// How many bytes of the upper estimate a buffer stands for. By default its own
/// size, which is exact, but a deallocation of one of several buffers takes
/// only the smallest of them.
struct Charging {
  /// The largest of those that it may be freed in place of: what rotates
  /// through a loop then cancels out, whatever the sizes.
  bool families = false;
  /// Arguments that the scope may free count from its entry on.
  bool arguments = false;
  /// Blocks that branch on the condition of an `scf.if` in them are followed
  /// for each of its outcomes, as loops that free in the last round alone have
  /// them. The lower estimates are then others.
  bool outcomes = false;
};

/// The walks over one scope.
struct ScopeWalks {
  /// The best of each estimate of the scope's own bytes.
  WalkedScope own;
  /// With arguments charged, if the scope may free any; the charge of each.
  std::optional<WalkedScope> withArguments;
  llvm::SmallVector<uint64_t> charges = {};

  /// Of `withArguments`.
  std::optional<Handover> getHandover() const;
};

/// Whether the scope may free an argument, itself or in a callee.
bool isFreedArgument(const BufferRoot &root);

/// The roots of which a deallocation of `buffer` by `op` frees one, for sure;
/// none where nothing is sure. A reallocation may leave the block where it is,
/// if the new size is not larger: then it is the result that stands for it.
llvm::SmallVector<unsigned> getFreedRoots(mlir::Operation *op,
                                          mlir::Value buffer,
                                          const BufferOrigins &origins);

/// Roots from outside of `task` of which its body frees one for sure where it
/// frees anything: they count with the task.
llvm::SmallVector<unsigned> getTakenRoots(mlir::Operation *task,
                                          const BufferOrigins &origins);

/// Of each root of `scope` that is freed together with others, the bytes that
/// Charging::families takes for it; `charges` are those of roots that stand for
/// other than their own size.
llvm::DenseMap<unsigned, uint64_t>
getFamilyBytes(const BufferOrigins &origins, const SizeBounds &sizes,
               mlir::Operation *scope,
               const llvm::DenseMap<unsigned, uint64_t> &charges =
                   llvm::DenseMap<unsigned, uint64_t>());

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
    /// The peak of the callee, if it is inside a call.
    const PeakPtr *inside = nullptr;
  };

  /// The largest estimates so far; `calls` are the upper ones at calls of
  /// another activation, by callee.
  struct Peaks {
    Peak upper, lower;
    llvm::SmallVector<std::pair<const CallCost *, Peak>, 0> calls;

    void join(const Peaks &other);
    void joinCall(const CallCost *callee, const Peak &peak);
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

  /// A task that may be under way.
  struct Task {
    uint64_t peak, left;
    /// Before it starts: what it will free, and what the tasks that it waits
    /// for count for until they are over.
    uint64_t waits;
    /// The task that waits for this one and has its bytes.
    mlir::Operation *waiter = nullptr;

    uint64_t getBytes() const { return std::max(waits, peak); }
    /// What goes when it is over.
    uint64_t getTransient() const { return getBytes() - left; }
  };

  /// States at the terminators by which a region is left.
  using Exits = llvm::SmallVector<std::pair<mlir::Operation *, State>, 1>;

  void walkOp(mlir::Operation *op, State &state);
  void walkRegionOp(mlir::Operation *op, State &state);
  void walkTaken(mlir::Region &region, State &state);
  void walkCountedLoop(mlir::Operation *op, const TripCount &count,
                       State &state);
  void walkSequential(mlir::RegionBranchOpInterface op, State &state);
  void walkParallel(mlir::Operation *op, State &state);
  void multiply(mlir::Operation *op, size_t mark, const Peaks &body,
                const State &end, State &state);
  /// A task of which the points since `mark` are, and which begins with
  /// `atStart` bytes.
  void startTask(mlir::Operation *op, size_t mark, uint64_t atStart,
                 UpperBytes peak, UpperBytes left, State &state);
  void endTasks(llvm::ArrayRef<mlir::Operation *> over, State &state);
  /// Takes away bytes that are live no longer, of those of `task`.
  void shrinkTask(mlir::Operation *task, uint64_t bytes, State &state);
  /// Moves what a task will free from the state to that of its body.
  void takeFreed(mlir::Operation *task, State &state, State &body);
  void walkCall(mlir::CallOpInterface call, State &state);
  uint64_t getHandedBytes(mlir::CallOpInterface call,
                          const Handover &handover) const;
  void walkActivation(mlir::CallOpInterface call, const CallCost &cost,
                      State &state);
  void handOver(mlir::CallOpInterface call, const Handover &handover,
                State &state);
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
                const PeakPtr *insideUpper = nullptr,
                const PeakPtr *insideLower = nullptr);
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
  uint64_t getUpperShare(unsigned index) const;
  /// The least of these, or of what `value` may be; 0 if that is not known.
  uint64_t getLeastUpperShare(llvm::ArrayRef<unsigned> roots) const;
  uint64_t getLeastUpperShare(mlir::Value value) const;
  uint64_t getLowerShare(const BufferRoot &root) const;
  /// Largest lower share of all captured buffers.
  uint64_t getLargestCaptured();
  void chargeArguments();
  void chargeFamilies();
  State enterScope();
  PeakPtr describe(const Peak &peak) const;
  llvm::SmallVector<LiveBuffer> liveOn(const Event *path) const;
  LiveBuffer describe(const Event &event, uint64_t bytes) const;

  const BufferOrigins &origins;
  const SizeBounds &sizes;
  CallCostFn callCost;
  mlir::Operation *scope;
  llvm::StringRef functionName;
  Charging charging;
  /// Bytes of roots that stand for other than their own size.
  llvm::DenseMap<unsigned, uint64_t> charges;
  /// Those of the blocks that are being walked, until they are awaited.
  llvm::DenseMap<mlir::Operation *, Task> running;
  TimelineRecorder timeline;
  llvm::SpecificBumpPtrAllocator<Event> events;
  std::optional<uint64_t> largestCaptured;
  Peaks peaks;
  /// Conditions whose outcome is known where the walk is.
  llvm::DenseMap<mlir::Value, bool> outcomes;
  /// A lower estimate would have become negative: what followed cannot be
  /// extrapolated.
  bool lowerWasCut = false;
  bool grew = false;
  bool isPlain = true;
  llvm::SmallVector<UnboundedReason> reasons;
};

/// Takes the upper estimates of `other`, of the same scope, where they are
/// lower.
void takeLower(WalkedScope &best, const WalkedScope &other);

/// The charge of each argument that the function may free, up to the last one.
llvm::SmallVector<uint64_t> getArgumentCharges(const BufferOrigins &origins,
                                               const SizeBounds &sizes);

/// Walks `scope` in the ways of charging that may matter.
ScopeWalks walkScope(const BufferOrigins &origins, const SizeBounds &sizes,
                     CallCostFn callCost, mlir::Operation *scope,
                     llvm::StringRef functionName,
                     bool recordsTimeline = false);

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_FOOTPRINTWALKER_H
