//===- BufferSize.cpp - how many bytes a memref takes ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/BufferSize.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace langone::resource {

// DataLayout aborts on types without a layout, and differs from LLVM on
// integers of odd widths above 64 bits and on vectors of less than a byte; the
// lowering takes an index for 64 bits whatever the layout says. Ask only for
// what all agree on.
static bool hasLayout(Type type, const DataLayout &layout) {
  if (auto complex = dyn_cast<ComplexType>(type))
    return hasLayout(complex.getElementType(), layout);
  if (getElementTypeOrSelf(type).isIndex() &&
      layout.getTypeSizeInBits(IndexType::get(type.getContext())) != 64)
    return false;
  if (auto vector = dyn_cast<VectorType>(type)) {
    Type element = vector.getElementType();
    bool isWhole =
        element.isIndex() ||
        (element.isIntOrFloat() && element.getIntOrFloatBitWidth() >= 8 &&
         llvm::isPowerOf2_64(element.getIntOrFloatBitWidth()));
    return vector.getRank() != 0 && !vector.isScalable() && isWhole;
  }
  if (auto integer = dyn_cast<IntegerType>(type))
    return integer.getWidth() <= 64 || integer.getWidth() == 128;
  return isa<IndexType, FloatType, DataLayoutTypeInterface>(type);
}

std::optional<uint64_t> getElementBytes(Type element,
                                        const DataLayout &layout) {
  if (!hasLayout(element, layout))
    return std::nullopt;
  llvm::TypeSize size = layout.getTypeSize(element);
  if (size.isScalable())
    return std::nullopt;
  return llvm::alignTo(size.getFixedValue(),
                       layout.getTypeABIAlignment(element));
}

uint64_t getElementAlignment(Type element, const DataLayout &layout) {
  if (!hasLayout(element, layout))
    return 1;
  // LLVM assumes more than MLIR's default layout says, of i64 for example.
  return std::max<uint64_t>({1, layout.getTypeABIAlignment(element),
                             layout.getTypePreferredAlignment(element)});
}

BufferSize BufferSize::get(MemRefType type, const DataLayout &layout) {
  if (!type.hasStaticShape())
    return UnknownSize::Dynamic;
  if (!type.getLayout().isIdentity())
    return UnknownSize::Layout;
  std::optional<uint64_t> bytes =
      getElementBytes(type.getElementType(), layout);
  if (!bytes)
    return UnknownSize::ElementType;
  if (llvm::is_contained(type.getShape(), 0))
    return 0;
  for (int64_t size : type.getShape()) {
    bytes = llvm::checkedMulUnsigned<uint64_t>(*bytes, size);
    if (!bytes)
      return UnknownSize::Overflow;
  }
  return *bytes;
}

const char *BufferSize::getReason() const {
  switch (reason) {
  case UnknownSize::Dynamic:
    return "its shape is dynamic";
  case UnknownSize::Layout:
    return "its layout is not the identity";
  case UnknownSize::ElementType:
    return "its element type has no known size";
  case UnknownSize::Overflow:
    return "its size does not fit into 64 bits";
  }
  llvm_unreachable("unknown reason");
}

} // namespace langone::resource
