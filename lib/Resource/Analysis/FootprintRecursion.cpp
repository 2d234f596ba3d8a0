//===- FootprintRecursion.cpp - functions that call themselves ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the footprint of a cycle of calls. All functions of the cycle are walked
// with calls back into it for nothing: that gives L, the most that is live at
// such a call, and P, the most within one activation. With at most N
// activations at once, all but the innermost are at such a call:
//
//   peak <= (N - 1) * L + P
//
// If nothing is live at the calls, no bound on N is needed.
//
//===----------------------------------------------------------------------===//

#include "FootprintSummary.h"

#include "langone/Resource/Analysis/CallStructure.h"
#include "langone/Resource/Analysis/RecursionDepth.h"

#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;

namespace langone::resource {

/// What a function does before anything is known of the calls into its cycle.
static CallAliasing getLeastAliasing(FunctionOpInterface function) {
  CallAliasing aliasing;
  aliasing.freed.assign(function.getNumArguments(), false);
  aliasing.captured.assign(function.getNumArguments(), false);
  aliasing.results.resize(function.getNumResults());
  for (CallAliasing::Result &result : aliasing.results)
    result.unknown = false;
  return aliasing;
}

// The least fixpoint: each round can only add, and there is little to add.
void FootprintAnalysis::findOrigins(ArrayRef<FunctionNode> component) {
  for (const FunctionNode &node : component) {
    CallCost &cost = getSummary(node.function).cost.emplace();
    cost.aliasing = getLeastAliasing(node.function);
    cost.isActivation = true;
  }
  auto aliasing = [&](CallOpInterface call) -> const CallAliasing * {
    const CallCost *cost = getCost(call);
    return cost ? &cost->aliasing : nullptr;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (const FunctionNode &node : component) {
      Summary &summary = getSummary(node.function);
      summary.origins.emplace(node.function, aliasing);
      changed |= summary.cost->aliasing.join(summary.origins->getAliasing());
    }
    joinedCosts.clear();
  }
}

namespace {

/// The most of each estimate over the functions of a cycle.
struct CycleBounds {
  UpperBytes atCall = 0, within = 0;
  PeakPtr withinPeak;
};

UpperBytes larger(UpperBytes a, UpperBytes b) {
  return a && b ? UpperBytes(std::max(*a, *b)) : std::nullopt;
}

/// `steps` more activations that are each at their call, and a last one.
UpperBytes addActivations(UpperBytes first, uint64_t steps,
                          const CycleBounds &cycle) {
  UpperBytes between = llvm::checkedMulUnsigned(steps, *cycle.atCall);
  if (!between || !first)
    return std::nullopt;
  UpperBytes sum = llvm::checkedAddUnsigned(*first, *between);
  return sum ? llvm::checkedAddUnsigned(*sum, *cycle.within) : std::nullopt;
}

} // namespace

/// Bounds the footprint of a function by the bounds of its cycle.
static void boundRecursion(FunctionOpInterface function, WalkedScope &walked,
                           const CycleBounds &cycle,
                           std::optional<uint64_t> depth) {
  Footprint &own = walked.footprint;
  if (!own.upper)
    return;
  auto giveUp = [&](const char *why) {
    own.upper = std::nullopt;
    own.reasons.push_back({function->getLoc(), why});
  };
  if (!cycle.atCall || !cycle.within)
    return giveUp("a function of the same cycle of calls has no finite bound");
  if (*cycle.atCall == 0) {
    if (*cycle.within > *own.upper)
      own.upperPeak = cycle.withinPeak;
    own.upper = cycle.within;
    return;
  }
  if (!depth)
    return giveUp("the depth of its recursion is not known, and memory is live "
                  "across the recursive call");
  if (*depth == 1)
    return;
  UpperBytes deep = addActivations(walked.callUpper, *depth - 2, cycle);
  if (!deep)
    return giveUp("the bytes live here do not fit into 64 bits");
  if (*deep <= *own.upper)
    return;
  own.upper = deep;
  auto peak = std::make_shared<PeakPoint>(
      walked.callPeak ? *walked.callPeak : PeakPoint{function->getLoc(), {}});
  if (uint64_t between = (*depth - 2) * *cycle.atCall)
    peak->live.push_back({function.getName().str() + "#recursion", between,
                          Type(), function->getLoc(), std::nullopt});
  peak->call = peak->location;
  peak->callee = cycle.withinPeak;
  if (peak->callee)
    peak->location = peak->callee->location;
  own.upperPeak = std::move(peak);
}

void FootprintAnalysis::summarizeRecursion(ArrayRef<FunctionNode> component) {
  findOrigins(component);
  std::optional<uint64_t> depth = getRecursionDepth(component);
  // What a call leaves behind at depth k + 1 follows from what it does at k.
  constexpr uint64_t kMaxRounds = 32;
  SmallVector<WalkedScope> walked;
  bool isStable = false;
  for (uint64_t round = 0; !isStable && round < kMaxRounds; ++round) {
    walked.clear();
    for (const FunctionNode &node : component)
      walked.push_back(walk(node.function, node.function).own);
    isStable = depth && round + 1 >= *depth;
    bool changed = false;
    for (auto [node, scope] : llvm::zip(component, walked)) {
      CallCost &cost = *getSummary(node.function).cost;
      changed |= cost.footprint.retained != scope.footprint.retained;
      cost.footprint.retained = scope.footprint.retained;
    }
    isStable |= !changed;
    joinedCosts.clear();
  }
  CycleBounds cycle;
  for (const WalkedScope &scope : walked) {
    const Footprint &own = scope.footprint;
    cycle.atCall = larger(cycle.atCall, scope.callUpper);
    if (own.upper && cycle.within && *own.upper > *cycle.within)
      cycle.withinPeak = own.upperPeak;
    cycle.within = larger(cycle.within, own.upper);
  }
  if (!isStable)
    cycle.within = std::nullopt;
  for (auto [node, scope] : llvm::zip(component, walked)) {
    boundRecursion(node.function, scope, cycle, depth);
    Summary &summary = getSummary(node.function);
    scope.footprint.isPlain = false;
    summary.own = scope.footprint;
    summary.cost->footprint = std::move(scope.footprint);
    summary.cost->isActivation = false;
  }
  joinedCosts.clear();
}

} // namespace langone::resource
