//===- BufferSizeTest.cpp - sizes as LLVM has them ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestContext.h"

#include "langone/Resource/Analysis/BufferSize.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "mlir/Target/LLVMIR/TypeToLLVM.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/LLVMContext.h"

#include <gtest/gtest.h>

using namespace mlir;

namespace langone::resource::test {
namespace {

constexpr llvm::StringLiteral kX86 = "e-m:e-p270:32:32-p271:32:32-p272:64:64-"
                                     "i64:64-i128:128-f80:128-n8:16:32:64-"
                                     "S128";

/// Bytes of the buffer in lowered code: the address of the element behind the
/// last one, of a buffer at address zero. The first such address is meant; what
/// some element types add in order to align what malloc gives is not.
std::optional<uint64_t> getLoweredBytes(ModuleOp module,
                                        const llvm::DataLayout &layout) {
  llvm::LLVMContext context;
  std::optional<uint64_t> bytes;
  module.walk([&](LLVM::GEPOp op) {
    if (bytes || !op.getBase().getDefiningOp<LLVM::ZeroOp>())
      return;
    uint64_t count = 0;
    if (auto constant =
            op.getDynamicIndices().empty()
                ? LLVM::ConstantOp()
                : op.getDynamicIndices()[0].getDefiningOp<LLVM::ConstantOp>())
      count = cast<IntegerAttr>(constant.getValue()).getInt();
    else
      count = op.getRawConstantIndices()[0];
    llvm::Type *element =
        LLVM::TypeToLLVMIRTranslator(context).translateType(op.getElemType());
    bytes = layout.getTypeAllocSize(element).getFixedValue() * count;
  });
  return bytes;
}

class BufferSizeOf : public testing::TestWithParam<const char *> {};

TEST_P(BufferSizeOf, IsWhatLoweredCodeAllocates) {
  TestContext context;
  for (StringRef shape : {"", "1x", "3x", "2x5x", "7x1x3x", "0x"}) {
    std::string type = ("memref<" + shape + GetParam() + ">").str();
    SCOPED_TRACE(type);
    OwningOpRef<ModuleOp> module = context.parse(
        "func.func @f() {\n  %0 = memref.alloc() : " + type + "\n  return\n}");
    ASSERT_TRUE(module) << context.takeErrors();
    MemRefType memref;
    module->walk([&](memref::AllocOp op) { memref = op.getType(); });
    BufferSize size = BufferSize::get(memref, DataLayout(*module));
    ASSERT_TRUE(context.run(*module, "convert-to-llvm"))
        << context.takeErrors();
    for (StringRef layout : {StringRef(), StringRef(kX86)}) {
      std::optional<uint64_t> lowered =
          getLoweredBytes(*module, llvm::DataLayout(layout));
      ASSERT_TRUE(lowered);
      if (size.isKnown())
        EXPECT_EQ(size.getBytes(), *lowered) << layout.str();
    }
  }
}

std::string nameOf(const testing::TestParamInfo<const char *> &info) {
  std::string name;
  for (char letter : std::string(info.param))
    name += llvm::isAlnum(letter) ? letter : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(
    Elements, BufferSizeOf,
    testing::Values("i1", "i3", "i8", "i16", "i24", "i32", "i48", "i64", "i65",
                    "i128", "f16", "bf16", "f32", "f64", "f80", "f128", "index",
                    "f8E4M3FN", "complex<f16>", "complex<f32>", "complex<f64>",
                    "complex<i8>", "vector<4xf32>", "vector<3xf32>",
                    "vector<3xi1>", "vector<2x3xf32>", "vector<16xi8>",
                    "vector<1xf64>", "vector<5xi16>"),
    nameOf);

} // namespace
} // namespace langone::resource::test
