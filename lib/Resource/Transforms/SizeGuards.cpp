//===- SizeGuards.cpp - checks of what is assumed at entry ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SizeGuards.h"

#include "langone/Resource/IR/ResourceOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace langone::resource;

static std::string describe(FunctionOpInterface function,
                            const EntryAssumption &assumption) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (assumption.dim != SizeLeaf::kNoDim)
    os << "dimension " << assumption.dim << " of ";
  os << "argument " << assumption.argument << " of '@" << function.getName()
     << "'";
  if (assumption.bounds.lower)
    os << ", at least " << *assumption.bounds.lower;
  return text;
}

/// The number that an assumption is about, as an index.
static Value getNumber(OpBuilder &builder, FunctionOpInterface function,
                       const EntryAssumption &assumption) {
  Location loc = function.getLoc();
  Value argument = function.getArgument(assumption.argument);
  if (assumption.dim != SizeLeaf::kNoDim)
    return memref::DimOp::create(builder, loc, argument, assumption.dim);
  if (argument.getType().isIndex())
    return argument;
  return arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                    argument);
}

bool langone::resource::hasSizeGuards(FunctionOpInterface function) {
  return llvm::any_of(
      function.getFunctionBody().front().getOps<GuardOp>(),
      [](GuardOp guard) { return guard.getSubject() == GuardSubject::Size; });
}

void langone::resource::insertSizeGuards(
    OpBuilder &builder, FunctionOpInterface function,
    ArrayRef<EntryAssumption> assumptions) {
  if (hasSizeGuards(function))
    return;
  Location loc = function.getLoc();
  for (const EntryAssumption &assumption : assumptions) {
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(builder, loc, value);
    };
    constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
    int64_t upper = assumption.bounds.upper.value_or(kMost);
    Value number = getNumber(builder, function, assumption);
    // A guard compares unsigned: what is below the lower bound becomes the
    // largest number. Dimensions are not negative, so 0 needs no check.
    bool isDim = assumption.dim != SizeLeaf::kNoDim;
    int64_t lower =
        assumption.bounds.lower.value_or(std::numeric_limits<int64_t>::min());
    if (isDim ? lower > 0 : lower >= 0) {
      Value isBelow = arith::CmpIOp::create(
          builder, loc, arith::CmpIPredicate::slt, number, constant(lower));
      number =
          arith::SelectOp::create(builder, loc, isBelow, constant(-1), number);
    } else if (!isDim) {
      // Shifted so that the lower bound is 0.
      number = arith::SubIOp::create(builder, loc, number, constant(lower));
      upper = static_cast<int64_t>(static_cast<uint64_t>(upper) -
                                   static_cast<uint64_t>(lower));
    }
    GuardOp::create(
        builder, loc,
        GuardSubjectAttr::get(builder.getContext(), GuardSubject::Size), number,
        constant(upper), builder.getStringAttr(describe(function, assumption)),
        OnExceedAttr::get(builder.getContext(), OnExceed::Error));
  }
}
