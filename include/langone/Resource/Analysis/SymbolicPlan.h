//===- SymbolicPlan.h - an arena whose size is computed at entry -*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the plan of a function whose buffers have sizes that are known at its
// entry: the size of each buffer, the orders in which they are placed, and what
// this comes to for given values. How it becomes code is decided elsewhere.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_SYMBOLICPLAN_H
#define LANGONE_RESOURCE_ANALYSIS_SYMBOLICPLAN_H

#include "langone/Planner/ordered_plan.h"
#include "langone/Resource/Analysis/SizeBounds.h"

namespace langone::resource {

class SymbolicPlan;

/// Bytes of one buffer: an expression, or the arena of a callee for the
/// arguments of a call.
struct SymbolicSize {
  mlir::AffineExpr expr;
  const SymbolicPlan *callee = nullptr;
  /// For each entry leaf of the callee; null for one that it does not use.
  llvm::SmallVector<mlir::AffineExpr> leaves = {};
  /// Bytes in any case.
  uint64_t lower = 0;
  std::optional<uint64_t> upper = {};
};

class SymbolicPlan {
public:
  /// One value for each of the function's entry leaves.
  using Point = llvm::SmallVector<int64_t>;

  /// `problem` gives lifetimes and alignments, its sizes are not used. Fails if
  /// no sizes can be planned.
  static std::optional<SymbolicPlan>
  create(const SizeBounds &bounds, planner::Problem problem,
         llvm::SmallVector<SymbolicSize> sizes, planner::Effort effort);

  llvm::ArrayRef<SymbolicSize> getSizes() const { return sizes; }
  const planner::OrderedPlans &getOrders() const { return orders; }
  const planner::Problem &getProblem() const { return problem; }

  /// Whether no choice of orders is within the tolerance at all probes, so that
  /// the planner has to be asked at entry.
  bool isPlannedAtEntry() const {
    return orders.worst_permille > planner::OrderOptions().tolerance_permille;
  }

  llvm::ArrayRef<SizeLeaf> getLeaves() const { return leaves; }
  /// Whether sizes depend on the leaf of this number.
  bool usesLeaf(unsigned number) const { return used[number]; }

  /// Offsets and height for the leaves of `point`; no sum wraps. What is
  /// planned at entry is at most as high.
  planner::Solution evaluate(llvm::ArrayRef<int64_t> point) const;

  /// Bytes of the arena in any case; no upper one if a size has none.
  uint64_t getLowerBytes() const;
  std::optional<uint64_t> getUpperBytes() const;

  /// The lowest of the orders for the sizes in `sized`, otherwise this problem.
  planner::Solution getLowest(const planner::Problem &sized) const;
  /// The problem with the sizes of a point.
  planner::Problem getProblemAt(llvm::ArrayRef<int64_t> point) const;
  /// The points that the orders were chosen by.
  llvm::ArrayRef<Point> getProbes() const { return probes; }

private:
  SymbolicPlan(const SizeBounds &bounds, planner::Problem problem,
               llvm::SmallVector<SymbolicSize> sizes);

  void findUsedLeaves();
  void addProbes(const SizeBounds &bounds);
  std::vector<uint64_t> getBytes(llvm::ArrayRef<int64_t> point) const;

  const SizeSymbols *symbols;
  planner::Problem problem;
  llvm::SmallVector<SymbolicSize> sizes;
  llvm::SmallVector<SizeLeaf> leaves;
  llvm::SmallVector<bool> used;
  llvm::SmallVector<Point> probes;
  planner::OrderedPlans orders;
};

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_SYMBOLICPLAN_H
