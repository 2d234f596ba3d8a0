//===- Campaign.h - many programs, whatever they do to us --------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the worker processes of a campaign: each checks its share of the seeds,
// and a program that crashes or hangs its worker is a finding, not the end.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_FUZZ_CAMPAIGN_H
#define LANGONE_FUZZ_CAMPAIGN_H

#include "Executions.h"

namespace langone::fuzz {

struct CampaignOptions {
  uint64_t seed = 1;
  uint64_t programs = 1000;
  unsigned jobs = 1;
  /// Ends after so many programs with findings.
  uint64_t maxFailures = 10;
  /// Seconds for one program, before it counts as hanging.
  unsigned timeout = 60;
};

/// What the checks of one program have found and measured.
struct Outcome {
  uint64_t seed = 0;
  resource::test::Violations violations = {};
  std::vector<resource::test::Measurement> measurements = {};
};

/// Calls `check` for each seed in a worker process, and `report` with what it
/// returns in this one; the order of the calls depends on the workers.
void runCampaign(const CampaignOptions &options,
                 llvm::function_ref<Outcome(uint64_t seed)> check,
                 llvm::function_ref<void(const Outcome &)> report);

} // namespace langone::fuzz

#endif // LANGONE_FUZZ_CAMPAIGN_H
