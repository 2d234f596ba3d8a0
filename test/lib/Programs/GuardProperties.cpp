//===- GuardProperties.cpp - guards and scopes against executions ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GuardProperties.h"

#include "PlanProperties.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace langone::resource::test {

namespace {

/// One function of a program, with a budget that some executions exceed.
class GuardCheck {
public:
  GuardCheck(TestContext &context, Subject &subject, ModuleOp before,
             std::string entry, Violations &violations)
      : context(context), subject(subject), before(before),
        entry(std::move(entry)), violations(violations) {}

  void run(Random &random) {
    options.isCompiled = true;
    options.fuel *= 4;
    for (unsigned i = 0; i < kNumExecutions; ++i)
      plain.push_back(
          execute(before, entry, subject.getExecutionSeed(i), options));
    // Around what one of them needs.
    uint64_t peak = random.pick(plain).total.peak;
    if (peak == 0)
      return;
    limit = random.percent(50) ? std::max<uint64_t>(peak - random.below(2), 1)
                               : 1 + random.below(2 * peak);
    OwningOpRef<ModuleOp> guarded = before.clone();
    setBudget(guarded->lookupSymbol<func::FuncOp>(entry));
    // A refusal is no guard.
    if (!context.run(*guarded, "langone-check-budget{suggestions=0}"))
      return (void)context.takeErrors();
    std::string guards = random.percent(50)
                             ? "langone-insert-guards"
                             : "langone-insert-guards,canonicalize";
    if (!context.run(*guarded, guards))
      return violate("PASS fails: {0}", context.takeErrors());
    for (unsigned i = 0; i < kNumExecutions; ++i)
      compare(plain[i],
              execute(*guarded, entry, subject.getExecutionSeed(i), options));
  }

private:
  template <typename... Args> void violate(const char *format, Args &&...args) {
    violations.push_back(
        "guards of @" + entry + " with a budget of " + std::to_string(limit) +
        ": " + llvm::formatv(format, std::forward<Args>(args)...).str());
  }

  void setBudget(func::FuncOp function) {
    auto budget =
        MemoryBudgetAttr::get(function.getContext(), limit, std::nullopt,
                              std::nullopt, OnExceed::Error);
    function->setAttr(ResourceDialect::kMemoryBudget, budget);
    // As the plan does it for a budget that is there before.
    function.walk([&](ArenaAcquireOp arena) { arena.setBudgetAttr(budget); });
  }

  void compare(const Execution &was, const Execution &is) {
    if (!was.error.empty() || was.tooLong)
      return;
    if (!is.error.empty())
      return violate("EXECUTION: {0}", is.error);
    bool exceeds = was.total.peak > limit;
    switch (is.refusal) {
    case Execution::Refusal::None:
      // Upstream's canonicalizer may have removed what nobody uses.
      if (is.total.peak > limit)
        violate("UNGUARDED: {0} bytes are live", is.total.peak);
      else if (!is.tooLong && findDifference(was.trace, is.trace))
        violate("TRACE: other values are seen");
      return;
    case Execution::Refusal::OnTheWay:
      if (!exceeds)
        violate("REFUSED: {0} bytes would be live", was.total.peak);
      return;
    case Execution::Refusal::AtEntry:
      // At entry, every point counts as reachable.
      if (!exceeds && !mayLeaveOut())
        violate("REFUSED at entry for {0} bytes: {1} would be live",
                is.refusedBytes, was.total.peak);
      return;
    }
  }

  /// Whether an execution may leave out parts of the program.
  bool mayLeaveOut() const {
    static constexpr Feature kWays[] = {
        Feature::Branch,       Feature::Switch,      Feature::Blocks,
        Feature::BlockLoop,    Feature::EarlyReturn, Feature::CountedLoop,
        Feature::DynamicLoop,  Feature::While,       Feature::Recursion,
        Feature::IndirectCall, Feature::Parallel,    Feature::Task};
    return llvm::any_of(kWays,
                        [&](Feature f) { return subject.program.has(f); });
  }

  TestContext &context;
  Subject &subject;
  /// Planned and pooled.
  ModuleOp before;
  std::string entry;
  Violations &violations;
  InterpreterOptions options;
  std::vector<Execution> plain;
  uint64_t limit = 0;
};

} // namespace

Violations checkGuards(TestContext &context, Subject &subject) {
  Violations violations;
  Random random(subject.seed);
  std::vector<std::string> entries = getEntries(*subject.module);
  if (entries.empty())
    return violations;
  OwningOpRef<ModuleOp> before = subject.module->clone();
  std::string pipeline = "langone-expand-realloc,";
  if (random.percent(75))
    pipeline += drawPlanOptions(random, "runtime").getText() + ",";
  pipeline += "langone-pool-allocations";
  if (!context.run(*before, pipeline))
    return {pipeline + ": PASS fails: " + context.takeErrors()};
  GuardCheck(context, subject, *before, random.pick(entries), violations)
      .run(random);
  return violations;
}

} // namespace langone::resource::test
