//===- SizeBoundsTest.cpp - bounds against what code computes -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random integer arithmetic, wrapping where it wraps: what upstream's folders
// compute for random arguments lies within the ranges, and is what expressions
// give.
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/SizeBounds.h"
#include "Random.h"
#include "TestContext.h"

#include "mlir/Analysis/DataLayoutAnalysis.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/FormatVariadic.h"

#include <cstdlib>
#include <gtest/gtest.h>

using namespace mlir;

namespace langone::resource::test {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

struct Bounds {
  int64_t lower, upper;
};

/// Computes numbers from one dimension and two integers, and returns them all.
class Arithmetic {
public:
  explicit Arithmetic(Random &random) : random(random) {
    dim = {static_cast<int64_t>(random.below(100)), 0};
    dim.upper = random.percent(30) ? kMax - 1 : dim.lower + small();
    for (Bounds &integer : integers) {
      integer.lower = small() - (1 << 19);
      integer.upper = integer.lower + small();
    }
    for (unsigned number = 0; number < 12; ++number)
      addNumber();
  }

  /// The function, with arguments or with constants in their place.
  std::string get(std::optional<std::array<int64_t, 3>> point) const {
    std::string text;
    llvm::raw_string_ostream os(text);
    auto range = [](const Bounds &bounds) {
      return llvm::formatv(
                 "{{langone_resource.range = #langone_resource.range<{0}.0, "
                 "{1}.0>}",
                 bounds.lower, bounds.upper)
          .str();
    };
    std::string types = "index, index, index";
    for (unsigned number = 3; number < count; ++number)
      types += ", index";
    if (!point) {
      os << "func.func @f(%x: memref<?xi8> {langone_resource.dim_bounds = "
            "#langone_resource.dim_bounds<["
         << dim.lower << " .. " << dim.upper << "]>}, %i: i64 "
         << range(integers[0]) << ", %j: i32 " << range(integers[1]) << ") -> ("
         << types
         << ") {\n  %c0 = arith.constant 0 : index\n"
            "  %s0 = memref.dim %x, %c0 : memref<?xi8>\n"
            "  %s1 = arith.index_cast %i : i64 to index\n"
            "  %s2 = arith.index_cast %j : i32 to index\n";
    } else {
      os << "func.func @f() -> (" << types << ") {\n";
      for (unsigned number = 0; number < 3; ++number)
        os << "  %s" << number << " = arith.constant " << (*point)[number]
           << " : index\n";
    }
    os << body << "  return %s0";
    for (unsigned number = 1; number < count; ++number)
      os << ", %s" << number;
    os << " : " << types << "\n}\n";
    return text;
  }

  std::array<int64_t, 3> getPoint(Random &choose) const {
    auto pick = [&](const Bounds &bounds) {
      switch (choose.below(4)) {
      case 0:
        return bounds.lower;
      case 1:
        return bounds.upper;
      default:
        return bounds.lower +
               static_cast<int64_t>(choose.below(
                   static_cast<uint64_t>(bounds.upper - bounds.lower) + 1));
      }
    };
    return {pick(dim), pick(integers[0]), pick(integers[1])};
  }

private:
  int64_t small() { return static_cast<int64_t>(random.below(1 << 20)); }
  std::string pick() { return "%s" + std::to_string(random.below(count)); }

  void addNumber() {
    static constexpr const char *kAny[] = {"addi",  "subi",  "muli", "maxsi",
                                           "minsi", "maxui", "minui"};
    static constexpr const char *kByConstant[] = {
        "divui", "divsi", "ceildivsi", "ceildivui", "floordivsi",
        "remui", "remsi", "shli",      "shrui",     "shrsi",
        "muli",  "addi",  "subi"};
    std::string result = "%s" + std::to_string(count);
    llvm::raw_string_ostream os(body);
    switch (random.below(5)) {
    case 0:
    case 1:
      os << "  " << result << " = arith." << random.pick(ArrayRef(kAny)) << ' '
         << pick() << ", " << pick() << " : index\n";
      break;
    case 2:
      os << "  %k" << count << " = arith.constant "
         << (random.percent(20) ? int64_t(1) << random.below(6)
                                : 1 + static_cast<int64_t>(random.below(40)))
         << " : index\n  " << result << " = arith."
         << random.pick(ArrayRef(kByConstant)) << ' ' << pick() << ", %k"
         << count << " : index\n";
      break;
    case 3:
      addCast(os, result);
      break;
    default:
      os << "  " << result << " = affine."
         << random.pick(ArrayRef({"min", "max"}))
         << " affine_map<(d0)[s0] -> (d0 * " << random.below(9)
         << " + s0, (d0 + 5) floordiv " << 1 + random.below(7)
         << ", s0 mod 16, d0 ceildiv 3 - 4)>(" << pick() << ")[" << pick()
         << "]\n";
    }
    ++count;
  }

