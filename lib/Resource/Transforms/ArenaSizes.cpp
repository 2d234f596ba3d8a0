//===- ArenaSizes.cpp - code that computes a symbolic plan ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ArenaSizes.h"

#include "langone/Resource/IR/ResourceOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/SmallVectorExtras.h"

#include <numeric>

using namespace mlir;
using namespace langone::resource;

namespace {

class Emitter {
public:
  Emitter(ImplicitLocOpBuilder &builder, const FunctionPlan &plan,
          const MemoryPlan &module, const SizeBounds &bounds,
          ArrayRef<Value> leaves)
      : builder(builder), plan(plan), symbolic(*plan.symbolic), module(module),
        bounds(bounds), leaves(leaves),
        isExact(symbolic.getUpperBytes().has_value()) {}

  EmittedArena emit() {
    EmittedArena arena;
    for (auto [size, owner] : llvm::zip_equal(symbolic.getSizes(), plan.owners))
      arena.sizes.push_back(size.callee ? emitSlice(size, owner)
                                        : emitExpr(size.expr));
    for (const langone::planner::OrderedPlan &order :
         symbolic.getOrders().plans) {
      auto [bytes, offsets] = emitOrder(order, arena.sizes);
      if (!arena.bytes) {
        arena.bytes = bytes;
        arena.offsets = std::move(offsets);
        continue;
      }
      // The lowest of the orders.
      Value isLower = arith::CmpIOp::create(builder, arith::CmpIPredicate::ult,
                                            bytes, arena.bytes);
      arena.bytes = arith::MinUIOp::create(builder, bytes, arena.bytes);
      for (auto [offset, lower] : llvm::zip_equal(arena.offsets, offsets))
        offset = arith::SelectOp::create(builder, isLower, lower, offset);
    }
    if (symbolic.isPlannedAtEntry())
      planAtEntry(arena);
    return arena;
  }

private:
  /// What the planner finds for the sizes at hand, where that is lower.
  void planAtEntry(EmittedArena &arena) {
    SmallVector<int64_t> lifetimes, alignments;
    for (const langone::planner::Buffer &buffer :
         symbolic.getProblem().buffers) {
      lifetimes.append({buffer.lower, buffer.upper});
      alignments.push_back(static_cast<int64_t>(buffer.alignment));
    }
    auto planned =
        ArenaPlanOp::create(builder, arena.sizes, lifetimes, alignments);
    Value isLower = arith::CmpIOp::create(builder, arith::CmpIPredicate::ult,
                                          planned.getBytes(), arena.bytes);
    arena.bytes =
        arith::MinUIOp::create(builder, planned.getBytes(), arena.bytes);
    for (auto [offset, lower] :
         llvm::zip_equal(arena.offsets, planned.getOffsets()))
      offset = arith::SelectOp::create(builder, isLower, lower, offset);
  }

  Value constant(int64_t value) {
    Value &known = constants[value];
    if (!known)
      known = arith::ConstantIndexOp::create(builder, value);
    return known;
  }

  /// `value`, which is not negative, or kSaturated if that is less.
  Value cut(Value value) {
    return arith::MinUIOp::create(builder, value,
                                  constant(SizeBounds::kSaturated));
  }

  //===--------------------------------------------------------------------===//
  // Sizes
  //===--------------------------------------------------------------------===//

  Value emitSlice(const SymbolicSize &size, Operation *call) {
    // The callee has no arena after all.
    const FunctionPlan *callee = module.getSliceOf(cast<CallOpInterface>(call));
    if (!callee)
      return constant(0);
    SmallVector<Value> arguments;
    for (AffineExpr leaf : size.leaves)
      arguments.push_back(leaf ? emitExpr(leaf) : constant(0));
    std::string function =
        (callee->function.getName() + kArenaBytesSuffix).str();
    Value bytes = func::CallOp::create(builder, function,
                                       builder.getIndexType(), arguments)
                      .getResult(0);
    // Never more, which whoever reads this code need not find out.
    return arith::MinUIOp::create(builder, bytes,
                                  constant(static_cast<int64_t>(*size.upper)));
  }

  Value emitExpr(AffineExpr expr) {
    if (Value known = values.lookup(expr))
      return known;
    Value value =
        bounds.isExactAtEntry(expr) ? emitExact(expr) : emitSaturated(expr);
    values[expr] = value;
    return value;
  }

  Value emitSymbol(AffineExpr expr) {
    const SizeSymbols::Symbol &symbol = bounds.getSymbols().lookup(expr);
    if (symbol.kind == SizeSymbols::Kind::Leaf)
      return leaves[llvm::find(symbolic.getLeaves(), symbol.leaf) -
                    symbolic.getLeaves().begin()];
    Value value = emitExpr(symbol.operands.front());
    for (AffineExpr operand : ArrayRef(symbol.operands).drop_front()) {
      Value other = emitExpr(operand);
      value = symbol.kind == SizeSymbols::Kind::Max
                  ? Value(arith::MaxSIOp::create(builder, value, other))
                  : Value(arith::MinSIOp::create(builder, value, other));
    }
    return value;
  }

