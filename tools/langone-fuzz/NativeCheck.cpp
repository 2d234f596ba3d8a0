//===- NativeCheck.cpp - compiled programs against the interpreter --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NativeCheck.h"

#include "NativeProgram.h"
#include "PlanProperties.h"

#include "langone/Resource/Analysis/Footprint.h"

#include "mlir/Pass/AnalysisManager.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace langone::resource;
using namespace langone::resource::test;

namespace langone::fuzz {

namespace {

/// One of the ways to plan. Canonicalization needs code without realloc.
std::string drawPipeline(Random &random) {
  bool isCanonical = random.percent(50);
  std::string pipeline = isCanonical ? "langone-expand-realloc," : "";
  pipeline += drawPlanOptions(random, random.percent(30) ? "static" : "runtime")
                  .getText();
  if (random.percent(80))
    pipeline += ",langone-pool-allocations";
  if (isCanonical)
    pipeline += ",canonicalize,cse";
  return pipeline;
}

/// Executions of one form of a program.
class NativeCheck {
public:
  NativeCheck(TestContext &context, Subject &subject, ModuleOp module,
              std::string form, Violations &violations)
      : context(context), subject(subject), module(module),
        form(std::move(form)), manager(module, nullptr),
        footprint(AnalysisManager(manager).getAnalysis<FootprintAnalysis>()),
        violations(violations) {}

  void run() {
    std::string error;
    std::unique_ptr<NativeProgram> program =
        NativeProgram::create(context, module, error);
    if (!program)
      return violate("COMPILE: {0}", error);
    for (const std::string &entry : getEntries(*subject.module))
      for (unsigned i = 0; i < kNumExecutions; ++i)
        compare(*program, entry, i);
  }

private:
  template <typename... Args> void violate(const char *format, Args &&...args) {
    violations.push_back(
        "native, " + form + ": " +
        llvm::formatv(format, std::forward<Args>(args)...).str());
  }

  void compare(NativeProgram &program, const std::string &entry,
               unsigned index) {
    const Execution &expected = subject.getExecution(entry, index);
    if (!expected.error.empty())
      return violate("PROGRAM @{0}: {1}", entry, expected.error);
    if (expected.tooLong)
      return;
    NativeExecution actual =
        program.run(subject.module->lookupSymbol<func::FuncOp>(entry),
                    subject.getExecutionSeed(index));
    if (!actual.error.empty())
      return violate("EXECUTION @{0}: {1}", entry, actual.error);
    if (auto position = findDifference(expected.trace, actual.trace))
      violate("TRACE @{0}: value {1} is another one", entry, *position);
    if (actual.freedArguments != expected.freedArguments)
      violate("FREED @{0}: other arguments are freed", entry);
    if (actual.atExit > expected.total.left)
      violate("LEAK @{0}: {1} bytes at exit, interpreted {2}", entry,
              actual.atExit, expected.total.left);
    const Footprint &predicted =
        footprint.getFunction(module.lookupSymbol<func::FuncOp>(entry));
    // A static arena is no allocation: it is not in the measured peak.
    if (predicted.upper && *predicted.upper < actual.peak)
      violate("UPPER @{0}: estimate {1}, measured {2}", entry, *predicted.upper,
              actual.peak);
  }

  TestContext &context;
  Subject &subject;
  ModuleOp module;
  std::string form;
  ModuleAnalysisManager manager;
  const FootprintAnalysis &footprint;
  Violations &violations;
};

} // namespace

Violations checkNative(TestContext &context, Subject &subject) {
  Violations violations;
  // Compiling takes longer than all the rest: more programs find more.
  Random random(subject.seed);
  if (random.percent(50))
    return violations;
  // Now and then, so that the interpreter is held against the machine.
  if (random.percent(20))
    NativeCheck(context, subject, *subject.module, "as written", violations)
        .run();
  OwningOpRef<ModuleOp> planned = subject.module->clone();
  std::string pipeline = drawPipeline(random);
  if (!context.run(*planned, pipeline)) {
    violations.push_back(pipeline + ": PASS fails: " + context.takeErrors());
    return violations;
  }
  NativeCheck(context, subject, *planned, pipeline, violations).run();
  return violations;
}

} // namespace langone::fuzz
