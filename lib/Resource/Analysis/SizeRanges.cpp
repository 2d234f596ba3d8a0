//===- SizeRanges.cpp - integer ranges that know declared bounds ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SizeRanges.h"

#include "mlir/Analysis/DataFlow/IntegerRangeAnalysis.h"
#include "mlir/Analysis/DataFlow/Utils.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/ShapedOpInterfaces.h"

using namespace mlir;

namespace langone::resource {

namespace {

ConstantIntRanges toRanges(const Interval &values, unsigned width) {
  Interval all = Interval::ofWidth(width);
  Interval bounded = all.meet(values);
  if (bounded.isEmpty())
    bounded = all;
  return ConstantIntRanges::fromSigned(
      APInt(width, *bounded.lower, /*isSigned=*/true),
      APInt(width, *bounded.upper, /*isSigned=*/true));
}

/// Upstream's analysis, except for what it knows nothing of.
class SeededRanges : public dataflow::IntegerRangeAnalysis {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SeededRanges)

  SeededRanges(DataFlowSolver &solver, SizeRanges::SeedFn seed)
      : IntegerRangeAnalysis(solver), seed(std::move(seed)) {}

  void setToEntryState(dataflow::IntegerValueRangeLattice *lattice) override {
    if (!joinSeed(lattice, isa<BlockArgument>(lattice->getAnchor())))
      IntegerRangeAnalysis::setToEntryState(lattice);
  }

  LogicalResult visitOperation(
      Operation *op,
      ArrayRef<const dataflow::IntegerValueRangeLattice *> operands,
      ArrayRef<dataflow::IntegerValueRangeLattice *> results) override {
    if (isa<ShapedDimOpInterface>(op) && results.size() == 1 &&
        joinSeed(results.front(), true))
      return success();
    return IntegerRangeAnalysis::visitOperation(op, operands, results);
  }

  // Upstream takes for granted that a loop with induction variables knows its
  // bounds; an affine loop knows constant ones only.
  void visitNonControlFlowArguments(
      Operation *op, const RegionSuccessor &successor,
      ArrayRef<dataflow::IntegerValueRangeLattice *> arguments,
      unsigned firstIndex) override {
    auto loop = dyn_cast<LoopLikeOpInterface>(op);
    if (loop && (!loop.getLoopLowerBounds() || !loop.getLoopUpperBounds() ||
                 !loop.getLoopSteps())) {
      unsigned end = firstIndex + successor.getSuccessorInputs().size();
      for (auto [index, argument] : llvm::enumerate(arguments))
        if (index < firstIndex || index >= end)
          setToEntryState(argument);
      return;
    }
    IntegerRangeAnalysis::visitNonControlFlowArguments(op, successor, arguments,
                                                       firstIndex);
  }

private:
  bool joinSeed(dataflow::IntegerValueRangeLattice *lattice, bool isSeeded) {
    Value value = lattice->getAnchor();
    unsigned width = ConstantIntRanges::getStorageBitwidth(value.getType());
    if (!isSeeded || width == 0 || width > 64)
      return false;
    propagateIfChanged(lattice, lattice->join(IntegerValueRange(
                                    toRanges(seed(value), width))));
    return true;
  }

  SizeRanges::SeedFn seed;
};

} // namespace

SizeRanges::SizeRanges(Operation *function, SeedFn seed)
    : solver(DataFlowConfig().setInterprocedural(false)) {
  dataflow::loadBaselineAnalyses(solver);
  solver.load<SeededRanges>(std::move(seed));
  isValid = succeeded(solver.initializeAndRun(function));
}

Interval SizeRanges::get(Value integer) const {
  if (!isValid)
    return {};
  const auto *lattice =
      solver.lookupState<dataflow::IntegerValueRangeLattice>(integer);
  if (!lattice || lattice->getValue().isUninitialized())
    return {};
  const ConstantIntRanges &range = lattice->getValue().getValue();
  unsigned width = range.smin().getBitWidth();
  if (width == 0 || width > 64)
    return {};
  // The ends of 64 bits say nothing.
  Interval values;
  if (width < 64 || !range.smin().isMinSignedValue())
    values.lower = range.smin().getSExtValue();
  if (width < 64 || !range.smax().isMaxSignedValue())
    values.upper = range.smax().getSExtValue();
  return values;
}

} // namespace langone::resource
