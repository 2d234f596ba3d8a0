//===- DifferentialTest.cpp - analysis and plan against executions --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A few programs, for builds with sanitizers; langone-fuzz checks many. Replay
// with LANGONE_SEED and LANGONE_PROGRAMS.
//
//===----------------------------------------------------------------------===//

#include "CheckPrograms.h"
#include "Estimates.h"
#include "PlanProperties.h"
#include "SuggestionProperties.h"

#include <gtest/gtest.h>

namespace langone::resource::test {
namespace {

TEST(Differential, EstimatesBoundEveryExecution) {
  checkPrograms(200, checkEstimates);
}

TEST(Differential, TransformedProgramsDoTheSame) {
  checkPrograms(200, checkSameBehaviour);
}

TEST(Differential, VerdictsFollowTheEstimates) {
  checkPrograms(200, checkVerdicts);
}

TEST(Differential, OutputIsDeterministicAndReadsBack) {
  checkPrograms(200, checkOutput);
}

TEST(Differential, SuggestionsKeepTheirPromises) {
  checkPrograms(100, checkSuggestions);
}

} // namespace
} // namespace langone::resource::test