  Value emitExact(AffineExpr expr) {
    if (auto number = dyn_cast<AffineConstantExpr>(expr))
      return constant(number.getValue());
    if (isa<AffineSymbolExpr>(expr))
      return emitSymbol(expr);
    auto binary = cast<AffineBinaryOpExpr>(expr);
    Value lhs = emitExpr(binary.getLHS()), rhs = emitExpr(binary.getRHS());
    switch (expr.getKind()) {
    case AffineExprKind::Add:
      return arith::AddIOp::create(builder, lhs, rhs);
    case AffineExprKind::Mul:
      return arith::MulIOp::create(builder, lhs, rhs);
    case AffineExprKind::FloorDiv:
      return arith::FloorDivSIOp::create(builder, lhs, rhs);
    case AffineExprKind::CeilDiv:
      return arith::CeilDivSIOp::create(builder, lhs, rhs);
    case AffineExprKind::Mod: {
      Value quotient = arith::FloorDivSIOp::create(builder, lhs, rhs);
      Value whole = arith::MulIOp::create(builder, quotient, rhs);
      return arith::SubIOp::create(builder, lhs, whole);
    }
    default:
      llvm_unreachable("not an expression of sizes");
    }
  }

  /// What SizeBounds::isComputableAtEntry lets through.
  Value emitSaturated(AffineExpr expr) {
    if (isa<AffineSymbolExpr>(expr)) {
      bool isLeaf =
          bounds.getSymbols().lookup(expr).kind == SizeSymbols::Kind::Leaf;
      Value value = emitSymbol(expr);
      // A leaf stays as it is, whatever its sign: who uses it cuts.
      return isLeaf ? value
                    : arith::MinSIOp::create(builder, value,
                                             constant(SizeBounds::kSaturated));
    }
    auto binary = cast<AffineBinaryOpExpr>(expr);
    Value lhs = cut(emitExpr(binary.getLHS()));
    Value rhs = cut(emitExpr(binary.getRHS()));
    if (expr.getKind() == AffineExprKind::Add)
      return cut(arith::AddIOp::create(builder, lhs, rhs));
    auto product = arith::MulUIExtendedOp::create(builder, lhs, rhs);
    Value isSmall = arith::CmpIOp::create(builder, arith::CmpIPredicate::eq,
                                          product.getHigh(), constant(0));
    return arith::SelectOp::create(builder, isSmall, cut(product.getLow()),
                                   constant(SizeBounds::kSaturated));
  }

  //===--------------------------------------------------------------------===//
  // Offsets
  //===--------------------------------------------------------------------===//

  /// A number that surely divides the bytes of a buffer.
  uint64_t getDivisor(unsigned buffer) const {
    AffineExpr expr = symbolic.getSizes()[buffer].expr;
    if (!expr || !bounds.isExactAtEntry(expr))
      return 1;
    int64_t divisor = expr.getLargestKnownDivisor();
    return divisor > 0 ? static_cast<uint64_t>(divisor) : 1;
  }

  std::pair<Value, SmallVector<Value>>
  emitOrder(const langone::planner::OrderedPlan &order, ArrayRef<Value> sizes) {
    const auto &buffers = symbolic.getProblem().buffers;
    SmallVector<Value> offsets(buffers.size()), ends(buffers.size());
    // What divides the end of each buffer.
    SmallVector<uint64_t> divisors(buffers.size());
    auto getHighest = [&](ArrayRef<size_t> below) {
      Value highest = constant(0);
      for (auto [index, other] : llvm::enumerate(below))
        highest = index == 0
                      ? ends[other]
                      : arith::MaxUIOp::create(builder, highest, ends[other]);
      return highest;
    };
    for (size_t buffer : order.order) {
      uint64_t alignment = buffers[buffer].alignment;
      Value offset = getHighest(order.below[buffer]);
      bool isAligned = llvm::all_of(order.below[buffer], [&](size_t other) {
        return divisors[other] % alignment == 0;
      });
      offsets[buffer] = isAligned ? offset : alignUp(offset, alignment);
      divisors[buffer] = std::gcd(alignment, getDivisor(buffer));
      Value end = offsets[buffer];
      // Aligned offsets at 0 have every divisor.
      if (order.below[buffer].empty())
        end = sizes[buffer], divisors[buffer] = getDivisor(buffer);
      else
        end = arith::AddIOp::create(builder, end, sizes[buffer]);
      ends[buffer] = isExact ? end : cut(end);
    }
    return {getHighest(order.top), offsets};
  }

  Value alignUp(Value value, uint64_t alignment) {
    Value unit = constant(static_cast<int64_t>(alignment));
    Value units = arith::CeilDivUIOp::create(builder, value, unit);
    return arith::MulIOp::create(builder, units, unit);
  }

  ImplicitLocOpBuilder &builder;
  const FunctionPlan &plan;
  const SymbolicPlan &symbolic;
  const MemoryPlan &module;
  const SizeBounds &bounds;
  ArrayRef<Value> leaves;
  /// No sum of sizes can reach kSaturated.
  bool isExact;
  DenseMap<AffineExpr, Value> values;
  DenseMap<int64_t, Value> constants;
};

} // namespace

SmallVector<Value> langone::resource::emitLeaves(OpBuilder &builder,
                                                 Location loc,
                                                 const SymbolicPlan &plan) {
  SmallVector<Value> values;
  for (auto [number, leaf] : llvm::enumerate(plan.getLeaves())) {
    if (!plan.usesLeaf(number))
      values.emplace_back();
    else if (leaf.isDim())
      values.push_back(
          memref::DimOp::create(builder, loc, leaf.value, leaf.dim));
    else if (leaf.value.getType().isIndex())
      values.push_back(leaf.value);
    else
      values.push_back(arith::IndexCastOp::create(
          builder, loc, builder.getIndexType(), leaf.value));
  }
  return values;
}

EmittedArena langone::resource::emitArena(OpBuilder &builder, Location loc,
                                          const FunctionPlan &plan,
                                          const MemoryPlan &module,
                                          const SizeBounds &bounds,
                                          ArrayRef<Value> leaves) {
  ImplicitLocOpBuilder located(loc, builder);
  return Emitter(located, plan, module, bounds, leaves).emit();
}
