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
                     "memref.global \"private\" constant @weights :\n"
                     "  memref<4xf32> = dense<1.0>\n"
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

TEST(Interpreter, WriteToAConstant) {
  expectMistake("write to a constant", R"(
    %a = memref.get_global @weights : memref<4xf32>
    memref.store %v, %a[%c0] : memref<4xf32>
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

TEST(Interpreter, ScopesRefuseWhatExceedsTheirBudget) {
  auto body = [](llvm::StringRef limit) {
    return ("langone_resource.scope \"s\" budget(<" + limit + R"(>) {
      %a = langone_resource.pool.alloc() : memref<8xf32>
      %b = langone_resource.pool.alloc() : memref<4xf32>
      langone_resource.yield
    }
    )")
        .str();
  };
  EXPECT_EQ(runBody(body("47 B")).refusal, Execution::Refusal::OnTheWay);
  EXPECT_EQ(runBody(body("47 B, on_exceed = warn")).refusal,
            Execution::Refusal::None);
  Execution fits = runBody(body("48 B"));
  EXPECT_EQ(fits.refusal, Execution::Refusal::None);
  EXPECT_EQ(fits.total.peak, 48u);
}

TEST(Interpreter, AccountsDoNotSeeTheHeap) {
  InterpreterOptions options;
  options.isCompiled = true;
  Execution execution = runBody(R"(
    %a = memref.alloc() : memref<8xf32>
    %b = langone_resource.pool.alloc() : memref<4xf32>
  )",
                                options);
  EXPECT_EQ(execution.total.peak, 16u);
}

TEST(Interpreter, GuardsOfFootprintsRefuse) {
  Execution execution = runBody(R"(
    langone_resource.guard footprint %c8 at_most %c2, "memory"
  )");
  EXPECT_EQ(execution.refusal, Execution::Refusal::AtEntry);
  EXPECT_EQ(execution.refusedBytes, 8u);
}

TEST(Interpreter, GuardsOfSizesHold) {
  expectMistake("a guard does not hold", R"(
    langone_resource.guard size %c8 at_most %c2, "size"
  )");
}

TEST(Interpreter, AssertionsHold) {
  expectMistake("an assertion does not hold", R"(
    %no = arith.cmpi ult, %c8, %c2 : index
    cf.assert %no, "size"
  )");
}

TEST(Interpreter, SizesAreComputed) {
  Execution execution = runBody(R"(
    %n = arith.ceildivui %c8, %c2 : index
    %m = affine.apply affine_map<(d0) -> (d0 * 2 + 1)>(%n)
    %k = affine.min affine_map<(d0) -> (d0, 5)>(%m)
    %a = memref.alloc(%k, %m) : memref<?x?xi8>
    %d = memref.dim %a, %c1 : memref<?x?xi8>
    %b = memref.alloc(%d) : memref<?xi8>
  )");
  EXPECT_EQ(execution.error, "");
  EXPECT_EQ(execution.total.peak, 5 * 9 + 9u);
}

TEST(Interpreter, NumbersOfMoreThan64Bits) {
  Execution execution = runBody(R"(
    %n = arith.constant 9223372036854775807 : i64
    %w = arith.extsi %n : i64 to i128
    %s = arith.addi %w, %w : i128
    %t = arith.trunci %s : i128 to i64
    %u = arith.extsi %t : i64 to i128
    %same = arith.cmpi eq, %s, %u : i128
    cf.assert %same, "fits"
  )");
  EXPECT_EQ(llvm::StringRef(execution.error).split(" at ").first,
            "an assertion does not hold");
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

TEST(Interpreter, TasksThatShareABuffer) {
  expectMistake("write to what is used in parallel", R"(
    %a = memref.alloc() : memref<2xf32>
    memref.store %v, %a[%c0] : memref<2xf32>
    %t = async.execute {
      %b = memref.load %a[%c0] : memref<2xf32>
      async.yield
    }
    %b = memref.load %a[%c0] : memref<2xf32>
    memref.store %v, %a[%c0] : memref<2xf32>
    async.await %t : !async.token
  )");
}

TEST(Interpreter, FreeOfWhatATaskReads) {
  expectMistake("write to what is used in parallel", R"(
    %a = memref.alloc() : memref<2xf32>
    memref.store %v, %a[%c0] : memref<2xf32>
    %t = async.execute {
      %b = memref.load %a[%c0] : memref<2xf32>
      async.yield
    }
    %u = async.execute {
      async.yield
    }
    async.await %u : !async.token
    memref.dealloc %a : memref<2xf32>
  )");
}

TEST(Interpreter, PlaceThatATaskMayStillUse) {
  InterpreterOptions options;
  options.poisonViews = true;
  expectMistake("write to what is used in parallel", R"(
    %a = langone_resource.arena.acquire : memref<8xi8>
    %b = memref.view %a[%c0][] : memref<8xi8> to memref<2xf32>
    %t = async.execute {
      memref.store %v, %b[%c0] : memref<2xf32>
      async.yield
    }
    %c = memref.view %a[%c0][] : memref<8xi8> to memref<1xf32>
    async.await %t : !async.token
  )",
                options);
}

