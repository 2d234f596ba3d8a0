//===- StackWalker.h - one walk over one scope's stack -----------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the abstract interpretation behind StackUsageAnalysis, in the manner of
// FootprintWalker: a state (bytes live, upper and lower) flows through blocks
// and regions, each visited once. Nothing is freed one by one on a stack: the
// state grows until a scope ends or a saved stack pointer is restored.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_STACKWALKER_H
#define LANGONE_RESOURCE_ANALYSIS_STACKWALKER_H

#include "langone/Resource/Analysis/StackUsage.h"

#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "llvm/Support/Allocator.h"

namespace mlir {
class DataLayout;
}

namespace langone::resource {

/// The usage of a call's callee; null where it is not known.
using CalleeUsageFn =
    llvm::function_ref<const StackUsage *(mlir::CallOpInterface)>;

/// Walks one scope once.
class StackWalker {
public:
  StackWalker(const mlir::DataLayout &layout, CalleeUsageFn calleeUsage,
              mlir::FunctionOpInterface function);

  StackUsage run(mlir::Operation *scope);

private:
  /// One allocation on the way to a point; a path is a linked list.
  struct Event {
    mlir::Operation *op;
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
    const StackUsage *callee = nullptr;
  };

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
  void walkAllocations(mlir::Operation *op, State &state);
  void walkCall(mlir::CallOpInterface call, State &state);
  void walkRegions(mlir::Operation *op, State &state);
  void walkSequential(mlir::RegionBranchOpInterface op, State &state);
  void walkElsewhere(mlir::Operation *op, State &state);
  Exits walkRegion(mlir::Region &region, State state);
  void walkBlock(mlir::Block &block, State &state);

  void allocate(mlir::Operation *op, mlir::Value value, State &state);
  void addUpper(mlir::Operation *op, uint64_t bytes, State &state);
  void notePeak(mlir::Operation *op, const State &state,
                const StackUsage *callee = nullptr);
  void unbounded(mlir::Operation *op, const llvm::Twine &why, State &state);

  static void join(std::optional<State> &into, const State &other);
  static void flow(GraphWalk &graph, unsigned target, const State &state);
  /// Folds into `exit` what the back edges of `graph` mean.
  void finishGraph(mlir::Operation *op, const GraphWalk &graph,
                   const Peaks &before, State &exit);

  PeakPtr describe(const Peak &peak, PeakPtr StackUsage::*estimate) const;
  LiveBuffer describe(const Event &event) const;

  const mlir::DataLayout &layout;
  CalleeUsageFn calleeUsage;
  llvm::StringRef functionName;
  /// Position of each allocation among those of the function.
  llvm::DenseMap<mlir::Operation *, unsigned> sites;
  /// What was live when a stack pointer was saved.
  llvm::DenseMap<mlir::Value, State> saved;
  llvm::SpecificBumpPtrAllocator<Event> events;
  Peaks peaks;
  llvm::SmallVector<UnboundedReason> reasons;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_STACKWALKER_H
