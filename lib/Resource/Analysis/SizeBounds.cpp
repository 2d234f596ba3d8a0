//===- SizeBounds.cpp - how large dynamic buffers can be ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the ranges of one function and what follows for buffers and loops. What
// functions tell each other is in SizeAnalysis.cpp.
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/SizeBounds.h"

#include "AssertedFacts.h"
#include "Mutation.h"
#include "SizeExprBuilder.h"
#include "SizeRanges.h"
#include "langone/Resource/Analysis/BufferSize.h"
#include "langone/Resource/Analysis/MemoryEvents.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;

namespace langone::resource {

struct SizeBounds::Impl {
  Impl(FunctionOpInterface function, const DataLayout &layout,
       EntryRanges entry)
      : function(function), layout(layout), entry(std::move(entry)),
        symbols(function.getContext()),
        builder(symbols, [this](AffineExpr expr, Operation *at) {
          return getRange(expr, at, /*in64Bits=*/true);
        }) {}

  void prepare();
  Interval getLeafRange(const SizeLeaf &leaf);
  Interval computeLeafRange(const SizeLeaf &leaf);
  Interval getInductionRange(affine::AffineForOp loop);
  /// `in64Bits`: leaves have the values of 64 bits, so that an absent bound of
  /// the result means that 64 bits may not do.
  Interval getRange(AffineExpr expr, Operation *at, bool in64Bits = false);
  void findContradictions();
  BufferBytes getDynamicBytes(Value buffer, uint64_t elementBytes);
  TripCount getRounds(Operation *at, AffineExpr distance, Interval step);
  TripCount getTripCount(LoopLikeOpInterface loop);
  TripCount getTripCount(affine::AffineForOp loop);

