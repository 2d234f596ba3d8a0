//===- SymbolicPlanTest.cpp - symbolic plans at random sizes --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random functions with sizes of all kinds: what the plan comes to at random
// points is valid, within its bounds, and what the emitted code computes.
//
//===----------------------------------------------------------------------===//

#include "Random.h"
#include "TestContext.h"
#include "langone/Planner/validator.h"
#include "langone/Resource/Analysis/MemoryPlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Pass/AnalysisManager.h"
#include "llvm/Support/FormatVariadic.h"

#include <cstdlib>
#include <gtest/gtest.h>

using namespace mlir;

namespace langone::resource::test {
namespace {

/// A function over two dimensions and an integer: sizes are computed from them,
/// some from each other; buffers live for a while each.
class Program {
public:
  explicit Program(Random &random) : random(random) {
    bool isBounded = random.percent(80);
    auto bounds = [&]() -> std::string {
      uint64_t low = random.below(8);
      if (!isBounded)
        return "?";
      return llvm::formatv("{0} .. {1}", low, low + random.below(500));
    };
    os << "func.func @f(%x: memref<?x?xf32> {langone_resource.dim_bounds = "
          "#langone_resource.dim_bounds<["
       << bounds() << ", " << bounds()
       << "]>}, %i: i32 {langone_resource.range = "
          "#langone_resource.range<0.0, 99.0>}, %v: i8) {\n"
          "  %c0 = arith.constant 0 : index\n"
          "  %c1 = arith.constant 1 : index\n"
          "  %s0 = memref.dim %x, %c0 : memref<?x?xf32>\n"
          "  %s1 = memref.dim %x, %c1 : memref<?x?xf32>\n"
          "  %s2 = arith.index_cast %i : i32 to index\n";
    for (unsigned number = 0; number < 6; ++number)
      addSize();
    for (unsigned number = 0; number < 4 + random.below(12); ++number)
      addBuffer();
    while (!live.empty())
      free(live.size() - 1);
    os << "  return\n}\n";
  }
  const std::string &get() const { return text; }

private:
  std::string pickSize() {
    return "%s" + std::to_string(random.below(numSizes));
  }

  void addSize() {
    static constexpr const char *kOps[] = {"addi",  "muli",      "maxsi",
                                           "minui", "ceildivsi", "remui",
                                           "subi",  "divui"};
    const char *op = random.pick(ArrayRef(kOps));
    bool needsConstant =
        StringRef(op).contains("div") || StringRef(op) == "remui";
    std::string left = pickSize(), right = pickSize();
    if (needsConstant || random.percent(40)) {
      right = llvm::formatv("%k{0}", numSizes);
      os << "  " << right << " = arith.constant " << 1 + random.below(9)
         << " : index\n";
    }
    os << "  %s" << numSizes++ << " = arith." << op << ' ' << left << ", "
       << right << " : index\n";
  }

  void addBuffer() {
    if (!live.empty() && random.percent(40))
      free(random.below(live.size()));
    std::string name = llvm::formatv("%b{0}", numBuffers++);
    std::string type, sizes, indices;
    switch (random.below(4)) {
    case 0:
      type = llvm::formatv("memref<{0}xi8>", 1 + random.below(5000));
      indices = "%c0";
      break;
    case 1:
      type = "memref<?xi8>";
      sizes = pickSize();
      indices = "%c0";
      break;
    case 2:
      type = "memref<3x?xi8>";
      sizes = pickSize();
      indices = "%c0, %c0";
      break;
    default:
      type = "memref<?x?xi8>";
      sizes = pickSize() + ", " + pickSize();
      indices = "%c0, %c0";
    }
    os << "  " << name << " = memref.alloc(" << sizes << ") : " << type << '\n'
       << "  memref.store %v, " << name << '[' << indices << "] : " << type
       << '\n';
    live.emplace_back(name, type);
  }

  void free(size_t index) {
    os << "  memref.dealloc " << live[index].first << " : "
       << live[index].second << '\n';
    live.erase(live.begin() + static_cast<ptrdiff_t>(index));
  }

