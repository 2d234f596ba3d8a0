//===- ResourceOps.cpp - arenas and pools ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/IR/ResourceOps.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using namespace langone::resource;

/// An enumeration as a bare keyword.
template <typename AttrT>
static ParseResult parseKeyword(OpAsmParser &parser, AttrT &attribute) {
  using ValueT = decltype(attribute.getValue());
  FailureOr<ValueT> value = FieldParser<ValueT, ValueT>::parse(parser);
  if (failed(value))
    return failure();
  attribute = AttrT::get(parser.getContext(), *value);
  return success();
}

static void printKeyword(OpAsmPrinter &printer, Operation *,
                         GuardSubjectAttr subject) {
  printer << stringifyGuardSubject(subject.getValue());
}

static void printKeyword(OpAsmPrinter &printer, Operation *,
                         OnExceedAttr onExceed) {
  printer << stringifyOnExceed(onExceed.getValue());
}

#define GET_OP_CLASSES
#include "langone/Resource/IR/ResourceOps.cpp.inc"

LogicalResult ArenaAcquireOp::verify() {
  // arena_acquire_c1: the type or an operand says how large it is, not both.
  auto type = cast<MemRefType>(getArena().getType());
  if (type.hasStaticShape() == static_cast<bool>(getSize()))
    return emitOpError(getSize() ? "has a size for an arena of static size"
                                 : "needs a size for an arena of dynamic size");
  return success();
}

// The bytes, and an offset for each size.
LogicalResult ArenaPlanOp::inferReturnTypes(MLIRContext *context,
                                            std::optional<Location>,
                                            ValueRange operands, DictionaryAttr,
                                            OpaqueProperties, RegionRange,
                                            SmallVectorImpl<Type> &types) {
  types.assign(operands.size() + 1, IndexType::get(context));
  return success();
}

LogicalResult ArenaPlanOp::verify() {
  size_t count = getSizes().size();
  // arena_plan_c1: every buffer has all of it.
  if (getLifetimes().size() != 2 * count || getAlignments().size() != count)
    return emitOpError("needs two ends of a lifetime and one alignment for "
                       "each size");
  for (size_t i = 0; i < count; ++i) {
    // arena_plan_c2: a lifetime is not empty.
    if (getLifetimes()[2 * i] >= getLifetimes()[2 * i + 1])
      return emitOpError("has an empty lifetime for buffer ") << i;
    // arena_plan_c3: an alignment is a power of two.
    int64_t alignment = getAlignments()[i];
    if (alignment <= 0 || !llvm::isPowerOf2_64(alignment))
      return emitOpError("has an alignment of ")
             << alignment << " bytes, which is not a power of two";
  }
  return success();
}

LogicalResult PoolAllocOp::verify() {
  MemRefType type = getMemref().getType();
  size_t numSizes = getDynamicSizes().size();
  // pool_alloc_c1: one size for each dynamic dimension.
  if (numSizes != static_cast<size_t>(type.getNumDynamicDims())) {
    return emitOpError("has ")
           << numSizes << " sizes for " << type.getNumDynamicDims()
           << " dynamic dimensions";
  }
  // pool_alloc_c2: a pool gives contiguous memory.
  if (!type.getLayout().isIdentity())
    return emitOpError("needs an identity layout, not ") << type;
  // pool_alloc_c3: the runtime's pool is host memory.
  if (type.getMemorySpace())
    return emitOpError("needs the default memory space, not ") << type;
  return success();
}

std::optional<Operation *> PoolAllocOp::buildDealloc(OpBuilder &builder,
                                                     Value alloc) {
  return PoolDeallocOp::create(builder, alloc.getLoc(), alloc).getOperation();
}

std::optional<Value> PoolAllocOp::buildClone(OpBuilder &builder, Value alloc) {
  return bufferization::CloneOp::create(builder, alloc.getLoc(), alloc)
      .getResult();
}
