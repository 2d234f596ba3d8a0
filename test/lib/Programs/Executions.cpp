//===- Executions.cpp - random programs and what they do ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Executions.h"

using namespace mlir;

namespace langone::resource::test {

Subject makeSubject(TestContext &context, uint64_t seed, Program program) {
  mlir::OwningOpRef<ModuleOp> module = context.parse(program.text);
  return {seed, std::move(program), std::move(module)};
}

FootprintAnalysis &Subject::getFootprint() {
  if (!manager)
    manager = std::make_unique<ModuleAnalysisManager>(*module, nullptr);
  AnalysisManager analyses(*manager);
  return analyses.getAnalysis<FootprintAnalysis>();
}

const Execution &Subject::getExecution(StringRef entry, unsigned index) {
  auto [it, isNew] = executions.try_emplace({entry.str(), index});
  if (isNew) {
    InterpreterOptions options;
    options.measureScopes = true;
    it->second = execute(*module, entry, getExecutionSeed(index), options);
  }
  return it->second;
}

std::vector<std::string> getEntries(ModuleOp module) {
  std::vector<std::string> names;
  for (auto function : module.getOps<func::FuncOp>())
    if (function.isPublic() && !function.isExternal())
      names.push_back(function.getName().str());
  return names;
}

Execution execute(ModuleOp module, StringRef entry, uint64_t seed,
                  InterpreterOptions options) {
  RandomDecisions decisions(seed);
  return Interpreter(module, decisions, options)
      .run(module.lookupSymbol<func::FuncOp>(entry));
}

std::optional<size_t> findDifference(ArrayRef<uint64_t> expected,
                                     ArrayRef<uint64_t> actual) {
  for (size_t i = 0; i < std::min(expected.size(), actual.size()); ++i)
    if (expected[i] != actual[i] && expected[i] != kUnwritten)
      return i;
  if (expected.size() != actual.size())
    return std::min(expected.size(), actual.size());
  return std::nullopt;
}

namespace {

/// Each operation that decides has its habit, by the seed: a large number,
/// which `scale` makes larger, or any; one side of a condition much more often
/// than the other.
class HabitualDecisions final : public Decisions {
public:
  HabitualDecisions(ModuleOp module, uint64_t seed, uint64_t scale)
      : random(seed), scale(scale), sizesAreMost(random.percent(50)) {
    module.walk([&](Operation *op) {
      if (isa<func::CallOp>(op))
        habits[op] = random.percent(50);
      else if (auto function = dyn_cast<func::FuncOp>(op))
        for (BlockArgument argument : function.getArguments())
          habits[argument.getAsOpaquePointer()] = random.percent(50);
    });
  }
  void reach(const void *site) final { habit = habits.lookup(site); }
  uint64_t decide(uint64_t count) final {
    if (count == 2)
      return random.below(scale) == 0 ? !habit : habit;
    return habit ? count * scale - 1 : random.below(count);
  }
  uint64_t decideSize(uint64_t least, uint64_t most) final {
    return habit || sizesAreMost ? most : least;
  }

private:
  Random random;
  uint64_t scale;
  bool sizesAreMost;
  DenseMap<const void *, bool> habits;
  bool habit = false;
};

} // namespace

Execution executeByHabit(ModuleOp module, StringRef entry, uint64_t seed,
                         uint64_t scale, InterpreterOptions options) {
  HabitualDecisions decisions(module, seed, scale);
  return Interpreter(module, decisions, options)
      .run(module.lookupSymbol<func::FuncOp>(entry));
}

bool growsWithIterations(ModuleOp module, StringRef entry, uint64_t seed) {
  auto peakAt = [&](unsigned habits, uint64_t scale) {
    InterpreterOptions options;
    options.fuel *= 4;
    return executeByHabit(module, entry, seed + habits, scale, options)
        .total.peak;
  };
  // What has a bound is near it soon; what grows does so at any scale.
  constexpr unsigned kHabits = 16;
  for (unsigned habits = 0; habits < kHabits; ++habits) {
    uint64_t before = peakAt(habits, 2);
    if (llvm::all_of(ArrayRef<uint64_t>({6, 16, 32, 64}), [&](uint64_t scale) {
          uint64_t peak = peakAt(habits, scale);
          return peak > std::exchange(before, peak);
        }))
      return true;
  }
  return false;
}

Exploration explore(ModuleOp module, StringRef entry, Sizes sizes,
                    unsigned maxPaths, bool isSequential) {
  auto function = module.lookupSymbol<func::FuncOp>(entry);
  PathDecisions decisions(sizes);
  Exploration all;
  for (unsigned path = 0; path < maxPaths; ++path) {
    InterpreterOptions options;
    options.measureScopes = true;
    options.fuel = 5000;
    options.isSequential = isSequential;
    Execution one = Interpreter(module, decisions, options).run(function);
    if (!one.error.empty())
      all.error = one.error;
    if (one.tooLong || !one.error.empty())
      return all;
    for (auto &[op, measured] : one.scopes)
      all.scopes[op].join(measured);
    if (!decisions.next()) {
      all.isComplete = true;
      return all;
    }
  }
  return all;
}

} // namespace langone::resource::test
