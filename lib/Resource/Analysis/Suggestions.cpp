//===- Suggestions.cpp - which single change saves how much ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns which buffers and loops are looked at, and the trial of each change.
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/Suggestions.h"

#include "SuggestionChanges.h"
#include "langone/Resource/Analysis/MemoryEvents.h"

#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace langone::resource {

namespace {

/// Buffers at the peak to look at, and loops, the largest first.
constexpr unsigned kMaxBuffers = 16, kMaxLoops = 8;
constexpr uint64_t kMaxTrials = 64;

/// All that is tried of a buffer. What does not keep the meaning comes last:
/// where effort is limited, it goes into the others.
constexpr FindBufferChangesFn kKinds[] = {
    findFreeEarlier,    findFreeLeaked,   findAllocateLater,
    findMoveIntoBranch, findReuseInPlace, findDropCopy,
};

UpperBytes getBytes(const Footprint &footprint, Estimate estimate) {
  return estimate == Estimate::Upper ? footprint.upper
                                     : UpperBytes(footprint.lower);
}

class SuggestionSearch {
public:
  SuggestionSearch(const FootprintAnalysis &analysis, Operation *scope,
                   Estimate estimate, SuggestionEffort &effort)
      : analysis(analysis), module(analysis.getModule()), scope(scope),
        estimate(estimate), effort(effort), before(analysis.getScope(scope)) {
    for (FunctionOpInterface function : analysis.getFunctions())
      functions[function.getName()].push_back(function);
  }

  std::vector<Suggestion> run();

private:
  const PeakPtr &getPeak() const {
    return estimate == Estimate::Upper ? before.upperPeak : before.lowerPeak;
  }
  void findBuffers();
  void findLoops(SmallVector<Change> &changes) const;
  const BufferUses &getUses(FunctionOpInterface function);
  Footprint measure(const std::function<void(const IRMapping &)> &apply) const;
  void tryChange(const Change &change);
  std::vector<Suggestion> rank(const DenseMap<Operation *, size_t> &order);

