//===- PlanProperties.cpp - transformed programs against originals --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlanProperties.h"

#include "langone/Resource/IR/ResourceDialect.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace langone::resource::test {

namespace {

/// A pipeline, and what its result may be asked for.
struct Pipeline {
  std::string text;
  /// Views into arenas stand where the buffers were allocated.
  bool keepsPlaces = true;
  uint64_t viewAlignment = 1;
  /// Runs on functions with budgets.
  bool isGuarded = false;
};

/// Each arena once, a pool, and guards; the rest is drawn. Upstream's
/// canonicalizer removes reallocs, and what they free: as in our own pipelines,
/// there are none before it.
std::vector<Pipeline> getPipelines(const Subject &subject) {
  Random random(subject.seed);
  std::vector<Pipeline> pipelines;
  for (StringRef arena : {"runtime", "argument", "static"}) {
    PlanOptions plan = drawPlanOptions(random, arena);
    if (random.percent(50))
      pipelines.push_back({plan.getText(), true, plan.isPacked ? 1u : 64u});
    else
      pipelines.push_back(
          {"langone-expand-realloc," + plan.getText() +
               (random.percent(50) ? ",langone-pool-allocations" : "") +
               ",canonicalize,cse",
           false, 1});
  }
  std::string plan = drawPlanOptions(random, "runtime").getText();
  pipelines.push_back(
      {(random.percent(50) ? plan + "," : "") + "langone-pool-allocations"});
  if (random.percent(50))
    pipelines.push_back(
        {"langone-check-budget,langone-insert-guards", true, 1, true});
  else
    pipelines.push_back({"langone-expand-realloc," + plan +
                             ",langone-pool-allocations,langone-check-budget,"
                             "langone-insert-guards,canonicalize",
                         false, 1, true});
  return pipelines;
}

/// Checks one transformed program.
class BehaviourCheck {
public:
  BehaviourCheck(Subject &subject, const Pipeline &pipeline, ModuleOp after,
                 Violations &violations)
      : subject(subject), pipeline(pipeline), before(*subject.module),
        after(after), manager(after, nullptr),
        analysis(getManager().getAnalysis<FootprintAnalysis>()),
        violations(violations) {}

  void run() {
    for (const std::string &entry : getEntries(before))
      for (unsigned i = 0; i < kNumExecutions; ++i)
        compare(entry, i);
  }

private:
  AnalysisManager getManager() { return manager; }

  template <typename... Args> void violate(const char *format, Args &&...args) {
    violations.push_back(
        pipeline.text + ": " +
        llvm::formatv(format, std::forward<Args>(args)...).str());
  }

  void compare(const std::string &entry, unsigned index) {
    const Execution &was = subject.getExecution(entry, index);
    if (!was.error.empty())
      return violate("PROGRAM @{0}: {1}", entry, was.error);
    if (was.tooLong)
      return;
    InterpreterOptions options;
    options.poisonViews = pipeline.keepsPlaces;
    options.viewAlignment = pipeline.viewAlignment;
    // Constants for offsets are ops, too.
    options.fuel *= 4;
    Execution is =
        execute(after, entry, subject.getExecutionSeed(index), options);
    if (!is.error.empty())
      return violate("EXECUTION @{0}: {1}", entry, is.error);
    if (is.tooLong)
      return violate("TIME @{0}: does not end", entry);
    if (findDifference(was.trace, is.trace))
      violate("TRACE @{0}: other values are seen", entry);
    if (is.total.left > was.total.left)
      violate("LEAK @{0}: {1} bytes at exit, before {2}", entry, is.total.left,
              was.total.left);
    is.freedArguments.resize(was.freedArguments.size());
    if (is.freedArguments != was.freedArguments)
      violate("FREED @{0}: other arguments are freed", entry);
    for (auto &[op, measured] : is.scopes) {
      const Footprint &footprint =
          analysis.getFunction(cast<FunctionOpInterface>(op));
      if (footprint.upper && *footprint.upper < measured.peak)
        violate("UPPER @{0}: estimate {1}, measured {2}",
                cast<func::FuncOp>(op).getName(), *footprint.upper,
                measured.peak);
    }
  }

  Subject &subject;
  const Pipeline &pipeline;
  ModuleOp before, after;
  ModuleAnalysisManager manager;
  FootprintAnalysis &analysis;
  Violations &violations;
};

} // namespace

PlanOptions drawPlanOptions(Random &random, StringRef arena) {
  PlanOptions options{arena.str(), random.percent(50), "bound"};
  if (arena != "static" && random.percent(50))
    options.dynamic = "symbolic";
  else if (random.percent(10))
    options.dynamic = "none";
  return options;
}

std::string PlanOptions::getText() const {
  return llvm::formatv("langone-plan-memory{{arena={0} dynamic={1}{2}}", arena,
                       dynamic, isPacked ? " alignment=1" : "");
}