  FunctionOpInterface function;
  /// Of its own: the analysis outlives that of data layouts.
  DataLayout layout;
  EntryRanges entry;
  SizeSymbols symbols;
  SizeExprBuilder builder;
  std::unique_ptr<SizeRanges> ranges;
  AssertedFacts facts;
  bool isPrepared = false, hasFacts = false;
  DenseMap<std::pair<Value, int64_t>, Interval> leafRanges;
  SmallVector<BoundsContradiction> contradictions;
};

SizeBounds::SizeBounds(FunctionOpInterface function, const DataLayout &layout,
                       EntryRanges entry)
    : impl(std::make_unique<Impl>(function, layout, std::move(entry))) {}

SizeBounds::SizeBounds(SizeBounds &&) noexcept = default;

SizeBounds::~SizeBounds() = default;

//===----------------------------------------------------------------------===//
// Ranges
//===----------------------------------------------------------------------===//

// In three steps, each with what the one before found: integer ranges, then
// assertions, then everything else. What was built on less is forgotten.
void SizeBounds::Impl::prepare() {
  if (std::exchange(isPrepared, true))
    return;
  auto forget = [&] {
    builder.clear();
    leafRanges.clear();
  };
  auto seed = [&](Value value) {
    return getRange(builder.getExpr(value), nullptr);
  };
  auto found = std::make_unique<SizeRanges>(function, seed);
  ranges = std::move(found);
  forget();
  facts.collect(
      function, [&](Value value) { return builder.getExpr(value); },
      [&](AffineExpr expr) { return getRange(expr, nullptr); });
  findContradictions();
  hasFacts = !facts.isEmpty();
  if (hasFacts)
    forget();
}

Interval SizeBounds::Impl::computeLeafRange(const SizeLeaf &leaf) {
  Interval range;
  if (leaf.isDim())
    range = Interval::atLeast(0);
  else if (auto type = dyn_cast<IntegerType>(leaf.value.getType()))
    range = type.getWidth() >= 1 && type.getWidth() < 64
                ? Interval::ofWidth(type.getWidth())
                : Interval();
  if (std::optional<unsigned> argument = leaf.getArgument()) {
    auto it = entry.find({*argument, leaf.dim});
    return it == entry.end() ? range : range.meet(it->second);
  }
  if (!leaf.isDim() && ranges)
    range = range.meet(ranges->get(leaf.value));
  if (auto loop = affine::getForInductionVarOwner(leaf.value))
    range = range.meet(getInductionRange(loop));
  if (AffineExpr bound = builder.getBound(leaf, presburger::BoundType::UB))
    range.upper =
        range.meet({std::nullopt, getRange(bound, nullptr).upper}).upper;
  if (AffineExpr bound = builder.getBound(leaf, presburger::BoundType::LB))
    range.lower =
        range.meet({getRange(bound, nullptr).lower, std::nullopt}).lower;
  return range;
}

Interval SizeBounds::Impl::getInductionRange(affine::AffineForOp loop) {
  Interval range;
  if (auto lowers = builder.applyMap(loop.getLowerBoundMap(),
                                     loop.getLowerBoundOperands(), loop))
    range.lower = getRange(symbols.getMax(*lowers), nullptr).lower;
  if (auto uppers = builder.applyMap(loop.getUpperBoundMap(),
                                     loop.getUpperBoundOperands(), loop))
    range.upper =
        add(getRange(symbols.getMin(*uppers), nullptr), Interval::point(-1))
            .upper;
  return range;
}

Interval SizeBounds::Impl::getLeafRange(const SizeLeaf &leaf) {
  // A leaf that is asked for while it is being computed has no bounds yet.
  auto [it, isNew] = leafRanges.try_emplace({leaf.value, leaf.dim});
  if (!isNew)
    return it->second;
  Interval range = computeLeafRange(leaf);
  leafRanges[{leaf.value, leaf.dim}] = range;
  return range;
}

Interval SizeBounds::Impl::getRange(AffineExpr expr, Operation *at,
                                    bool in64Bits) {
  auto leaf = [&](const SizeLeaf &leaf) {
    Interval range = getLeafRange(leaf);
    return in64Bits ? range.meet(Interval::ofWidth(64)) : range;
  };
  auto refine = [&](AffineExpr part) { return facts.get(part, at); };
  return SizeEvaluator(symbols, leaf,
                       hasFacts && at ? SizeEvaluator::RefineFn(refine)
                                      : SizeEvaluator::RefineFn())
      .evaluate(expr);
}

void SizeBounds::Impl::findContradictions() {
  for (const AssertedFact &fact : facts.getFacts()) {
    if (!getRange(fact.expr, nullptr).meet(fact.bounds).isEmpty())
      continue;
    contradictions.push_back({fact.assertion->getLoc(),
                              "this assertion contradicts the bounds of " +
                                  symbols.toString(fact.expr),
                              function.getLoc(),
                              "which are known at the entry of this function"});
  }
}

Interval SizeBounds::getRange(AffineExpr expr, Operation *at) const {
  impl->prepare();
  return impl->getRange(expr, at);
}

Interval SizeBounds::getEntryRange(unsigned argument, int64_t dim) const {
  Value value = impl->function.getArgument(argument);
  return impl->getLeafRange({value, dim});
}

SmallVector<SizeLeaf> SizeBounds::getEntryLeaves() const {
  SmallVector<SizeLeaf> leaves;
  auto add = [&](const SizeLeaf &leaf) {
    if (leaf.getArgument())
      leaves.push_back(leaf);
  };
  for (Value argument : impl->function.getArguments()) {
    add({argument});
    auto memref = dyn_cast<MemRefType>(argument.getType());
    for (int64_t dim = 0; memref && dim < memref.getRank(); ++dim)
      if (memref.isDynamicDim(dim))
        add({argument, dim});
  }
  return leaves;
}

static bool isEntryLeaf(const SizeSymbols &symbols, AffineExpr expr) {
  if (!isa<AffineSymbolExpr>(expr))
    return false;
  const SizeSymbols::Symbol &symbol = symbols.lookup(expr);
  return symbol.kind == SizeSymbols::Kind::Leaf && symbol.leaf.getArgument();
}

bool SizeBounds::isExactAtEntry(AffineExpr expr) const {
  Interval exact{-kSaturated + 1, kSaturated - 1};
  if (!exact.contains(impl->getRange(expr, nullptr)))
    return false;
  if (auto binary = dyn_cast<AffineBinaryOpExpr>(expr))
    return isExactAtEntry(binary.getLHS()) && isExactAtEntry(binary.getRHS());
  // An extreme may be exact although a leaf in it can be any number of 64 bits.
  return !isa<AffineSymbolExpr>(expr) ||
         llvm::all_of(impl->symbols.lookup(expr).operands, [&](AffineExpr e) {
           return isEntryLeaf(impl->symbols, e) || isExactAtEntry(e);
         });
}

// Sums, products and extremes of numbers that are not negative may be cut at
// kSaturated; anything else would turn a cut number into a wrong one.
bool SizeBounds::isComputableAtEntry(AffineExpr expr) const {
  if (isExactAtEntry(expr))
    return true;
  auto isPositive = [&](AffineExpr e) {
    return impl->getRange(e, nullptr).isNonNegative() && isComputableAtEntry(e);
  };
  if (isa<AffineSymbolExpr>(expr)) {
    const SizeSymbols::Symbol &symbol = impl->symbols.lookup(expr);
    if (symbol.kind == SizeSymbols::Kind::Leaf)
      return symbol.leaf.getArgument().has_value();
    // A leaf may be any number of 64 bits: the maximum with 0 makes it one that
    // is not negative.
    return llvm::all_of(symbol.operands, [&](AffineExpr e) {
      return isEntryLeaf(impl->symbols, e) || isExactAtEntry(e) ||
             isPositive(e);
    });
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  return binary &&
         llvm::is_contained({AffineExprKind::Add, AffineExprKind::Mul},
                            expr.getKind()) &&
         isPositive(binary.getLHS()) && isPositive(binary.getRHS());
}

AffineExpr SizeBounds::getExpr(Value integer) const {
  impl->prepare();
  return impl->builder.getExpr(integer);
}

AffineExpr SizeBounds::getDim(Value memref, int64_t dim) const {
  impl->prepare();
  return impl->builder.getDim(memref, dim);
}

ArrayRef<BoundsContradiction> SizeBounds::getContradictions() const {
  auto result = impl->function->walk(
      [](cf::AssertOp) { return WalkResult::interrupt(); });
  if (result.wasInterrupted())
    impl->prepare();
  return impl->contradictions;
}

SizeSymbols &SizeBounds::getSymbols() const { return impl->symbols; }

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

BufferBytes SizeBounds::getBytes(Value buffer) const {
  BufferBytes bytes;
  auto type = dyn_cast<MemRefType>(buffer.getType());
  if (!type) {
    bytes.reason = "its rank is not known";
    return bytes;
  }
  BufferSize size = BufferSize::get(type, impl->layout);
  if (size.isKnown()) {
    bytes.lower = size.getBytes();
    bytes.upper = size.getBytes();
    if (size.getBytes() <= uint64_t(std::numeric_limits<int64_t>::max()))
      bytes.symbolic =
          impl->symbols.getConstant(static_cast<int64_t>(size.getBytes()));
    return bytes;
  }
  std::optional<uint64_t> element =
      getElementBytes(type.getElementType(), impl->layout);
  bytes.reason = size.getReason();
  if (type.hasStaticShape() || !type.getLayout().isIdentity())
    return bytes;
  if (!element) {
    bytes.reason = "its element type has no known size";
    return bytes;
  }
  impl->prepare();
  return impl->getDynamicBytes(buffer, *element);
}

BufferBytes SizeBounds::Impl::getDynamicBytes(Value buffer,
                                              uint64_t elementBytes) {
  auto type = cast<MemRefType>(buffer.getType());
  Operation *at = buffer.getDefiningOp();
  Interval bytes = Interval::point(static_cast<int64_t>(elementBytes));
  AffineExpr symbolic = symbols.getConstant(static_cast<int64_t>(elementBytes));
  bool areBounded = true;
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    AffineExpr size = builder.getDim(buffer, dim);
    Interval range = getRange(size, at);
    areBounded &= range.upper.has_value();
    // The entry computes the size before an assertion is made.
    if (!getRange(size, nullptr).isNonNegative())
      size = symbols.getMax({size, symbols.getConstant(0)});
    range = maximum(range, Interval::point(0));
    bytes = multiply(bytes, range);
    symbolic = symbolic * size;
  }
  BufferBytes result;
  result.lower = static_cast<uint64_t>(bytes.lower.value_or(0));
  if (bytes.upper)
    result.upper = isBroken(Mutation::SizeAtLowerBound)
                       ? result.lower
                       : static_cast<uint64_t>(*bytes.upper);
  else
    result.reason = areBounded ? "its size does not fit into 64 bits"
                               : "its shape is dynamic";
  // Only code that never runs has a lower bound above the upper one.
  result.lower = std::min(result.lower, result.upper.value_or(result.lower));
  if (symbols.isKnownAtEntry(symbolic))
    result.symbolic = symbolic;
  return result;
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

TripCount SizeBounds::Impl::getRounds(Operation *at, AffineExpr distance,
                                      Interval step) {
  Interval positive = step.meet(Interval::atLeast(1));
  if (positive.isEmpty())
    return {};
  Interval rounds =
      maximum(ceilDivide(getRange(distance, at), positive), Interval::point(0));
  TripCount count;
  count.lower = static_cast<uint64_t>(rounds.lower.value_or(0));
  if (rounds.upper)
    count.upper = static_cast<uint64_t>(*rounds.upper);
  count.lower = std::min(count.lower, count.upper.value_or(count.lower));
  return count;
}

/// Of nested dimensions.
static TripCount product(const TripCount &a, const TripCount &b) {
  TripCount result;
  result.lower = llvm::SaturatingMultiply(a.lower, b.lower);
  if (a.upper == uint64_t(0) || b.upper == uint64_t(0))
    result.upper = 0;
  else if (a.upper && b.upper)
    result.upper = llvm::checkedMulUnsigned(*a.upper, *b.upper);
  return result;
}

TripCount SizeBounds::Impl::getTripCount(LoopLikeOpInterface loop) {
  std::optional<SmallVector<OpFoldResult>> lowers = loop.getLoopLowerBounds();
  std::optional<SmallVector<OpFoldResult>> uppers = loop.getLoopUpperBounds();
  std::optional<SmallVector<OpFoldResult>> steps = loop.getLoopSteps();
  auto scfFor = dyn_cast<scf::ForOp>(loop.getOperation());
  if (!lowers || !uppers || !steps || (scfFor && scfFor.getUnsignedCmp()))
    return {};
  auto toExpr = [&](OpFoldResult number) {
    if (auto value = dyn_cast<Value>(number))
      return builder.getExpr(value);
    return symbols.getConstant(
        cast<IntegerAttr>(cast<Attribute>(number)).getInt());
  };
  TripCount count{1, 1};
  for (auto [lower, upper, step] : llvm::zip_equal(*lowers, *uppers, *steps))
    count = product(count, getRounds(loop, toExpr(upper) - toExpr(lower),
                                     getRange(toExpr(step), loop)));
  return count;
}

// The bounds of an affine loop are the extremes of several expressions.
TripCount SizeBounds::Impl::getTripCount(affine::AffineForOp loop) {
  std::optional<SmallVector<AffineExpr>> lowers = builder.applyMap(
      loop.getLowerBoundMap(), loop.getLowerBoundOperands(), loop);
  std::optional<SmallVector<AffineExpr>> uppers = builder.applyMap(
      loop.getUpperBoundMap(), loop.getUpperBoundOperands(), loop);
  if (!lowers || !uppers)
    return {};
  return getRounds(loop, symbols.getMin(*uppers) - symbols.getMax(*lowers),
                   Interval::point(loop.getStepAsInt()));
}

TripCount SizeBounds::getTripCount(Operation *loop) const {
  if (std::optional<uint64_t> constant = getConstantTripCount(loop))
    return {*constant, *constant};
  if (auto affineFor = dyn_cast<affine::AffineForOp>(loop)) {
    impl->prepare();
    return impl->getTripCount(affineFor);
  }
  auto interface = dyn_cast<LoopLikeOpInterface>(loop);
  if (!interface)
    return {};
  impl->prepare();
  return impl->getTripCount(interface);
}

} // namespace langone::resource
