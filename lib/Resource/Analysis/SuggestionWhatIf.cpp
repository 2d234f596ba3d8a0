//===- SuggestionWhatIf.cpp - fewer bits, less at the same time -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the changes that trade something other than memory: the precision of a
// buffer, and the number of iterations that run at the same time.
//
//===----------------------------------------------------------------------===//

#include "SuggestionChanges.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace langone::resource {

/// The IEEE type of half the width; null if there is none.
static Type getHalf(Type element) {
  if (element.isF64())
    return Float32Type::get(element.getContext());
  if (element.isF32())
    return Float16Type::get(element.getContext());
  return Type();
}

void findLowerPrecision(const BufferInfo &buffer, const BufferUses &,
                        Changes &changes) {
  auto type = dyn_cast<MemRefType>(buffer.value.getType());
  Type half = type ? getHalf(type.getElementType()) : Type();
  if (!half)
    return;
  std::string message;
  llvm::raw_string_ostream(message)
      << "store " << buffer.site << " as " << half << " instead of "
      << type.getElementType()
      << ", if its values bear that precision (which is yours to check)";
  // Footprints see the type of the allocation alone, so that its uses need no
  // conversion here.
  Value value = buffer.value;
  changes.push_back({SuggestionKind::LowerPrecision, buffer.getAllocation(),
                     buffer.getAllocation()->getLoc(), message,
                     [=](const IRMapping &map) {
                       map.lookup(value).setType(
                           MemRefType::Builder(type).setElementType(half));
                     }});
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

namespace {

/// One dimension of a parallel loop, all of whose numbers are known.
struct Dimension {
  unsigned index;
  int64_t lower, step, count;

  /// The bound between the two halves; the first is not the smaller one.
  int64_t getMiddle() const { return lower + (count + 1) / 2 * step; }
};

} // namespace

/// The dimension with the most iterations, at least two.
static std::optional<Dimension> findLongest(LoopLikeOpInterface loop) {
  auto lowers = loop.getLoopLowerBounds(), uppers = loop.getLoopUpperBounds(),
       steps = loop.getLoopSteps();
  if (!lowers || !uppers || !steps)
    return std::nullopt;
  std::optional<Dimension> longest;
  for (unsigned i = 0; i < lowers->size(); ++i) {
    std::optional<int64_t> lower = getConstantIntValue((*lowers)[i]),
                           upper = getConstantIntValue((*uppers)[i]),
                           step = getConstantIntValue((*steps)[i]);
    // Far from where the sums below could wrap.
    constexpr int64_t kLimit = int64_t(1) << 60;
    if (!lower || !upper || !step || *step <= 0 || *lower < -kLimit ||
        *upper > kLimit || *upper <= *lower || *step > kLimit)
      continue;
    int64_t count = (*upper - *lower - 1) / *step + 1;
    if (count >= 2 && (!longest || count > longest->count))
      longest = Dimension{i, *lower, *step, count};
  }
  return longest;
}

/// Makes `first` and `second`, copies of one loop, its two halves.
static void setHalves(Operation *first, Operation *second,
                      const Dimension &dimension) {
  int64_t middle = dimension.getMiddle();
  if (auto parallel = dyn_cast<scf::ParallelOp>(first)) {
    OpBuilder builder(first);
    Value bound =
        arith::ConstantIndexOp::create(builder, first->getLoc(), middle);
    parallel.getUpperBoundMutable()[dimension.index].assign(bound);
    cast<scf::ParallelOp>(second)
        .getLowerBoundMutable()[dimension.index]
        .assign(bound);
    return;
  }
  auto set = [&](ArrayRef<int64_t> bounds) {
    SmallVector<int64_t> changed(bounds);
    changed[dimension.index] = middle;
    return changed;
  };
  auto before = cast<scf::ForallOp>(first), after = cast<scf::ForallOp>(second);
  before.setStaticUpperBound(set(before.getStaticUpperBound()));
  after.setStaticLowerBound(set(after.getStaticLowerBound()));
}

/// Whether the bounds of `loop` in this dimension can be set.
static bool canSetBounds(Operation *loop, const Dimension &dimension) {
  if (isa<scf::ParallelOp>(loop))
    return true;
  auto forall = dyn_cast<scf::ForallOp>(loop);
  return forall &&
         !ShapedType::isDynamic(
             forall.getStaticLowerBound()[dimension.index]) &&
         !ShapedType::isDynamic(forall.getStaticUpperBound()[dimension.index]);
}

void findSplitLoop(Operation *loop, Changes &changes) {
  auto like = dyn_cast<LoopLikeOpInterface>(loop);
  if (!like || loop->getNumResults() != 0)
    return;
  std::optional<Dimension> dimension = findLongest(like);
  if (!dimension || !canSetBounds(loop, *dimension))
    return;
  changes.push_back({SuggestionKind::SplitLoop, loop, loop->getLoc(),
                     "run this parallel loop as two halves, one after the "
                     "other, split at " +
                         std::to_string(dimension->getMiddle()) +
                         " in dimension " + std::to_string(dimension->index),
                     [=](const IRMapping &map) {
                       Operation *first = map.lookup(loop);
                       Operation *second = first->clone();
                       first->getBlock()->getOperations().insertAfter(
                           first->getIterator(), second);
                       setHalves(first, second, *dimension);
                     }});
}

} // namespace langone::resource
