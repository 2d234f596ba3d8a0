//===- SymbolicPlan.cpp - an arena whose size is computed at entry --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/SymbolicPlan.h"

#include "llvm/ADT/APInt.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace langone::resource {

// A leaf without an upper bound is probed up to here at least.
static constexpr int64_t kProbedWithoutBound = 4096;
// Larger arenas are not planned at compile time; sums stay exact.
static constexpr uint64_t kMaxProbedBytes = uint64_t(1) << 46;
// Steps from the lower to the upper ends of all leaves; a power of two.
static constexpr unsigned kNumSteps = 8;
// Leaves that are also probed by themselves.
static constexpr unsigned kMaxLeavesProbedAlone = 6;

SymbolicPlan::SymbolicPlan(const SizeBounds &bounds, planner::Problem problem,
                           SmallVector<SymbolicSize> sizes)
    : symbols(&bounds.getSymbols()), problem(std::move(problem)),
      sizes(std::move(sizes)), leaves(bounds.getEntryLeaves()) {
  findUsedLeaves();
}

std::optional<SymbolicPlan>
SymbolicPlan::create(const SizeBounds &bounds, planner::Problem problem,
                     SmallVector<SymbolicSize> sizes, planner::Effort effort) {
  SymbolicPlan plan(bounds, std::move(problem), std::move(sizes));
  plan.addProbes(bounds);
  std::vector<std::vector<uint64_t>> bytes;
  for (const Point &probe : plan.probes)
    bytes.push_back(plan.getBytes(probe));
  if (bytes.empty())
    return std::nullopt;
  planner::OrderOptions options;
  options.effort = effort;
  plan.orders = planner::plan_orders(plan.problem, bytes, options);
  if (plan.orders.error)
    return std::nullopt;
  return plan;
}

void SymbolicPlan::findUsedLeaves() {
  used.assign(leaves.size(), false);
  std::function<void(AffineExpr)> visit = [&](AffineExpr expr) {
    expr.walk([&](AffineExpr part) {
      if (!isa<AffineSymbolExpr>(part))
        return;
      const SizeSymbols::Symbol &symbol = symbols->lookup(part);
      llvm::for_each(symbol.operands, visit);
      const auto *leaf = llvm::find(leaves, symbol.leaf);
      if (symbol.kind == SizeSymbols::Kind::Leaf && leaf != leaves.end())
        used[leaf - leaves.begin()] = true;
    });
  };
  for (const SymbolicSize &size : sizes) {
    if (size.expr)
      visit(size.expr);
    for (AffineExpr expr : size.leaves)
      if (expr)
        visit(expr);
  }
}

//===----------------------------------------------------------------------===//
// Evaluation
//===----------------------------------------------------------------------===//

std::vector<uint64_t> SymbolicPlan::getBytes(ArrayRef<int64_t> point) const {
  SizeEvaluator evaluator(*symbols, [&](const SizeLeaf &leaf) {
    const auto *it = llvm::find(leaves, leaf);
    return it == leaves.end() ? Interval()
                              : Interval::point(point[it - leaves.begin()]);
  });
  // What does not fit into 64 bits has no single value.
  auto evaluate = [&](AffineExpr expr) {
    return expr ? evaluator.evaluate(expr).getPoint().value_or(
                      SizeBounds::kSaturated)
                : 0;
  };
  std::vector<uint64_t> bytes;
  for (const SymbolicSize &size : sizes) {
    if (!size.callee) {
      bytes.push_back(static_cast<uint64_t>(
          std::clamp<int64_t>(evaluate(size.expr), 0, SizeBounds::kSaturated)));
      continue;
    }
    Point inner;
    for (AffineExpr expr : size.leaves)
      inner.push_back(evaluate(expr));
    bytes.push_back(size.callee->evaluate(inner).height);
  }
  return bytes;
}

planner::Problem SymbolicPlan::getProblemAt(ArrayRef<int64_t> point) const {
  planner::Problem sized = problem;
  for (auto [buffer, bytes] : llvm::zip_equal(sized.buffers, getBytes(point)))
    buffer.size = bytes;
  return sized;
}