/// The program with a budget on each function of what `limit` says, 0 for none.
static OwningOpRef<ModuleOp>
cloneWithBudgets(Subject &subject,
                 llvm::function_ref<uint64_t(const Footprint &)> limit,
                 OnExceed onExceed = OnExceed::Error) {
  OwningOpRef<ModuleOp> module = subject.module->clone();
  const FootprintAnalysis &analysis = subject.getFootprint();
  for (FunctionOpInterface function : analysis.getFunctions())
    if (uint64_t bytes = limit(analysis.getFunction(function)))
      module->lookupSymbol(function.getName())
          ->setAttr(ResourceDialect::kMemoryBudget,
                    MemoryBudgetAttr::get(module->getContext(), bytes,
                                          std::nullopt, std::nullopt,
                                          onExceed));
  return module;
}

Violations checkSameBehaviour(TestContext &context, Subject &subject) {
  Violations violations;
  for (const Pipeline &pipeline : getPipelines(subject)) {
    // Budgets that are neither proven nor refuted, where there may be such.
    auto limit = [&](const Footprint &footprint) {
      return pipeline.isGuarded ? std::max<uint64_t>(footprint.lower, 1) : 0;
    };
    OwningOpRef<ModuleOp> after =
        cloneWithBudgets(subject, limit, OnExceed::Fallback);
    if (!context.run(*after, pipeline.text)) {
      violations.push_back(pipeline.text +
                           ": PASS fails: " + context.takeErrors());
      continue;
    }
    BehaviourCheck(subject, pipeline, *after, violations).run();
  }
  return violations;
}

//===----------------------------------------------------------------------===//
// Verdicts
//===----------------------------------------------------------------------===//

static Violations checkVerdict(TestContext &context, ModuleOp module,
                               VerdictKind expected) {
  Violations violations;
  bool hasBudgets = llvm::any_of(module.getOps<func::FuncOp>(), [](auto op) {
    return op->hasAttr(ResourceDialect::kMemoryBudget);
  });
  // Suggestions have a check of their own.
  bool accepted = context.run(module, "langone-check-budget{suggestions=0}");
  std::string errors = context.takeErrors();
  bool refuses = expected == VerdictKind::Refuted && hasBudgets;
  if (accepted == refuses ||
      refuses != (errors.find("REFUTED") != std::string::npos))
    violations.push_back("VERDICT: unexpected success or error: " + errors);
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!function->hasAttr(ResourceDialect::kMemoryBudget))
      continue;
    auto verdict =
        getResourceAttr<VerdictAttr>(function, ResourceDialect::kVerdict);
    if (!verdict || verdict.getKind() != expected)
      violations.push_back("VERDICT @" + function.getName().str() +
                           ": expected " +
                           stringifyVerdictKind(expected).str());
  }
  return violations;
}

Violations checkVerdicts(TestContext &context, Subject &subject) {
  OwningOpRef<ModuleOp> proven =
      cloneWithBudgets(subject, [](const Footprint &footprint) {
        return footprint.upper ? std::max<uint64_t>(*footprint.upper, 1) : 0;
      });
  Violations violations = checkVerdict(context, *proven, VerdictKind::Proven);

  OwningOpRef<ModuleOp> refuted =
      cloneWithBudgets(subject, [](const Footprint &footprint) {
        return footprint.lower > 1 ? footprint.lower - 1 : 0;
      });
  llvm::append_range(violations,
                     checkVerdict(context, *refuted, VerdictKind::Refuted));
  return violations;
}

//===----------------------------------------------------------------------===//
// Output
//===----------------------------------------------------------------------===//

Violations checkOutput(TestContext &context, Subject &subject) {
  static TestContext *other = new TestContext;
  Violations violations;
  std::vector<Pipeline> pipelines = getPipelines(subject);
  const Pipeline &pipeline = pipelines[subject.seed % pipelines.size()];
  OwningOpRef<ModuleOp> after = subject.module->clone();
  OwningOpRef<ModuleOp> again = other->parse(subject.program.text);
  if (!context.run(*after, pipeline.text) || !other->run(*again, pipeline.text))
    return {pipeline.text + ": PASS fails: " + context.takeErrors() +
            other->takeErrors()};
  std::string text = print(*after);
  if (text != print(*again))
    violations.push_back(pipeline.text + ": DETERMINISM: outputs differ");

  OwningOpRef<ModuleOp> reread = context.parse(text);
  if (!reread || print(*reread) != text)
    violations.push_back(pipeline.text +
                         ": TEXT does not read back: " + context.takeErrors());
  std::string bytecode;
  llvm::raw_string_ostream os(bytecode);
  if (failed(writeBytecodeToFile(*after, os)))
    violations.push_back(pipeline.text + ": BYTECODE is not written");
  OwningOpRef<ModuleOp> decoded = context.parse(bytecode);
  if (!decoded || print(*decoded) != text)
    violations.push_back(pipeline.text + ": BYTECODE does not read back: " +
                         context.takeErrors());
  return violations;
}

} // namespace langone::resource::test
