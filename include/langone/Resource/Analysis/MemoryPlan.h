//===- MemoryPlan.h - one arena for each entry function ----------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the translation of a module into planning problems and their solutions:
// a callee's arena is a slice of its caller's, and a call is a buffer that
// lives for the call. It changes no IR; the planning itself is in Planner.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_MEMORYPLAN_H
#define LANGONE_RESOURCE_ANALYSIS_MEMORYPLAN_H

#include "langone/Planner/solver.h"
#include "langone/Resource/Analysis/Footprint.h"
#include "langone/Resource/Analysis/Lifetime.h"
#include "langone/Resource/Analysis/SymbolicPlan.h"
#include "langone/Resource/IR/ResourceDialect.h"

namespace langone::resource {

struct FunctionNode;

struct PlanOptions {
  /// Where entry functions get their arenas from; an argument changes their
  /// signature, and a static arena serves one execution at a time.
  ArenaPlacement placement = ArenaPlacement::Runtime;
  /// Bytes that every buffer is aligned to at least. 0: what the allocation
  /// asks for, what its elements prefer, and at least kDefaultAlignment.
  uint64_t alignment = 0;
  planner::Effort effort = planner::Effort::quick;
  DynamicSizes dynamicSizes = DynamicSizes::Bound;

  static constexpr uint64_t kDefaultAlignment = 64;
};

/// Where a function's arena comes from.
enum class ArenaRole {
  /// It provides its own.
  Entry,
  /// All its callers give it a slice of theirs.
  Slice,
  /// Both kinds of callers exist.
  Shared,
};

/// The plan of one function.
struct FunctionPlan {
  mutable mlir::FunctionOpInterface function;
  ArenaRole role = ArenaRole::Entry;
  planner::Problem problem;
  planner::Result result;
  /// For each buffer of the problem, its allocation or the call that it is for.
  llvm::SmallVector<mlir::Operation *> owners;
  llvm::SmallVector<mlir::Operation *> deallocations;
  llvm::SmallVector<UnplannedBuffer> unplanned;
  /// Alignment of the whole arena, bytes.
  uint64_t alignment = 1;
  /// Set if the arena's size is computed at entry. `problem` and `result` are
  /// then at the upper bounds of all sizes, or at the largest probe.
  std::shared_ptr<const SymbolicPlan> symbolic;
  /// Set if some size depends on the arguments, in a callee's slice as well.
  bool isDynamic = false;
  /// What the bounds of dynamic sizes rest on, to be checked at entry.
  llvm::SmallVector<EntryAssumption> assumptions;

  /// Bytes of the arena at most; a symbolic one may have no bound.
  std::optional<uint64_t> getUpperBytes() const {
    return symbolic ? symbolic->getUpperBytes() : result.solution.height;
  }
  /// Bytes of an arena of one size.
  uint64_t getArenaBytes() const { return result.solution.height; }
  bool isEmpty() const { return problem.buffers.empty(); }
};

/// Plans for all functions with a body, callees before callers. Deterministic.
class MemoryPlan {
public:
  MemoryPlan(mlir::Operation *module, const FootprintAnalysis &footprint,
             mlir::AnalysisManager &manager, const PlanOptions &options);

  llvm::ArrayRef<FunctionPlan> getFunctions() const { return plans; }
  /// Null for a function without a body.
  const FunctionPlan *lookup(mlir::FunctionOpInterface function) const;
  /// How a function with the arena of `plan` records it.
  PlanAttr getAttr(const FunctionPlan &plan) const;

  /// The calls that hand a slice to the function of this plan.
  llvm::SmallVector<mlir::CallOpInterface>
  getSliceCallers(const FunctionPlan &plan) const;

  /// The plan of what `call` calls if the call hands it a slice, else null.
  const FunctionPlan *getSliceOf(mlir::CallOpInterface call) const;

private:
  struct FunctionContext;
  using Contexts =
      llvm::DenseMap<mlir::Operation *, std::unique_ptr<FunctionContext>>;

  void findCallers(const FunctionNode &node, const Contexts &contexts,
                   FunctionContext &context) const;
  const char *findObstacle(const FunctionNode &node,
                           const FunctionContext &context) const;
  void planFunction(const FunctionNode &node, const FunctionContext &context);
  void solve(FunctionPlan &plan, const FunctionContext &context);
  void solveSymbolic(FunctionPlan &plan, const FunctionContext &context,
                     llvm::SmallVector<SymbolicSize> sizes);
  SymbolicSize getSliceBytes(mlir::CallOpInterface call,
                             const FunctionPlan &callee,
                             const SizeBounds &caller) const;
  void forgetBuffers(FunctionPlan &plan, llvm::StringRef reason);
  void loseCaller(FunctionPlan &plan);
  void addBuffer(FunctionPlan &plan, mlir::Operation *owner, uint64_t bytes,
                 uint64_t alignment, int64_t begin, int64_t end);

  PlanOptions options;
  std::vector<FunctionPlan> plans;
  /// Calls that hand a slice to their callee: index into `plans`.
  llvm::MapVector<mlir::Operation *, unsigned> slices;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_MEMORYPLAN_H
