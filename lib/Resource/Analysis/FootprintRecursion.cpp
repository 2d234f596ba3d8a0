//===- FootprintRecursion.cpp - functions that call themselves ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the footprint of a cycle of calls. Each function of the cycle is walked
// with calls back into it for nothing: that gives P(f), the most within one
// activation of f, and L(f, g), the most that is live at a call of g. A stack
// of activations f1, f2, ... fn has all but the last one at a call:
//
//   L(f1, f2) + L(f2, f3) + ... + P(fn)
//
// With at most N activations at once, the peak is the most of this over all
// paths of at most N functions. If nothing is live at the calls, no bound on N
// is needed. With arguments charged, L is what is not handed to the callee.
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
  for (const FunctionNode &node : component) {
    Summary &summary = getSummary(node.function);
    SmallVector<uint64_t> charges =
        getArgumentCharges(*summary.origins, sizes->get(node.function));
    if (!charges.empty())
      summary.cost->handover = Handover{std::move(charges)};
    summary.cost->freshBytes.assign(node.function.getNumResults(),
                                    std::numeric_limits<uint64_t>::max());
  }
  // These only fall, to one of the sizes of the cycle.
  for (bool changed = true; changed;) {
    changed = false;
    for (const FunctionNode &node : component) {
      SmallVector<uint64_t> found = findFreshBytes(node.function);
      SmallVector<uint64_t> &known = getSummary(node.function).cost->freshBytes;
      changed |= known != found;
      known = std::move(found);
    }
    joinedCosts.clear();
  }
  // Left are results that no activation returns, or that are not fresh.
  for (const FunctionNode &node : component)
    for (uint64_t &bytes : getSummary(node.function).cost->freshBytes)
      if (bytes == std::numeric_limits<uint64_t>::max())
        bytes = 0;
}

namespace {

/// The most that activations have live, in one way of counting.
class ActivationPaths {
public:
  /// What one activation of a function has, and the costs by which calls name
  /// the functions.
  ActivationPaths(ArrayRef<const WalkedScope *> walks,
                  ArrayRef<const CallCost *> costs)
      : walks(walks), costs(costs), best(walks.size()) {
    for (auto [index, walk] : llvm::enumerate(walks)) {
      isBounded &= walk->footprint.upper && walk->activationCalls;
      if (!isBounded)
        return;
      best[index] = {walk->footprint.upper, static_cast<unsigned>(index)};
      for (const ActivationCall &call : *walk->activationCalls) {
        atCall = std::max(atCall, call.bytes);
        ++numCalls;
      }
    }
  }

  /// Makes paths of at most `depth` activations, if nothing is live at the
  /// calls of any number; null, or why there is no bound.
  const char *extend(std::optional<uint64_t> depth);

  /// Whether all paths were followed to their end.
  bool isExact() const { return !isCutOff; }

  UpperBytes getUpper(unsigned function) const { return best[function].bytes; }
  /// Where the path that starts with `function` is at its peak.
  PeakPtr getPeak(unsigned function, FunctionOpInterface op) const;

private:
  /// The worst path that starts with a function.
  struct Path {
    UpperBytes bytes = 0;
    unsigned last = 0;
    /// Null if it has no other function.
    const ActivationCall *first = nullptr;
  };

  /// Work for cycles that are deep and large: calls looked at.
  static constexpr uint64_t kEffort = 1 << 18;

  static UpperBytes add(UpperBytes a, UpperBytes b) {
    return a && b ? llvm::checkedAddUnsigned(*a, *b) : std::nullopt;
  }
  const Path &getWorst() const {
    return *llvm::max_element(best, [](const Path &a, const Path &b) {
      return isLower(a.bytes, b.bytes);
    });
  }
  /// The worst path from any of the functions that a call may be of.
  const Path &getCallee(const ActivationCall &call) const {
    const auto *it = llvm::find(costs, call.callee);
    return it != costs.end() ? best[it - costs.begin()] : getWorst();
  }
  bool addLevel();
  void addRest(uint64_t levels);

