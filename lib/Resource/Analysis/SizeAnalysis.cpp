//===- SizeAnalysis.cpp - what functions tell each other of sizes ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the bounds at the entry of functions: declared ones, and those that the
// callers of a private function give.
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/CallStructure.h"
#include "langone/Resource/Analysis/SizeBounds.h"
#include "langone/Resource/IR/ResourceDialect.h"

#include "mlir/Analysis/DataLayoutAnalysis.h"
#include "mlir/IR/BuiltinTypes.h"

#include <cmath>

using namespace mlir;

namespace langone::resource {

struct SizeAnalysis::Entry {
  SizeBounds bounds;
  SmallVector<EntryAssumption> assumptions;
};

SizeAnalysis::SizeAnalysis(Operation *module, DataLayoutAnalysis &layouts) {
  CallStructure calls(module);
  for (const FunctionNode &node : llvm::reverse(calls.getBottomUp()))
    if (!node.function.isExternal())
      addFunction(node, layouts.getAtOrAbove(node.function));
}

SizeAnalysis::~SizeAnalysis() = default;

const SizeBounds &SizeAnalysis::get(FunctionOpInterface function) const {
  return entries.find(function)->second->bounds;
}

ArrayRef<EntryAssumption>
SizeAnalysis::getAssumptions(FunctionOpInterface function) const {
  return entries.find(function)->second->assumptions;
}

static Interval getDeclaredDim(FunctionOpInterface function, unsigned argument,
                               int64_t dim) {
  auto bounds = function.getArgAttrOfType<DimBoundsAttr>(
      argument, ResourceDialect::kDimBounds);
  if (!bounds)
    return {};
  Interval result = Interval::atLeast(bounds.getLowers()[dim]);
  if (bounds.getUppers()[dim] != DimBoundsAttr::kUnbounded)
    result.upper = bounds.getUppers()[dim];
  // The same as no statement at all.
  return result == Interval::atLeast(0) ? Interval() : result;
}

// Ends beyond what doubles count exactly say nothing.
static Interval getDeclaredInteger(FunctionOpInterface function,
                                   unsigned argument) {
  constexpr double kExact = 9007199254740992.0; // 2^53
  auto range =
      function.getArgAttrOfType<RangeAttr>(argument, ResourceDialect::kRange);
  if (!range)
    return {};
  double lower = std::ceil(range.getLower().getValueAsDouble());
  double upper = std::floor(range.getUpper().getValueAsDouble());
  Interval result;
  if (std::abs(lower) <= kExact)
    result.lower = static_cast<int64_t>(lower);
  if (std::abs(upper) <= kExact)
    result.upper = static_cast<int64_t>(upper);
  return result;
}

Interval SizeAnalysis::fromCallers(const FunctionNode &node, unsigned argument,
                                   int64_t dim, const Interval &declared) {
  std::optional<Interval> joined;
  bool isComplete = !node.hasUnknownCallers() && !node.isRecursive;
  for (CallOpInterface call : node.callSites) {
    auto it = entries.find(call->getParentOfType<FunctionOpInterface>());
    // A caller within recursion, or none that is a function.
    if (it == entries.end() || argument >= call.getArgOperands().size()) {
      isComplete = false;
      continue;
    }
    const SizeBounds &caller = it->second->bounds;
    Value operand = call.getArgOperands()[argument];
    Interval range =
        caller.getRange(dim == SizeLeaf::kNoDim ? caller.getExpr(operand)
                                                : caller.getDim(operand, dim),
                        call);
    if (range.meet(declared).isEmpty() && !range.isEmpty())
      contradictions.push_back(
          {call.getLoc(),
           "argument " + std::to_string(argument) +
               " of this call is outside of the bounds that the callee "
               "declares for it",
           node.function.getLoc(), "they are declared here"});
    joined = joined ? joined->join(range) : range;
  }
  return isComplete && joined ? *joined : Interval();
}

void SizeAnalysis::addFunction(const FunctionNode &node,
                               const DataLayout &layout) {
  FunctionOpInterface function = node.function;
  SizeBounds::EntryRanges ranges;
  SmallVector<EntryAssumption> assumptions;
  auto addLeaf = [&](unsigned argument, int64_t dim, const Interval &declared) {
    Interval known = fromCallers(node, argument, dim, declared);
    Interval both = known.meet(declared);
    // Callers that contradict the declaration are an error already.
    ranges[{argument, dim}] = both.isEmpty() ? declared : both;
    if (!declared.contains(known))
      assumptions.push_back({argument, dim, declared});
  };
  for (auto [index, type] : llvm::enumerate(function.getArgumentTypes())) {
    if (isa<IndexType, IntegerType>(type)) {
      addLeaf(index, SizeLeaf::kNoDim, getDeclaredInteger(function, index));
      continue;
    }
    auto shaped = dyn_cast<ShapedType>(type);
    if (!shaped || !shaped.hasRank())
      continue;
    for (int64_t dim = 0; dim < shaped.getRank(); ++dim)
      if (shaped.isDynamicDim(dim))
        addLeaf(index, dim, getDeclaredDim(function, index, dim));
  }
  entries[function] = std::unique_ptr<Entry>(new Entry{
      SizeBounds(function, layout, std::move(ranges)), std::move(assumptions)});
}

LogicalResult SizeAnalysis::verify() const {
  bool isConsistent = true;
  auto report = [&](const BoundsContradiction &contradiction) {
    isConsistent = false;
    InFlightDiagnostic diagnostic =
        emitError(contradiction.location, contradiction.message);
    diagnostic.attachNote(contradiction.other) << contradiction.otherMessage;
  };
  llvm::for_each(contradictions, report);
  for (const auto &[function, entry] : entries)
    llvm::for_each(entry->bounds.getContradictions(), report);
  return success(isConsistent);
}

} // namespace langone::resource