  Random &random;
  std::string text;
  llvm::raw_string_ostream os{text};
  unsigned numSizes = 3, numBuffers = 0;
  std::vector<std::pair<std::string, std::string>> live;
};

/// What `@f_arena_bytes` of the planned `module` gives at `point`.
std::optional<int64_t> compute(TestContext &context, ModuleOp module,
                               ArrayRef<int64_t> point) {
  std::string text = print(module);
  text.resize(text.rfind('}'));
  llvm::raw_string_ostream os(text);
  os << "func.func @probe() -> index {\n";
  std::string names, types;
  for (auto [index, value] : llvm::enumerate(point)) {
    os << "  %p" << index << " = arith.constant " << value << " : index\n";
    names += llvm::formatv("{0}%p{1}", index ? ", " : "", index);
    types += index ? ", index" : "index";
  }
  os << "  %r = func.call @f_arena_bytes(" << names << ") : (" << types
     << ") -> index\n  return %r : index\n}\n}\n";
  OwningOpRef<ModuleOp> probe = context.parse(text);
  if (!probe || !context.run(*probe, "inline,canonicalize,sccp,canonicalize"))
    return std::nullopt;
  APInt result;
  auto function = probe->lookupSymbol<func::FuncOp>("probe");
  Value returned = function.getBody().front().getTerminator()->getOperand(0);
  if (!matchPattern(returned, m_ConstantInt(&result)))
    return std::nullopt;
  return result.getSExtValue();
}

/// A point within the bounds of the entry, or beyond them.
SymbolicPlan::Point getPoint(Random &random, const SymbolicPlan &plan,
                             const SizeBounds &bounds, bool within) {
  SymbolicPlan::Point point;
  for (const SizeLeaf &leaf : plan.getLeaves()) {
    Interval range = bounds.getEntryRange(*leaf.getArgument(), leaf.dim);
    int64_t low = range.lower.value_or(0), high = range.upper.value_or(5000);
    point.push_back(within ? low + static_cast<int64_t>(random.below(
                                       static_cast<uint64_t>(high - low + 1)))
                           : static_cast<int64_t>(random.below(
                                 uint64_t(1) << (1 + random.below(24)))));
  }
  return point;
}

uint64_t getCount(const char *variable, uint64_t fallback) {
  const char *text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : fallback;
}

TEST(SymbolicPlan, RandomProgramsAtRandomSizes) {
  uint64_t seed = getCount("LANGONE_SEED", 1);
  uint64_t count = getCount("LANGONE_PROGRAMS", 150);
  llvm::outs() << "LANGONE_SEED=" << seed << " LANGONE_PROGRAMS=" << count
               << '\n';
  unsigned numSymbolic = 0, numComputed = 0;
  for (uint64_t number = 0; number < count; ++number) {
    Random random(seed * 1000003 + number);
    std::string text = Program(random).get();
    SCOPED_TRACE(text);
    TestContext context;
    OwningOpRef<ModuleOp> module = context.parse(text);
    ASSERT_TRUE(module) << context.takeErrors();
    ModuleAnalysisManager manager(*module, nullptr);
    AnalysisManager analyses = manager;
    PlanOptions options;
    options.dynamicSizes = DynamicSizes::Symbolic;
    const auto &footprint = analyses.getAnalysis<FootprintAnalysis>();
    MemoryPlan plan(*module, footprint, analyses, options);
    const SymbolicPlan *symbolic = plan.getFunctions().front().symbolic.get();
    if (!symbolic)
      continue;
    ++numSymbolic;
    const SizeBounds &bounds =
        footprint.getSizes(plan.getFunctions().front().function);
    OwningOpRef<ModuleOp> planned = context.parse(text);
    ASSERT_TRUE(context.run(*planned, "langone-plan-memory{dynamic=symbolic}"))
        << context.takeErrors();
    for (unsigned round = 0; round < 6; ++round) {
      bool within = round < 4;
      SymbolicPlan::Point point = getPoint(random, *symbolic, bounds, within);
      planner::Problem problem = symbolic->getProblemAt(point);
      planner::Solution solution = symbolic->evaluate(point);
      if (solution.height >= uint64_t(SizeBounds::kSaturated))
        continue;
      auto violation = planner::validate(problem, solution);
      ASSERT_FALSE(violation) << violation->message(problem, solution);
      if (!within)
        continue;
      EXPECT_GE(solution.height, symbolic->getLowerBytes());
      EXPECT_LE(solution.height, symbolic->getUpperBytes().value_or(~0ull));
      // What the planner does at entry is not folded.
      if (round == 0 && !symbolic->isPlannedAtEntry()) {
        EXPECT_EQ(compute(context, *planned, point),
                  static_cast<int64_t>(solution.height))
            << context.takeErrors();
        ++numComputed;
      }
    }
  }
  // Most programs have something to plan at entry.
  EXPECT_GE(numSymbolic, count * 2 / 3);
  EXPECT_GE(numComputed, count / 2);
}

} // namespace
} // namespace langone::resource::test
