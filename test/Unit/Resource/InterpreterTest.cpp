//===- InterpreterTest.cpp - the interpreter sees every mistake -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A test that cannot fail proves nothing: each kind of mistake, once.
//
//===----------------------------------------------------------------------===//

#include "Executions.h"

#include <gtest/gtest.h>

namespace langone::resource::test {
namespace {

Execution runBody(llvm::StringRef body, InterpreterOptions options = {}) {
  static auto *context = new TestContext;
  std::string text = "func.func private @observe_f32(f32)\n"
                     "func.func @f() {\n"
                     "  %c0 = arith.constant 0 : index\n"
                     "  %c1 = arith.constant 1 : index\n"
                     "  %c2 = arith.constant 2 : index\n"
                     "  %c8 = arith.constant 8 : index\n"
                     "  %v = arith.constant 1.0 : f32\n" +
                     body.str() + "  return\n}\n";
  auto module = context->parse(text);
  EXPECT_TRUE(module) << context->takeErrors();
  if (!module)
    return {};
  return execute(*module, "f", 0, options);
}

void expectMistake(llvm::StringRef mistake, llvm::StringRef body,
                   InterpreterOptions options = {}) {
  EXPECT_EQ(llvm::StringRef(runBody(body, options).error).split(" at ").first,
            mistake);
}

TEST(Interpreter, IndexOutOfBounds) {
  expectMistake("index out of bounds", R"(
    %a = memref.alloc() : memref<2xf32>
    memref.store %v, %a[%c2] : memref<2xf32>
  )");
}

TEST(Interpreter, ViewOutOfBounds) {
  expectMistake("access out of bounds", R"(
    %a = langone_resource.arena.acquire : memref<8xi8>
    %b = memref.view %a[%c8][] : memref<8xi8> to memref<2xf32>
    memref.store %v, %b[%c0] : memref<2xf32>
  )");
}

TEST(Interpreter, UseAfterFree) {
  expectMistake("access to memory that is freed", R"(
    %a = memref.alloc() : memref<2xf32>
    memref.dealloc %a : memref<2xf32>
    memref.store %v, %a[%c0] : memref<2xf32>
  )");
}

TEST(Interpreter, DoubleFree) {
  expectMistake("memory is freed twice", R"(
    %a = memref.alloc() : memref<2xf32>
    memref.dealloc %a : memref<2xf32>
    memref.dealloc %a : memref<2xf32>
  )");
}

TEST(Interpreter, FreeOfAnotherKind) {
  expectMistake("memory is freed in another way than it was allocated", R"(
    %a = langone_resource.pool.alloc() : memref<2xf32>
    memref.dealloc %a : memref<2xf32>
  )");
}

TEST(Interpreter, FreeInsideAnArena) {
  expectMistake("memory is freed by an address inside it", R"(
    %a = langone_resource.arena.acquire : memref<16xi8>
    %b = memref.view %a[%c8][] : memref<16xi8> to memref<2xf32>
    memref.dealloc %b : memref<2xf32>
  )");
}

TEST(Interpreter, ReadOfFreshMemory) {
  expectMistake("read of memory that nobody wrote", R"(
    %a = memref.alloc() : memref<2xf32>
    %b = memref.load %a[%c0] : memref<2xf32>
  )");
}

TEST(Interpreter, BuffersThatShareTheirPlace) {
  InterpreterOptions options;
  options.poisonViews = true;
  expectMistake("read of memory that nobody wrote", R"(
    %a = langone_resource.arena.acquire : memref<16xi8>
    %b = memref.view %a[%c8][] : memref<16xi8> to memref<2xf32>
    memref.store %v, %b[%c0] : memref<2xf32>
    %c = memref.view %a[%c8][] : memref<16xi8> to memref<1xf32>
    %d = memref.load %b[%c0] : memref<2xf32>
  )",
                options);
}

TEST(Interpreter, IterationsThatShareABuffer) {
  expectMistake("write to what is used in parallel", R"(
    %a = memref.alloc() : memref<2xf32>
    scf.parallel (%i) = (%c0) to (%c2) step (%c1) {
      memref.store %v, %a[%c0] : memref<2xf32>
      scf.reduce
    }
  )");
}

TEST(Interpreter, MisalignedView) {
  expectMistake("a buffer is not aligned to 4 bytes", R"(
    %a = langone_resource.arena.acquire : memref<16xi8>
    %b = memref.view %a[%c1][] : memref<16xi8> to memref<2xf32>
  )");
}

TEST(Interpreter, PeakAndBytesAtExit) {
  Execution execution = runBody(R"(
    %a = memref.alloc() : memref<8xf32>
    %b = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<8xf32>
    %c = memref.alloc() : memref<2xf32>
  )");
  EXPECT_EQ(execution.error, "");
  EXPECT_EQ(execution.total.peak, 48u);
  EXPECT_EQ(execution.total.atExit, 24u);
}

TEST(Interpreter, WhatNobodyWroteMayBeAnything) {
  EXPECT_EQ(findDifference({1, kUnwritten, 3}, {1, 2, 3}), std::nullopt);
  EXPECT_EQ(findDifference({1, 2, 3}, {1, kUnwritten, 3}), 1u);
  EXPECT_EQ(findDifference({1, 2, 3}, {1, 2}), 2u);
}

TEST(Interpreter, PeaksOfIterationsMayCoincide) {
  Execution execution = runBody(R"(
    scf.parallel (%i) = (%c0) to (%c8) step (%c1) {
      %a = memref.alloc() : memref<8xf32>
      memref.dealloc %a : memref<8xf32>
      scf.reduce
    }
  )");
  EXPECT_EQ(execution.total.peak, 8 * 32u);
  EXPECT_EQ(execution.total.atExit, 0u);
}

} // namespace
} // namespace langone::resource::test
