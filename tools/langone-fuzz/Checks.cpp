//===- Checks.cpp - what a campaign asks of a program ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Checks.h"

#include "CertificateCheck.h"
#include "GuardProperties.h"
#include "NativeCheck.h"
#include "PlanProperties.h"

#include "llvm/ADT/STLExtras.h"

using namespace langone::resource::test;

namespace langone::fuzz {

llvm::ArrayRef<Check> getChecks() {
  static constexpr Check kChecks[] = {
      {"estimates", "no execution leaves the bounds of the analysis",
       checkEstimates},
      {"behaviour", "planned and pooled programs do what they did",
       checkSameBehaviour},
      {"verdicts", "verdicts follow the estimates", checkVerdicts},
      {"guards", "what exceeds a budget is ended, and nothing else",
       checkGuards},
      {"certificates", "the independent checker derives the same peaks",
       checkCertificates},
      {"output", "output is the same each time, and reads back", checkOutput},
      {"native", "machine code does what the interpreter does", checkNative},
  };
  return kChecks;
}

Violations checkSubject(TestContext &context, Subject &subject,
                        llvm::ArrayRef<std::string> names) {
  if (!subject.module)
    return {"INVALID: " + context.takeErrors()};
  Violations violations;
  for (const Check &check : getChecks())
    if (names.empty() || llvm::is_contained(names, check.name))
      llvm::append_range(violations, check.run(context, subject));
  context.takeErrors();
  return violations;
}

} // namespace langone::fuzz
