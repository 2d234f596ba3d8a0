//===- InterpreterArguments.cpp - what callers give to entries ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Interpreter.h"

#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;

namespace langone::resource::test {

uint64_t drawNumber(func::FuncOp entry, unsigned argument,
                    Decisions &decisions) {
  decisions.reach(entry.getArgument(argument).getAsOpaquePointer());
  if (auto range =
          entry.getArgAttrOfType<RangeAttr>(argument, ResourceDialect::kRange))
    return decisions.decideSize(
        static_cast<uint64_t>(range.getLower().getValueAsDouble()),
        static_cast<uint64_t>(range.getUpper().getValueAsDouble()));
  return decisions.decide(
      entry.getArgument(argument).getType().isInteger(1) ? 2 : 3);
}

SmallVector<int64_t, 2> drawShape(func::FuncOp entry, unsigned argument,
                                  Decisions &decisions) {
  constexpr int64_t kUndeclared = 8;
  decisions.reach(entry.getArgument(argument).getAsOpaquePointer());
  auto type = cast<MemRefType>(entry.getArgument(argument).getType());
  auto bounds = entry.getArgAttrOfType<DimBoundsAttr>(
      argument, ResourceDialect::kDimBounds);
  SmallVector<int64_t, 2> shape(type.getShape());
  for (auto [dim, size] : llvm::enumerate(shape)) {
    if (!ShapedType::isDynamic(size))
      continue;
    bool isBounded =
        bounds && bounds.getUppers()[dim] != DimBoundsAttr::kUnbounded;
    size = static_cast<int64_t>(
        isBounded ? decisions.decideSize(bounds.getLowers()[dim],
                                         bounds.getUppers()[dim])
                  : decisions.decideSize(1, kUndeclared));
  }
  return shape;
}

uint64_t getArgumentElement(Type element, unsigned argument, int64_t position) {
  // Small numbers, whether they are read as integers or as floats.
  uint64_t bits = (argument + 1) * 3 + position % 5;
  auto real = dyn_cast<FloatType>(element);
  if (!real)
    return element.isInteger(1) ? bits & 1 : bits;
  bool inexact;
  llvm::APFloat number(static_cast<double>(bits));
  number.convert(real.getFloatSemantics(), llvm::APFloat::rmNearestTiesToEven,
                 &inexact);
  return number.bitcastToAPInt().getZExtValue();
}

RuntimeValues Interpreter::makeArguments(func::FuncOp entry) {
  auto requirements = symbols.lookup<func::FuncOp>(
      (entry.getName() + "_arena_requirements").str());
  RuntimeValues arguments;
  for (auto [index, type] : llvm::enumerate(entry.getArgumentTypes())) {
    bool isLast = index + 1 == entry.getNumArguments();
    if (!isa<MemRefType>(type))
      arguments.push_back({drawNumber(entry, index, decisions), {}});
    else if (requirements && isLast)
      arguments.push_back(makeArena(requirements, arguments));
    else
      arguments.push_back(makeBuffer(entry, index));
  }
  return arguments;
}

/// A buffer of the caller, with something in it.
RuntimeValue Interpreter::makeBuffer(func::FuncOp entry, unsigned argument) {
  auto type = cast<MemRefType>(entry.getArgument(argument).getType());
  unsigned bytes = getElementBytes(type.getElementType());
  RuntimeValue value;
  value.buffer.sizes = drawShape(entry, argument, decisions);
  value.buffer.strides = getStrides(value.buffer.sizes);
  value.buffer.base = memory.allocate(
      BlockKind::Caller, ShapedType::getNumElements(value.buffer.sizes) * bytes,
      bytes);
  forEachElement(value.buffer, [&](int64_t position) {
    uint64_t bits =
        getArgumentElement(type.getElementType(), argument, position);
    memory.store({value.buffer.base.block, position * bytes}, bytes, bits);
  });
  return value;
}

/// Of the size that its function asks for, given the numbers at its entry.
RuntimeValue Interpreter::makeArena(func::FuncOp requirements,
                                    const RuntimeValues &arguments) {
  RuntimeValues leaves;
  if (requirements.getNumArguments() != 0) {
    auto entry = symbols.lookup<func::FuncOp>(
        requirements.getName().drop_back(strlen("_arena_requirements")));
    for (auto [type, argument] :
         llvm::zip(entry.getArgumentTypes(), arguments)) {
      auto memref = dyn_cast<MemRefType>(type);
      if (!memref)
        leaves.push_back(argument);
      else
        for (auto [declared, size] :
             llvm::zip(memref.getShape(), argument.buffer.sizes))
          if (ShapedType::isDynamic(declared))
            leaves.push_back({static_cast<uint64_t>(size), {}});
    }
  }
  RuntimeValues needs = call(requirements, leaves);
  RuntimeValue arena;
  if (isOver())
    return arena;
  arena.buffer.base =
      memory.allocate(BlockKind::Caller, needs[0].bits, needs[1].bits);
  arena.buffer.sizes.push_back(needs[0].bits);
  arena.buffer.strides.push_back(1);
  return arena;
}

} // namespace langone::resource::test