TEST(Interpreter, TasksOfTasksGoOn) {
  expectMistake("write to what is used in parallel", R"(
    %a = memref.alloc() : memref<2xf32>
    %t = async.execute {
      %u = async.execute {
        memref.store %v, %a[%c0] : memref<2xf32>
        async.yield
      }
      async.yield
    }
    async.await %t : !async.token
    memref.store %v, %a[%c0] : memref<2xf32>
  )");
}

TEST(Interpreter, TasksInOrder) {
  Execution execution = runBody(R"(
    %a = memref.alloc() : memref<2xf32>
    %t = async.execute {
      memref.store %v, %a[%c0] : memref<2xf32>
      async.yield
    }
    %u = async.execute [%t] {
      %b = memref.load %a[%c0] : memref<2xf32>
      func.call @observe_f32(%b) : (f32) -> ()
      memref.store %v, %a[%c0] : memref<2xf32>
      async.yield
    }
    async.await %u : !async.token
    memref.dealloc %a : memref<2xf32>
  )");
  EXPECT_EQ(execution.error, "");
  EXPECT_EQ(execution.trace.size(), 1u);
}

TEST(Interpreter, TasksGiveValues) {
  Execution execution = runBody(R"(
    %t, %u = async.execute -> !async.value<memref<2xf32>> {
      %a = memref.alloc() : memref<2xf32>
      memref.store %v, %a[%c0] : memref<2xf32>
      async.yield %a : memref<2xf32>
    }
    %a = async.await %u : !async.value<memref<2xf32>>
    %b = memref.load %a[%c0] : memref<2xf32>
    func.call @observe_f32(%b) : (f32) -> ()
    memref.dealloc %a : memref<2xf32>
  )");
  EXPECT_EQ(execution.error, "");
  EXPECT_EQ(execution.trace.size(), 1u);
  EXPECT_EQ(execution.total.atExit, 0u);
}

TEST(Interpreter, PeaksOfTasksMayCoincide) {
  Execution execution = runBody(R"(
    %t = async.execute {
      %a = memref.alloc() : memref<8xf32>
      memref.dealloc %a : memref<8xf32>
      %b = memref.alloc() : memref<1xf32>
      async.yield
    }
    %u = async.execute {
      %a = memref.alloc() : memref<4xf32>
      memref.dealloc %a : memref<4xf32>
      async.yield
    }
    async.await %t : !async.token
    %a = memref.alloc() : memref<8xf32>
  )");
  EXPECT_EQ(execution.error, "");
  // The leaked 4 bytes, the second task at its peak, and 32 bytes.
  EXPECT_EQ(execution.total.peak, 52u);
  EXPECT_EQ(execution.total.atExit, 52u);
  EXPECT_EQ(execution.total.left, 36u);
}

TEST(Interpreter, TasksThatWaitDoNotCoincide) {
  Execution execution = runBody(R"(
    %t = async.execute {
      %a = memref.alloc() : memref<8xf32>
      memref.dealloc %a : memref<8xf32>
      async.yield
    }
    %u = async.execute [%t] {
      %a = memref.alloc() : memref<4xf32>
      memref.dealloc %a : memref<4xf32>
      async.yield
    }
    async.await %u : !async.token
  )");
  EXPECT_EQ(execution.total.peak, 32u);
  EXPECT_EQ(execution.total.atExit, 0u);
}

TEST(Interpreter, TasksMayNotHaveFreedYet) {
  Execution execution = runBody(R"(
    %a = memref.alloc() : memref<8xf32>
    %t = async.execute {
      memref.dealloc %a : memref<8xf32>
      async.yield
    }
    %b = memref.alloc() : memref<8xf32>
    async.await %t : !async.token
  )");
  EXPECT_EQ(execution.error, "");
  EXPECT_EQ(execution.total.peak, 64u);
  EXPECT_EQ(execution.total.atExit, 32u);
}

TEST(Interpreter, TasksThatWaitHaveNotFreedYet) {
  Execution execution = runBody(R"(
    %a = memref.alloc() : memref<4xf32>
    %t = async.execute {
      %b = memref.alloc() : memref<8xf32>
      memref.dealloc %b : memref<8xf32>
      async.yield
    }
    %u = async.execute [%t] {
      memref.dealloc %a : memref<4xf32>
      async.yield
    }
    %c = memref.alloc() : memref<2xf32>
    memref.dealloc %c : memref<2xf32>
    async.await %t : !async.token
    %d = memref.alloc() : memref<10xf32>
    memref.dealloc %d : memref<10xf32>
    async.await %u : !async.token
  )");
  EXPECT_EQ(execution.error, "");
  // 16 + 32 + 8, and 16 + 40 when the first is over.
  EXPECT_EQ(execution.total.peak, 56u);
  EXPECT_EQ(execution.total.atExit, 0u);
}

} // namespace
} // namespace langone::resource::test
