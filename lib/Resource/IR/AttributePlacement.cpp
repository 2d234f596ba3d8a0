//===- AttributePlacement.cpp - where attributes may stand ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the rules for the dialect's discardable attributes: which kind of op,
// argument or result may carry which, and with which type. Each rule has a
// label, which its test repeats.
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/IR/ResourceDialect.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace langone::resource;

namespace {

/// Where an attribute stands.
enum Place : unsigned { kOp = 1, kArgument = 2, kResult = 4 };

struct Rule {
  StringLiteral name;
  bool (*hasType)(Attribute);
  unsigned places;
  /// Name of the attribute's kind, where it is not `name`.
  StringLiteral kind = "";

  StringRef getKind() const { return kind.empty() ? name : kind; }
};

template <typename AttrT> bool is(Attribute attribute) {
  return isa<AttrT>(attribute);
}

bool isCount(Attribute attribute) {
  auto count = dyn_cast<IntegerAttr>(attribute);
  return count && count.getType().isSignlessInteger(64);
}

const Rule kRules[] = {
    {ResourceDialect::kMemoryBudget, is<MemoryBudgetAttr>, kOp},
    {ResourceDialect::kGPUBudget, is<GPUBudgetAttr>, kOp},
    {ResourceDialect::kPrecision, is<PrecisionAttr>, kOp | kArgument | kResult},
    {ResourceDialect::kRange, is<RangeAttr>, kArgument | kResult},
    {ResourceDialect::kDimBounds, is<DimBoundsAttr>, kArgument},
    {ResourceDialect::kCost, is<CostAttr>, kOp},
    {ResourceDialect::kVerdict, is<VerdictAttr>, kOp},
    {ResourceDialect::kStackVerdict, is<VerdictAttr>, kOp,
     ResourceDialect::kVerdict},
    {ResourceDialect::kPlan, is<PlanAttr>, kOp},
    {ResourceDialect::kParallelism, isCount, kOp},
    {ResourceDialect::kRecursionDepth, isCount, kOp},
};

StringRef describe(Place place) {
  return place == kArgument ? "an argument"
         : place == kResult ? "a result"
                            : "an operation";
}

// placement_c1: only the dialect's names, with their types, where they belong.
LogicalResult verifyRule(Operation *op, NamedAttribute attribute, Place place) {
  const auto *rule = llvm::find_if(kRules, [&](const Rule &candidate) {
    return candidate.name == attribute.getName();
  });
  if (rule == std::end(kRules)) {
    return op->emitOpError("has unknown attribute '")
           << attribute.getName().getValue() << "'";
  }
  if (!rule->hasType(attribute.getValue()) && rule->hasType == isCount) {
    return op->emitOpError("attribute '")
           << rule->name << "' must be a number of type i64, not "
           << attribute.getValue();
  }
  if (!rule->hasType(attribute.getValue())) {
    return op->emitOpError("attribute '")
           << rule->name << "' must be a #" << rule->getKind()
           << " attribute, not " << attribute.getValue();
  }
  if (!(rule->places & place)) {
    return op->emitOpError("attribute '")
           << rule->name << "' may not stand on " << describe(place);
  }
  return success();
}

// placement_c4: `index` values have no range of their own; the range of a
// dimension is what dim_bounds is for.
LogicalResult verifyRange(Operation *op, Type type) {
  Type element = getElementTypeOrSelf(type);
  if (element.isIntOrFloat())
    return success();
  return op->emitOpError("attribute '")
         << ResourceDialect::kRange
         << "' needs float or integer elements, but the value has type "
         << type;
}

// placement_c5: one entry for each dimension, none for a static one.
LogicalResult verifyDimBounds(Operation *op, DimBoundsAttr bounds, Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  if (!shaped || !shaped.hasRank()) {
    return op->emitOpError("attribute '")
           << ResourceDialect::kDimBounds
           << "' needs a ranked shaped value, not " << type;
  }
  if (static_cast<int64_t>(bounds.getUppers().size()) != shaped.getRank()) {
    return op->emitOpError("attribute '")
           << ResourceDialect::kDimBounds << "' has "
           << bounds.getUppers().size() << " entries for " << shaped.getRank()
           << " dimensions";
  }
  for (auto [index, upper] : llvm::enumerate(bounds.getUppers())) {
    if (upper != DimBoundsAttr::kUnbounded && !shaped.isDynamicDim(index)) {
      return op->emitOpError("attribute '")
             << ResourceDialect::kDimBounds << "' bounds dimension " << index
             << " of " << type << ", which is static; write '?' for it";
    }
  }
  return success();
}

LogicalResult verifyValue(Operation *op, NamedAttribute attribute, Type type,
                          Place place) {
  if (failed(verifyRule(op, attribute, place)))
    return failure();
  if (isa<RangeAttr>(attribute.getValue()))
    return verifyRange(op, type);
  if (auto bounds = dyn_cast<DimBoundsAttr>(attribute.getValue()))
    return verifyDimBounds(op, bounds, type);
  return success();
}

} // namespace

LogicalResult
ResourceDialect::verifyOperationAttribute(Operation *op,
                                          NamedAttribute attribute) {
  if (failed(verifyRule(op, attribute, kOp)))
    return failure();
  // placement_c2: what an operation carries is about its region.
  if (op->getNumRegions() == 0) {
    return op->emitOpError("attribute '")
           << attribute.getName().getValue()
           << "' needs an operation with a region";
  }
  // placement_c6: no bodies and no activations at all are no bound.
  if (auto count = dyn_cast<IntegerAttr>(attribute.getValue());
      count && count.getInt() <= 0) {
    return op->emitOpError("attribute '")
           << attribute.getName().getValue() << "' must be positive, not "
           << count.getInt();
  }
  // placement_c3: costs are declared for functions.
  bool needsFunction = isa<CostAttr, PlanAttr>(attribute.getValue()) ||
                       attribute.getName() == ResourceDialect::kRecursionDepth;
  if (needsFunction && !isa<FunctionOpInterface>(op)) {
    return op->emitOpError("attribute '")
           << attribute.getName().getValue() << "' needs a function";
  }
  return success();
}

LogicalResult
ResourceDialect::verifyRegionArgAttribute(Operation *op, unsigned regionIndex,
                                          unsigned argIndex,
                                          NamedAttribute attribute) {
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (!function)
    return verifyRule(op, attribute, kArgument);
  return verifyValue(op, attribute, function.getArgumentTypes()[argIndex],
                     kArgument);
}

LogicalResult ResourceDialect::verifyRegionResultAttribute(
    Operation *op, unsigned regionIndex, unsigned resultIndex,
    NamedAttribute attribute) {
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (!function)
    return verifyRule(op, attribute, kResult);
  return verifyValue(op, attribute, function.getResultTypes()[resultIndex],
                     kResult);
}