  void addCast(raw_ostream &os, const std::string &result) {
    const char *narrow = random.pick(ArrayRef({"i8", "i16", "i32", "i64"}));
    bool isUnsigned = random.percent(50);
    os << "  %n" << count << " = arith.index_cast" << (isUnsigned ? "ui" : "")
       << ' ' << pick() << " : index to " << narrow << "\n  " << result
       << " = arith.index_cast" << (random.percent(50) ? "ui" : "") << " %n"
       << count << " : " << narrow << " to index\n";
  }

  Random &random;
  Bounds dim;
  std::array<Bounds, 2> integers;
  std::string body;
  unsigned count = 3;
};

TEST(SizeBounds, HoldForWhatCodeComputes) {
  const char *seedText = std::getenv("LANGONE_SEED");
  uint64_t seed = seedText ? std::strtoull(seedText, nullptr, 10) : 1;
  llvm::outs() << "LANGONE_SEED=" << seed << '\n';
  TestContext context;
  context.get().loadDialect<affine::AffineDialect>();
  unsigned numBounded = 0, numExpressed = 0, numChecked = 0;
  for (unsigned number = 0; number < 400; ++number) {
    Random random(seed * 1000003 + number);
    Arithmetic program(random);
    SCOPED_TRACE(program.get({}));
    OwningOpRef<ModuleOp> module = context.parse(program.get({}));
    ASSERT_TRUE(module) << context.takeErrors();
    auto function = module->lookupSymbol<func::FuncOp>("f");
    DataLayoutAnalysis layouts(*module);
    SizeAnalysis sizes(*module, layouts);
    const SizeBounds &bounds = sizes.get(function);
    Operation *end = function.getBody().front().getTerminator();
    for (unsigned round = 0; round < 5; ++round) {
      std::array<int64_t, 3> point = program.getPoint(random);
      OwningOpRef<ModuleOp> run = context.parse(program.get(point));
      ASSERT_TRUE(run && context.run(*run, "lower-affine,canonicalize,sccp"))
          << context.takeErrors();
      Operation *ended = run->lookupSymbol<func::FuncOp>("f")
                             .getBody()
                             .front()
                             .getTerminator();
      SizeEvaluator evaluator(bounds.getSymbols(), [&](const SizeLeaf &leaf) {
        std::optional<unsigned> argument = leaf.getArgument();
        return argument ? Interval::point(point[*argument]) : Interval();
      });
      for (auto [value, folded] :
           llvm::zip_equal(end->getOperands(), ended->getOperands())) {
        APInt computed;
        if (!matchPattern(folded, m_ConstantInt(&computed)))
          continue; // poison, or a division that is not folded
        ++numChecked;
        AffineExpr expr = bounds.getExpr(value);
        Interval range = bounds.getRange(expr, end);
        EXPECT_TRUE(range.contains(Interval::point(computed.getSExtValue())))
            << computed.getSExtValue() << " is outside of "
            << range.lower.value_or(-1) << " .. " << range.upper.value_or(-1);
        numBounded += range.lower && range.upper;
        if (!bounds.getSymbols().isKnownAtEntry(expr))
          continue;
        EXPECT_EQ(evaluator.evaluate(expr).getPoint(), computed.getSExtValue())
            << bounds.getSymbols().toString(expr);
        ++numExpressed;
      }
    }
  }
  // The test is about something.
  EXPECT_GE(numChecked, 20000u);
  EXPECT_GE(numBounded, numChecked / 2);
  EXPECT_GE(numExpressed, numChecked / 3);
}

} // namespace
} // namespace langone::resource::test
