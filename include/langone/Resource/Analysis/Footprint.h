//===- Footprint.h - bytes live at each point, and their peak ----*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the footprint of functions and scopes: an upper and a lower estimate of
// the bytes of heap memory live at once, the point of the peak and the buffers
// live there. It reads the IR and decides nothing.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_FOOTPRINT_H
#define LANGONE_RESOURCE_ANALYSIS_FOOTPRINT_H

#include "langone/Resource/Analysis/BufferOrigins.h"
#include "langone/Resource/Analysis/CallTargets.h"
#include "langone/Resource/Analysis/SizeBounds.h"

#include "mlir/IR/Location.h"
#include "mlir/Pass/AnalysisManager.h"
#include "llvm/ADT/MapVector.h"

#include <memory>

namespace langone::resource {

struct CallCost;
struct FunctionNode;
struct ScopeWalks;

/// Bytes, or nothing where no finite bound is known.
using UpperBytes = std::optional<uint64_t>;

/// One buffer (or what a callee left behind) that is live at a peak.
struct LiveBuffer {
  /// Stable within a file: the function's name, `#`, and the position of the
  /// allocation among those of the function.
  std::string site;
  uint64_t bytes = 0;
  /// Null for memory that a callee left behind.
  mlir::Type type;
  mlir::Location allocatedAt;
  /// Absent if nothing but its deallocation uses the buffer.
  std::optional<mlir::Location> lastUsedAt;
  /// The bytes as an expression over the values at entry of the function that
  /// allocates them; empty where they are a constant or not known at entry.
  std::string symbolicBytes = {};
};

/// Where a footprint reaches its peak. What lies in a callee is shared with the
/// callee's own peak: a chain of calls costs its length, not its square.
struct PeakPoint {
  /// In the innermost function.
  mlir::Location location;
  /// Of this function, largest first.
  llvm::SmallVector<LiveBuffer> live;
  /// The call in which the peak is, and the peak inside.
  std::optional<mlir::Location> call = {};
  std::shared_ptr<const PeakPoint> callee = {};

  /// Calls from the scope down to the function with the peak, outermost first.
  llvm::SmallVector<mlir::Location> getCallChain() const;
  /// All that is live, callees included, largest first. In code without loops
  /// that carry buffers they add up to the estimate.
  llvm::SmallVector<LiveBuffer> getLive() const;
};

using PeakPtr = std::shared_ptr<const PeakPoint>;

/// Why no finite upper bound is known.
struct UnboundedReason {
  mlir::Location location;
  std::string message;
};

/// What is live at one program point at most and at least, in bytes: the worst
/// of all times that it is passed.
struct TimelinePoint {
  mlir::Location location;
  UpperBytes upper;
  uint64_t lower = 0;
};

/// The footprint of one function or annotated scope, in bytes.
struct Footprint {
  /// No execution has more bytes live at once.
  UpperBytes upper = 0;
  /// Some point of the scope has at least as many bytes live whenever it is
  /// reached. All points count as reachable.
  uint64_t lower = 0;
  /// Of `upper`, what is still live when the scope is left.
  UpperBytes retained = 0;
  /// Whether the rules of a certificate (Certificate.h) give these upper
  /// estimates again; with buffers charged by family as well, if that was
  /// tried.
  bool isPlain = true;
  bool triedFamilies = false;
  /// Whether the bound is that of a cycle of calls, not of one activation.
  bool isRecursive = false;
  /// Bytes of the arena that is not acquired within the scope but belongs to
  /// it: a static one, or one handed in as an argument. Part of the estimates.
  uint64_t plannedArena = 0;
  /// Where the estimates are reached; absent if nothing is ever live, the upper
  /// one also if there is no finite bound.
  PeakPtr upperPeak, lowerPeak;
  /// Not empty if `upper` is absent.
  llvm::SmallVector<UnboundedReason> reasons;

