//===- Executions.cpp - random programs and what they do ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Executions.h"

#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringExtras.h"

#include <cstdlib>
#include <gtest/gtest.h>

using namespace mlir;

namespace langone::resource::test {

static uint64_t getNumber(const char *variable, uint64_t otherwise) {
  const char *text = std::getenv(variable);
  uint64_t number;
  if (!text || StringRef(text).getAsInteger(10, number))
    return otherwise;
  return number;
}

void checkPrograms(
    unsigned programs,
    llvm::function_ref<Violations(TestContext &, Subject &)> check) {
  uint64_t seed = getNumber("LANGONE_SEED", 1);
  uint64_t count = getNumber("LANGONE_PROGRAMS", programs);
  uint64_t maxFailures = getNumber("LANGONE_FAILURES", 5);
  llvm::outs() << "LANGONE_SEED=" << seed << " LANGONE_PROGRAMS=" << count
               << "\n";
  llvm::outs().flush();
  unsigned failures = 0;
  std::optional<TestContext> context;
  for (uint64_t i = 0; i < count && failures < maxFailures; ++i) {
    // A context never forgets: take a fresh one now and then.
    if (i % 200 == 0)
      context.emplace();
    Subject subject{seed + i, generateProgram(seed + i), {}};
    subject.module = context->parse(subject.program.text);
    Violations violations;
    if (!subject.module)
      violations.push_back("the program is not valid: " +
                           context->takeErrors());
    else
      violations = check(*context, subject);
    context->takeErrors();
    if (violations.empty())
      continue;
    ++failures;
    ADD_FAILURE() << "Replay with LANGONE_SEED=" << seed + i
                  << " LANGONE_PROGRAMS=1\n"
                  << llvm::join(violations, "\n") << "\n"
                  << subject.program.text;
  }
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

Exploration explore(ModuleOp module, StringRef entry, unsigned maxPaths) {
  auto function = module.lookupSymbol<func::FuncOp>(entry);
  PathDecisions decisions;
  Exploration all;
  for (unsigned path = 0; path < maxPaths; ++path) {
    InterpreterOptions options;
    options.measureScopes = true;
    options.fuel = 5000;
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
