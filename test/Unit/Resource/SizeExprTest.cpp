//===- SizeExprTest.cpp - intervals and expressions of sizes --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/SizeExpr.h"
#include "TestContext.h"

#include "mlir/Interfaces/FunctionInterfaces.h"

#include <gtest/gtest.h>

using namespace mlir;

namespace langone::resource::test {
namespace {

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

using Operation2 = Interval (*)(const Interval &, const Interval &);

int64_t floorDiv(int64_t a, int64_t b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

// Every pair of members is in the result, which is as small as an interval can
// be.
void checkExact(Operation2 operation, int64_t (*exact)(int64_t, int64_t),
                int64_t leastRight) {
  for (int64_t al = -4; al <= 4; ++al)
    for (int64_t ah = al; ah <= 4; ++ah)
      for (int64_t bl = leastRight; bl <= 4; ++bl)
        for (int64_t bh = bl; bh <= 4; ++bh) {
          Interval result = operation({al, ah}, {bl, bh});
          int64_t least = kMax, most = kMin;
          for (int64_t a = al; a <= ah; ++a)
            for (int64_t b = bl; b <= bh; ++b) {
              least = std::min(least, exact(a, b));
              most = std::max(most, exact(a, b));
            }
          EXPECT_EQ(result, (Interval{least, most}))
              << al << ".." << ah << " with " << bl << ".." << bh;
        }
}

TEST(Interval, ArithmeticIsExact) {
  checkExact(add, [](int64_t a, int64_t b) { return a + b; }, -4);
  checkExact(multiply, [](int64_t a, int64_t b) { return a * b; }, -4);
  checkExact(maximum, [](int64_t a, int64_t b) { return std::max(a, b); }, -4);
  checkExact(minimum, [](int64_t a, int64_t b) { return std::min(a, b); }, -4);
  checkExact(floorDivide, floorDiv, 1);
  checkExact(
      ceilDivide, [](int64_t a, int64_t b) { return -floorDiv(-a, b); }, 1);
}

TEST(Interval, RemaindersAreInside) {
  for (int64_t al = -9; al <= 9; ++al)
    for (int64_t ah = al; ah <= 9; ++ah)
      for (int64_t bl = 1; bl <= 4; ++bl)
        for (int64_t bh = bl; bh <= 4; ++bh)
          for (int64_t a = al; a <= ah; ++a)
            for (int64_t b = bl; b <= bh; ++b)
              EXPECT_TRUE(
                  modulo({al, ah}, {bl, bh})
                      .contains(Interval::point(a - floorDiv(a, b) * b)));
}

TEST(Interval, WhatDoesNotFitIsUnbounded) {
  Interval large = Interval::point(kMax), all;
  EXPECT_EQ(add(large, large), Interval::atLeast(kMax));
  EXPECT_EQ(multiply(large, large), Interval::atLeast(kMax));
  EXPECT_EQ(multiply(large, Interval::point(-2)),
            (Interval{std::nullopt, kMin}));
  EXPECT_EQ(multiply(all, Interval::point(0)), Interval::point(0));
  EXPECT_EQ(add(Interval::atLeast(3), Interval::point(4)),
            Interval::atLeast(7));
  EXPECT_EQ(floorDivide(Interval::atLeast(9), Interval::point(4)),
            Interval::atLeast(2));
  EXPECT_EQ(floorDivide(Interval::point(9), Interval{0, 3}), all);
  EXPECT_TRUE(all.contains(large));
  EXPECT_FALSE(large.contains(all));
  EXPECT_TRUE((Interval{5, 4}).isEmpty());
}

struct SizeExpressions : testing::Test {
  SizeExpressions() {
    module = context.parse("func.func @f(%n: index, %x: memref<?x?xf32>, "
                           "%m: i32) { %c = arith.constant 1 : index return }");
    auto function = cast<FunctionOpInterface>(*module->getOps().begin());
    n = symbols.getLeaf({function.getArgument(0)});
    d = symbols.getLeaf({function.getArgument(1), 1});
  }
  AffineExpr c(int64_t value) { return symbols.getConstant(value); }
  std::optional<int64_t> evaluate(AffineExpr expr, int64_t first,
                                  int64_t second) {
    return SizeEvaluator(symbols,
                         [&](const SizeLeaf &leaf) {
                           return Interval::point(leaf.isDim() ? second
                                                               : first);
                         })
        .evaluate(expr)
        .getPoint();
  }

  TestContext context;
  OwningOpRef<ModuleOp> module;
  SizeSymbols symbols{&context.get()};
  AffineExpr n, d;
};

TEST_F(SizeExpressions, AreWrittenAsPeopleWriteThem) {
  EXPECT_EQ(symbols.toString(n * 4), "4 * arg0");
  EXPECT_EQ(symbols.toString((n + 1) * d * 4), "4 * arg1.dim1 * (arg0 + 1)");
  EXPECT_EQ(symbols.toString(symbols.getMax({n.ceilDiv(8), c(3)})),
            "max(ceildiv(arg0, 8), 3)");
  EXPECT_EQ(symbols.toString(symbols.getMin({n % 8, d.floorDiv(2)})),
            "min(mod(arg0, 8), floordiv(arg1.dim1, 2))");
}

TEST_F(SizeExpressions, Evaluate) {
  EXPECT_EQ(evaluate((n + 1) * d * 4, 2, 5), 60);
  EXPECT_EQ(evaluate(symbols.getMax({n - d, c(0)}), 2, 5), 0);
  EXPECT_EQ(evaluate(symbols.getMin({n, d}), 2, 5), 2);
  EXPECT_EQ(evaluate(n.ceilDiv(4) + n % 4 + d.floorDiv(2), 7, 5), 2 + 3 + 2);
  // No wrapped number.
  EXPECT_EQ(evaluate(n * d, kMax, 2), std::nullopt);
}

TEST_F(SizeExpressions, AreUnique) {
  EXPECT_EQ(symbols.getMax({n, d}), symbols.getMax({n, d, n}));
  EXPECT_EQ(symbols.getMax({n, c(1), c(7)}), symbols.getMax({n, c(7)}));
  EXPECT_EQ(symbols.getMax({n, n}), n);
  EXPECT_EQ(symbols.getMin({c(3), c(2)}), c(2));
  EXPECT_NE(symbols.getMin({n, d}), symbols.getMax({n, d}));
}

TEST_F(SizeExpressions, KnowWhatTheEntryKnows) {
  EXPECT_TRUE(symbols.isKnownAtEntry(symbols.getMax({n, d * 2})));
  auto function = cast<FunctionOpInterface>(*module->getOps().begin());
  Value inner = function.getFunctionBody().front().front().getResult(0);
  AffineExpr unknown = symbols.getLeaf({inner});
  EXPECT_FALSE(symbols.isKnownAtEntry(symbols.getMax({n, unknown + 1})));
}

} // namespace
} // namespace langone::resource::test