  /// The peak to show: of the upper estimate where there is one.
  const PeakPtr &getPeak() const { return upper ? upperPeak : lowerPeak; }
};

/// Footprints of all functions below a module, bottom-up over the call graph.
/// Linear in the size of the module for loops that free what they allocate.
class FootprintAnalysis {
public:
  FootprintAnalysis(mlir::Operation *module, mlir::AnalysisManager &manager);
  ~FootprintAnalysis();

  mlir::Operation *getModule() const { return module; }

  /// Functions with a body, in the order of the module.
  llvm::ArrayRef<mlir::FunctionOpInterface> getFunctions() const {
    return functions;
  }

  /// Footprint of a function with a body.
  const Footprint &getFunction(mlir::FunctionOpInterface function) const;

  /// Footprint of an op with a region inside a function, from its entry to its
  /// exit; of a module, the largest of its functions.
  Footprint getScope(mlir::Operation *op) const;

  /// The footprint of a function at its entry and at each point that changes
  /// it, in the order of the program; of calls, also the peak within them. The
  /// largest estimates are those of `getFunction`, but for recursion: there
  /// they are those of one activation. Walks the function again.
  std::vector<TimelinePoint>
  getTimeline(mlir::FunctionOpInterface function) const;

  /// Which buffers the memrefs of a function may be.
  const BufferOrigins &getOrigins(mlir::FunctionOpInterface function) const;

  /// The functions that a call may reach; none if that is not known.
  llvm::ArrayRef<mlir::FunctionOpInterface>
  getTargets(mlir::CallOpInterface call) const {
    return targets.lookup(call);
  }
  /// What a call does to its arguments and results; null if that is not known.
  const CallAliasing *getAliasing(mlir::CallOpInterface call) const;

  /// How large the buffers of a function can be.
  const SizeBounds &getSizes(mlir::FunctionOpInterface function) const;
  /// The same of all functions, with what is assumed of their arguments.
  const SizeAnalysis &getSizes() const { return *sizes; }

  /// What a fresh buffer that a call returns counts at least among the bytes
  /// that its callee retains: what goes when it is freed.
  uint64_t getFreshBytes(mlir::OpResult result) const;

  /// Bytes of the arguments of memref type, at most; absent without a bound.
  UpperBytes getArgumentBytes(mlir::FunctionOpInterface function) const;

  /// Bytes of the constants that the function itself names.
  uint64_t getConstantBytes(mlir::FunctionOpInterface function) const;
  /// Bytes of all constants of the module.
  uint64_t getConstantBytes() const;

  void print(llvm::raw_ostream &os) const;

private:
  friend class FootprintWalker;
  struct Summary;
  void summarizeComponent(llvm::ArrayRef<FunctionNode> component);
  void summarizeRecursion(llvm::ArrayRef<FunctionNode> component);
  void findOrigins(llvm::ArrayRef<FunctionNode> component);
  llvm::SmallVector<uint64_t>
  findFreshBytes(mlir::FunctionOpInterface function) const;
  std::vector<ScopeWalks> walkCycle(llvm::ArrayRef<FunctionNode> component,
                                    std::optional<uint64_t> depth);
  Summary &getSummary(mlir::FunctionOpInterface function) const;
  ScopeWalks walk(mlir::Operation *scope, mlir::FunctionOpInterface function,
                  bool recordsTimeline = false) const;
  /// What a call of any of its targets costs; null if that is not known.
  const CallCost *getCost(mlir::CallOpInterface call) const;

  mlir::Operation *module;
  // A handle; its queries are not const.
  mutable mlir::AnalysisManager manager;
  llvm::SmallVector<mlir::FunctionOpInterface> functions;
  std::unique_ptr<SizeAnalysis> sizes;
  llvm::MapVector<mlir::Operation *, std::unique_ptr<Summary>> summaries;
  mutable CallTargets targets;
  /// Costs of calls with several targets.
  mutable llvm::DenseMap<mlir::Operation *, std::unique_ptr<CallCost>>
      joinedCosts;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_FOOTPRINT_H
