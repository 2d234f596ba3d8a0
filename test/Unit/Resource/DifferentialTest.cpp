//===- DifferentialTest.cpp - analysis and plan against executions --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LANGONE_SEED and LANGONE_PROGRAMS replay and extend; LANGONE_STATS prints how
// far estimates are from what executions need.
//
//===----------------------------------------------------------------------===//

#include "CheckPrograms.h"
#include "Estimates.h"
#include "PlanProperties.h"

#include <cstdlib>
#include <gtest/gtest.h>

namespace langone::resource::test {
namespace {

TEST(Differential, EstimatesBoundEveryExecution) {
  EstimateStatistics statistics;
  checkPrograms(1000, [&](TestContext &context, Subject &subject) {
    return checkEstimates(context, subject, statistics);
  });
  if (std::getenv("LANGONE_STATS"))
    statistics.print(llvm::outs());
}

TEST(Differential, TransformedProgramsDoTheSame) {
  checkPrograms(1000, checkSameBehaviour);
}

TEST(Differential, VerdictsFollowTheEstimates) {
  checkPrograms(1000, checkVerdicts);
}

TEST(Differential, OutputIsDeterministicAndReadsBack) {
  checkPrograms(1000, checkOutput);
}

} // namespace
} // namespace langone::resource::test
