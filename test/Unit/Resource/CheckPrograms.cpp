//===- CheckPrograms.cpp - random programs in unit tests ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CheckPrograms.h"

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
    Subject subject =
        makeSubject(*context, seed + i, generateProgram(seed + i));
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

} // namespace langone::resource::test
