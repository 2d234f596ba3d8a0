//===- BytecodeTest.cpp - bytecode that is new, cut off or odd ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestContext.h"

#include "mlir/Bytecode/BytecodeWriter.h"

#include <gtest/gtest.h>

using namespace mlir;

namespace langone::resource::test {
namespace {

constexpr llvm::StringLiteral kModule = R"mlir(
func.func private @outside() attributes {
  langone_resource.cost = #langone_resource.cost<memory = 4096>}
func.func @inside(%x: memref<?x4xf32> {
    langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 64, ?]>,
    langone_resource.range = #langone_resource.range<-1.0, 1.0>})
    attributes {
  langone_resource.memory_budget =
      #langone_resource.memory_budget<64 KiB, soft = 48 KiB, on_exceed = warn>,
  langone_resource.gpu_budget = #langone_resource.gpu_budget<1 MiB, device = 0>,
  langone_resource.precision =
      #langone_resource.precision<FP16, max_error = 1.0e-3>,
  langone_resource.verdict = #langone_resource.verdict<proven, peak = 64>,
  langone_resource.plan = #langone_resource.plan<arena = 64, alignment = 64,
      lower_bound = 64, placement = runtime, status = optimal>} {
  %arena = langone_resource.arena.acquire alignment(64) : memref<64xi8>
  langone_resource.arena.release %arena : memref<64xi8>
  %pooled = langone_resource.pool.alloc() : memref<4xf32>
  langone_resource.pool.dealloc %pooled : memref<4xf32>
  %limit = arith.constant 64 : index
  langone_resource.guard footprint %limit at_most %limit, "memory of '@inside'"
      on_exceed(fallback)
  %same = langone_resource.scope "inside"
      budget(#langone_resource.memory_budget<64 KiB>) predicted(64)
      sites(["inside#0"]) -> index {
    langone_resource.yield %limit : index
  }
  return
}
)mlir";

std::string getBytecode(TestContext &context) {
  OwningOpRef<ModuleOp> module = context.parse(kModule);
  std::string bytecode;
  llvm::raw_string_ostream os(bytecode);
  EXPECT_TRUE(module && succeeded(writeBytecodeToFile(*module, os)))
      << context.takeErrors();
  return bytecode;
}

TEST(Bytecode, AttributesAndOpsReadBack) {
  TestContext context;
  OwningOpRef<ModuleOp> module = context.parse(kModule);
  ASSERT_TRUE(module) << context.takeErrors();
  OwningOpRef<ModuleOp> decoded = context.parse(getBytecode(context));
  ASSERT_TRUE(decoded) << context.takeErrors();
  EXPECT_EQ(print(*decoded), print(*module));
}

// Nothing else in the file says where the version is: try each byte that may
// hold it. A number below 128 is written as twice itself, plus one.
TEST(Bytecode, NewerVersionIsRefused) {
  TestContext context;
  std::string bytecode = getBytecode(context);
  const char version1 = 1 * 2 + 1, version2 = 2 * 2 + 1;
  std::string errors;
  for (size_t i = 0; i < bytecode.size() / 2; ++i) {
    if (bytecode[i] != version1)
      continue;
    std::string patched = bytecode;
    patched[i] = version2;
    bool accepted = static_cast<bool>(context.parse(patched));
    errors = context.takeErrors();
    if (errors.find("langone_resource bytecode") == std::string::npos)
      continue;
    EXPECT_FALSE(accepted);
    EXPECT_NE(errors.find("langone_resource bytecode has version 2, but this "
                          "tool reads at most version 1"),
              std::string::npos)
        << errors;
    return;
  }
  FAIL() << "no version of the dialect in its bytecode";
}

TEST(Bytecode, TruncatedFileIsAnError) {
  TestContext context;
  std::string bytecode = getBytecode(context);
  // Without the magic number it would be read as text.
  for (size_t length = 4; length < bytecode.size(); ++length) {
    SCOPED_TRACE(length);
    EXPECT_FALSE(context.parse(bytecode.substr(0, length)));
    EXPECT_FALSE(context.takeErrors().empty());
  }
}

} // namespace
} // namespace langone::resource::test