  ArrayRef<const WalkedScope *> walks;
  ArrayRef<const CallCost *> costs;
  std::vector<Path> best;
  bool isBounded = true, isCutOff = false;
  uint64_t atCall = 0, numCalls = 0;
};

/// One more activation in front of each path; whether that gave more.
bool ActivationPaths::addLevel() {
  std::vector<Path> longer = best;
  bool isMore = false;
  for (auto [index, walk] : llvm::enumerate(walks)) {
    for (const ActivationCall &call : *walk->activationCalls) {
      const Path &rest = getCallee(call);
      UpperBytes bytes = add(rest.bytes, call.bytes);
      if (!isLower(longer[index].bytes, bytes))
        continue;
      longer[index] = {bytes, rest.last, &call};
      isMore = true;
    }
  }
  best = std::move(longer);
  return isMore;
}

/// The same for many more at once: each has the most at its call.
void ActivationPaths::addRest(uint64_t levels) {
  const Path worst = getWorst();
  UpperBytes bytes = add(worst.bytes, llvm::checkedMulUnsigned(levels, atCall));
  for (auto [path, walk] : llvm::zip_equal(best, walks)) {
    const auto *first =
        llvm::max_element(*walk->activationCalls,
                          [](const ActivationCall &a, const ActivationCall &b) {
                            return a.bytes < b.bytes;
                          });
    path = {bytes, worst.last,
            first != walk->activationCalls->end() ? first : nullptr};
  }
}

const char *ActivationPaths::extend(std::optional<uint64_t> depth) {
  if (!isBounded)
    return "a function of the same cycle of calls has no finite bound";
  if (atCall != 0 && !depth)
    return "the depth of its recursion is not known, and memory is live across "
           "the recursive call";
  // With nothing at the calls no function comes twice.
  uint64_t levels = depth.value_or(walks.size());
  if (atCall == 0)
    levels = std::min<uint64_t>(levels, walks.size());
  uint64_t exact =
      std::min(levels, kEffort / std::max<uint64_t>(numCalls, 1) + 1);
  for (uint64_t level = 1; level < exact; ++level)
    if (!addLevel())
      return nullptr;
  isCutOff = exact < levels;
  if (isCutOff)
    addRest(levels - exact);
  return nullptr;
}

PeakPtr ActivationPaths::getPeak(unsigned function,
                                 FunctionOpInterface op) const {
  const Path &path = best[function];
  const Footprint &last = walks[path.last]->footprint;
  if (!path.first)
    return last.upperPeak;
  auto peak = std::make_shared<PeakPoint>(
      path.first->peak ? *path.first->peak : PeakPoint{op->getLoc(), {}});
  if (uint64_t between = *path.bytes - path.first->bytes - *last.upper)
    peak->live.push_back({op.getName().str() + "#recursion", between, Type(),
                          op->getLoc(), std::nullopt});
  peak->call = peak->location;
  peak->callee = last.upperPeak;
  if (peak->callee)
    peak->location = peak->callee->location;
  return peak;
}

/// Lets a value that does not settle be anything; whether it is new.
bool update(UpperBytes &value, UpperBytes found, bool isLate) {
  if (value == found)
    return false;
  value = isLate ? std::nullopt : found;
  return true;
}

} // namespace

// What a call leaves behind at depth k + 1 follows from what it does at k.
std::vector<ScopeWalks>
FootprintAnalysis::walkCycle(ArrayRef<FunctionNode> component,
                             std::optional<uint64_t> depth) {
  constexpr uint64_t kMaxRounds = 32;
  std::vector<ScopeWalks> walks;
  for (uint64_t round = 0;; ++round) {
    walks.clear();
    for (const FunctionNode &node : component)
      walks.push_back(walk(node.function, node.function));
    joinedCosts.clear();
    if (depth && round + 1 >= *depth)
      return walks;
    bool isLate = round >= kMaxRounds, changed = false;
    for (auto [node, scope] : llvm::zip(component, walks)) {
      CallCost &cost = *getSummary(node.function).cost;
      changed |=
          update(cost.footprint.retained, scope.own.footprint.retained, isLate);
      if (scope.withArguments)
        changed |= update(cost.handover->retained,
                          scope.withArguments->footprint.retained, isLate);
    }
    if (!changed)
      return walks;
  }
}

/// Bounds the walks of one activation by those of all.
static void boundRecursion(ArrayRef<FunctionNode> component,
                           ArrayRef<const CallCost *> costs,
                           ArrayRef<WalkedScope *> walks,
                           std::optional<uint64_t> depth) {
  SmallVector<WalkedScope> single;
  for (WalkedScope *walk : walks)
    single.push_back(*walk);
  SmallVector<const WalkedScope *> pointers;
  for (WalkedScope &walk : single)
    pointers.push_back(&walk);
  ActivationPaths paths(pointers, costs);
  const char *problem = paths.extend(depth);
  for (auto [index, walk] : llvm::enumerate(walks)) {
    Footprint &footprint = walk->footprint;
    if (!footprint.upper)
      continue;
    // A function by itself has but one path.
    footprint.isPlain &= paths.isExact() || walks.size() == 1;
    UpperBytes upper = problem ? std::nullopt : paths.getUpper(index);
    footprint.upper = upper;
    if (!upper)
      footprint.reasons.push_back(
          {component[index].function->getLoc(),
           problem ? problem : "the bytes live here do not fit into 64 bits"});
    else
      footprint.upperPeak = paths.getPeak(index, component[index].function);
  }
}

void FootprintAnalysis::summarizeRecursion(ArrayRef<FunctionNode> component) {
  findOrigins(component);
  std::optional<uint64_t> depth = getRecursionDepth(component);
  std::vector<ScopeWalks> walks = walkCycle(component, depth);
  SmallVector<const CallCost *> costs;
  SmallVector<WalkedScope *> own, withArguments;
  for (auto [node, scope] : llvm::zip(component, walks)) {
    costs.push_back(&*getSummary(node.function).cost);
    own.push_back(&scope.own);
  }
  // Where no argument is freed there is nothing to charge.
  SmallVector<WalkedScope> ownWalks;
  for (ScopeWalks &scope : walks)
    ownWalks.push_back(scope.own);
  for (auto [scope, ownWalk] : llvm::zip(walks, ownWalks))
    withArguments.push_back(scope.withArguments ? &*scope.withArguments
                                                : &ownWalk);
  boundRecursion(component, costs, own, depth);
  boundRecursion(component, costs, withArguments, depth);
  for (auto [node, scope, other] : llvm::zip(component, walks, withArguments)) {
    takeLower(scope.own, *other);
    Summary &summary = getSummary(node.function);
    scope.own.footprint.isRecursive = true;
    // Of a cycle, a certificate takes one way of charging.
    scope.own.footprint.isPlain &= !scope.own.footprint.triedFamilies;
    summary.own = scope.own.footprint;
    summary.cost->footprint = std::move(scope.own.footprint);
    summary.cost->handover = scope.getHandover();
    summary.cost->isActivation = false;
  }
  joinedCosts.clear();
}

} // namespace langone::resource
