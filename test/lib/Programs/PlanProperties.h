//===- PlanProperties.h - transformed programs against originals -*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns what must hold for the passes: a program that was planned or pooled does
// what it did before, verdicts follow the estimates, and output is the same
// each time and reads back unchanged.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_TEST_RESOURCE_PLANPROPERTIES_H
#define LANGONE_TEST_RESOURCE_PLANPROPERTIES_H

#include "Executions.h"

namespace langone::resource::test {

/// Options of langone-plan-memory.
struct PlanOptions {
  std::string arena;
  bool isPacked = false;
  std::string dynamic;

  std::string getText() const;
};

PlanOptions drawPlanOptions(Random &random, llvm::StringRef arena);

Violations checkSameBehaviour(TestContext &context, Subject &subject);
Violations checkVerdicts(TestContext &context, Subject &subject);
Violations checkOutput(TestContext &context, Subject &subject);

} // namespace langone::resource::test

#endif // LANGONE_TEST_RESOURCE_PLANPROPERTIES_H