  const FootprintAnalysis &analysis;
  Operation *module, *scope;
  Estimate estimate;
  SuggestionEffort &effort;
  Footprint before;
  llvm::StringMap<SmallVector<FunctionOpInterface, 1>> functions;
  llvm::MapVector<Operation *, std::unique_ptr<BufferUses>> uses;
  SmallVector<std::pair<const BufferInfo *, const BufferUses *>> buffers;
  std::vector<Suggestion> found;
  /// For each of `found`, the op that decides ties.
  SmallVector<Operation *> subjects;
};

const BufferUses &SuggestionSearch::getUses(FunctionOpInterface function) {
  std::unique_ptr<BufferUses> &known = uses[function];
  if (!known)
    known =
        std::make_unique<BufferUses>(function, analysis.getOrigins(function));
  return *known;
}

/// The buffers of which the peak tells, the largest first. Names can be those
/// of several functions in nested modules; then each is tried.
void SuggestionSearch::findBuffers() {
  llvm::SmallPtrSet<const BufferInfo *, kMaxBuffers> seen;
  for (const LiveBuffer &live : getPeak()->getLive()) {
    StringRef name = StringRef(live.site).rsplit('#').first;
    for (FunctionOpInterface function : functions.lookup(name)) {
      const BufferUses &all = getUses(function);
      for (const BufferInfo &info : all.getBuffers())
        if (info.site == live.site && seen.size() < kMaxBuffers &&
            seen.insert(&info).second)
          buffers.emplace_back(&info, &all);
    }
  }
}

/// The parallel loops of which the peak tells that their iterations add up.
void SuggestionSearch::findLoops(SmallVector<Change> &changes) const {
  size_t limit = changes.size() + kMaxLoops;
  for (const LiveBuffer &live : getPeak()->getLive()) {
    auto [name, what] = StringRef(live.site).rsplit('#');
    if (what != "iterations")
      continue;
    for (FunctionOpInterface function : functions.lookup(name))
      function->walk<WalkOrder::PreOrder>([&](Operation *op) {
        if (op != scope && op->getLoc() == live.allocatedAt &&
            op->getNumRegions() != 0 && !isCallBoundary(op) &&
            getRegionExecution(op) == RegionExecution::Parallel &&
            changes.size() < limit)
          findSplitLoop(op, changes);
      });
  }
}

Footprint SuggestionSearch::measure(
    const std::function<void(const IRMapping &)> &apply) const {
  IRMapping map;
  OwningOpRef<Operation *> copy = module->clone(map);
  if (apply)
    apply(map);
  ModuleAnalysisManager manager(*copy, nullptr);
  return AnalysisManager(manager).getAnalysis<FootprintAnalysis>().getScope(
      scope == module ? *copy : map.lookup(scope));
}

void SuggestionSearch::tryChange(const Change &change) {
  Footprint after = measure(change.apply);
  UpperBytes was = getBytes(before, estimate), is = getBytes(after, estimate);
  if (!is || *is >= *was)
    return;
  found.push_back({change.kind, change.location, change.message, *was - *is,
                   *is, after.upper, after.lower, change.apply});
  subjects.push_back(change.subject);
}

std::vector<Suggestion> SuggestionSearch::run() {
  UpperBytes peak = getBytes(before, estimate);
  if (!peak || *peak == 0 || !getPeak())
    return {};
  findBuffers();
  SmallVector<Change> changes;
  for (auto [buffer, all] : buffers)
    for (FindBufferChangesFn find : kKinds)
      find(*buffer, *all, changes);
  findLoops(changes);
  for (auto [buffer, all] : buffers)
    findLowerPrecision(*buffer, *all, changes);
  if (changes.empty())
    return {};

  DenseMap<Operation *, size_t> order;
  module->walk<WalkOrder::PreOrder>(
      [&](Operation *op) { order.try_emplace(op, order.size()); });
  // One more, for the copy without a change.
  uint64_t trials = std::min(effort.opsLeft / order.size(), kMaxTrials + 1);
  trials = std::min<uint64_t>(trials, changes.size() + 1);
  if (trials < 2) {
    effort.opsLeft = 0;
    return {};
  }
  effort.opsLeft -= trials * order.size();
  // A copy may know less, a data layout from outside for example: then
  // differences say nothing.
  if (getBytes(measure({}), estimate) != peak)
    return {};
  for (const Change &change : ArrayRef(changes).take_front(trials - 1))
    tryChange(change);

  return rank(order);
}

std::vector<Suggestion>
SuggestionSearch::rank(const DenseMap<Operation *, size_t> &order) {
  SmallVector<size_t> ranked = llvm::to_vector(llvm::seq<size_t>(found.size()));
  auto key = [&](size_t index) {
    return std::make_tuple(UINT64_MAX - found[index].savedBytes,
                           order.lookup(subjects[index]), index);
  };
  llvm::sort(ranked, [&](size_t a, size_t b) { return key(a) < key(b); });
  std::vector<Suggestion> suggestions;
  bool hasWhatIf = false;
  for (size_t index : ranked)
    if (found[index].keepsMeaning() || !std::exchange(hasWhatIf, true))
      suggestions.push_back(std::move(found[index]));
  return suggestions;
}

} // namespace

std::vector<Suggestion> findSuggestions(const FootprintAnalysis &analysis,
                                        Operation *scope, Estimate estimate,
                                        unsigned maxSuggestions,
                                        SuggestionEffort &effort) {
  if (maxSuggestions == 0 || effort.opsLeft == 0)
    return {};
  std::vector<Suggestion> suggestions =
      SuggestionSearch(analysis, scope, estimate, effort).run();
  if (suggestions.size() > maxSuggestions)
    suggestions.erase(suggestions.begin() + maxSuggestions, suggestions.end());
  return suggestions;
}

std::string describeSavings(const Suggestion &suggestion) {
  return "saves " + std::to_string(suggestion.savedBytes) +
         " bytes, the peak is then " + std::to_string(suggestion.newPeak) +
         " bytes";
}

} // namespace langone::resource