planner::Solution SymbolicPlan::getLowest(const planner::Problem &sized) const {
  // Sums of saturated sizes would wrap: they have no plan.
  uint64_t sum = 0;
  for (const planner::Buffer &buffer : sized.buffers)
    sum = llvm::SaturatingAdd(sum, buffer.size, buffer.alignment);
  planner::Solution lowest;
  lowest.offsets.assign(sized.buffers.size(), SizeBounds::kSaturated);
  lowest.height = SizeBounds::kSaturated;
  if (sum >= static_cast<uint64_t>(SizeBounds::kSaturated))
    return lowest;
  for (const planner::OrderedPlan &order : orders.plans) {
    planner::Solution solution = planner::place(sized, order);
    if (solution.height < lowest.height)
      lowest = std::move(solution);
  }
  return lowest;
}

planner::Solution SymbolicPlan::evaluate(ArrayRef<int64_t> point) const {
  return getLowest(getProblemAt(point));
}

// Heights grow with sizes, so bounds of the sizes give bounds of the height.
uint64_t SymbolicPlan::getLowerBytes() const {
  planner::Problem sized = problem;
  for (auto [buffer, size] : llvm::zip_equal(sized.buffers, sizes))
    buffer.size = size.lower;
  // No plan is lower than the load, whoever makes it.
  return isPlannedAtEntry() ? planner::lower_bound(sized).bytes
                            : getLowest(sized).height;
}

std::optional<uint64_t> SymbolicPlan::getUpperBytes() const {
  planner::Problem sized = problem;
  for (auto [buffer, size] : llvm::zip_equal(sized.buffers, sizes)) {
    if (!size.upper)
      return std::nullopt;
    buffer.size = *size.upper;
  }
  uint64_t height = getLowest(sized).height;
  return height < static_cast<uint64_t>(SizeBounds::kSaturated)
             ? std::optional(height)
             : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Probes
//===----------------------------------------------------------------------===//

/// Halfway by ratio rather than by distance: sizes differ by orders of
/// magnitude.
static int64_t getGeometricMean(int64_t low, int64_t high) {
  llvm::APInt product(128, std::max<int64_t>(low, 1));
  product *= llvm::APInt(128, std::max<int64_t>(high, 1));
  return std::clamp(product.sqrt().getSExtValue(), low, high);
}

void SymbolicPlan::addProbes(const SizeBounds &bounds) {
  Point lows, highs;
  for (const SizeLeaf &leaf : leaves) {
    Interval range = bounds.getEntryRange(*leaf.getArgument(), leaf.dim);
    int64_t low =
        std::clamp<int64_t>(range.lower.value_or(0), 0, SizeBounds::kSaturated);
    int64_t guess = std::max(kProbedWithoutBound,
                             low < kProbedWithoutBound ? low * 16 : low);
    lows.push_back(low);
    highs.push_back(
        std::clamp(range.upper.value_or(guess), low, SizeBounds::kSaturated));
  }
  auto add = [&](const Point &probe) {
    uint64_t sum = 0;
    for (uint64_t bytes : getBytes(probe))
      sum = llvm::SaturatingAdd(sum, bytes);
    if (sum <= kMaxProbedBytes && !llvm::is_contained(probes, probe))
      probes.push_back(probe);
  };
  // All leaves together, in equal steps.
  SmallVector<Point> steps(kNumSteps + 1);
  steps.front() = lows;
  steps.back() = highs;
  for (unsigned width = kNumSteps / 2; width > 0; width /= 2)
    for (unsigned step = width; step < kNumSteps; step += 2 * width)
      for (unsigned leaf = 0; leaf < leaves.size(); ++leaf)
        steps[step].push_back(getGeometricMean(steps[step - width][leaf],
                                               steps[step + width][leaf]));
  llvm::for_each(steps, add);
  Point middles = steps[kNumSteps / 2];
  // Dimensions that differ: each at its ends with the others in the middle, or
  // at the other end.
  unsigned alone = 0;
  for (unsigned number = 0; number < leaves.size(); ++number) {
    if (!used[number] || lows[number] == highs[number] ||
        ++alone > kMaxLeavesProbedAlone)
      continue;
    for (const Point *others : {&middles, &lows, &highs}) {
      for (int64_t value : {lows[number], highs[number]}) {
        Point probe = *others;
        probe[number] = value;
        add(probe);
      }
    }
  }
}

} // namespace langone::resource
