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

struct Finding {
  uint64_t seed = 0;
  resource::test::Violations violations;
};

/// Calls `check` for each seed in a worker process, and `report` for each
/// finding in this one. The number of programs that were checked.
uint64_t
runCampaign(const CampaignOptions &options,
            llvm::function_ref<resource::test::Violations(uint64_t seed)> check,
            llvm::function_ref<void(const Finding &)> report);

} // namespace langone::fuzz

#endif // LANGONE_FUZZ_CAMPAIGN_H
