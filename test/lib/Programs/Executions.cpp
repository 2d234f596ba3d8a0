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

bool growsWithIterations(ModuleOp module, StringRef entry, uint64_t seed) {
  auto peakAt = [&](uint64_t scale) {
    uint64_t peak = 0;
    for (unsigned i = 0; i < 8; ++i) {
      LongDecisions decisions(seed + i, scale);
      peak = std::max(peak, Interpreter(module, decisions, {})
                                .run(module.lookupSymbol<func::FuncOp>(entry))
                                .total.peak);
    }
    return peak;
  };
  // What has a bound is near it at once; what grows does so faster and faster.
  uint64_t few = peakAt(8), more = peakAt(32), many = peakAt(128);
  return more > few && many > more;
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
