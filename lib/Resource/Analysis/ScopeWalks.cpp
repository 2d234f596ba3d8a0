//===- ScopeWalks.cpp - the ways of walking one scope ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns which ways of charging a scope is walked in, and takes the best of them.
//
//===----------------------------------------------------------------------===//

#include "FootprintWalker.h"

using namespace mlir;

namespace langone::resource {

// The lower estimates of all walks over a scope are the same.
void takeLower(WalkedScope &best, const WalkedScope &other) {
  if (isLower(other.footprint.upper, best.footprint.upper)) {
    best.footprint.upper = other.footprint.upper;
    best.footprint.upperPeak = other.footprint.upperPeak;
    best.footprint.reasons.clear();
    best.footprint.isPlain = false;
    best.timeline = other.timeline;
  } else if (other.footprint.reasons.size() < best.footprint.reasons.size()) {
    // Neither has a bound; this one lacks less.
    best.footprint.reasons = other.footprint.reasons;
  }
  if (isLower(other.footprint.retained, best.footprint.retained)) {
    best.footprint.retained = other.footprint.retained;
    best.footprint.isPlain = false;
  }
}

/// The same for two walks that count the same at calls.
static void takeLowerCalls(WalkedScope &best, const WalkedScope &other) {
  if (!best.activationCalls) {
    best.activationCalls = other.activationCalls;
  } else if (other.activationCalls) {
    for (auto [call, lower] :
         llvm::zip_equal(*best.activationCalls, *other.activationCalls))
      if (lower.bytes < call.bytes)
        call = lower;
  }
}

std::optional<Handover> ScopeWalks::getHandover() const {
  if (!withArguments)
    return std::nullopt;
  const Footprint &footprint = withArguments->footprint;
  return Handover{charges, footprint.upper, footprint.retained,
                  footprint.upperPeak};
}

ScopeWalks walkScope(const BufferOrigins &origins, const SizeBounds &sizes,
                     CallCostFn callCost, Operation *scope,
                     StringRef functionName, bool recordsTimeline) {
  bool grew = false;
  ScopeWalks walks;
  auto walk = [&](Charging charging) {
    FootprintWalker walker(origins, sizes, callCost, scope, functionName,
                           charging, recordsTimeline);
    WalkedScope walked = walker.run();
    grew |= walker.grewInLoop();
    return walked;
  };
  walks.own = walk({});
  bool freesArguments = llvm::any_of(origins.getRoots(), isFreedArgument);
  if (freesArguments) {
    walks.withArguments = walk({.arguments = true});
    // Those of families are not lower.
    walks.charges = getArgumentCharges(origins, sizes);
  }
  if (grew) {
    auto takeFamilies = [&](WalkedScope &best, Charging charging) {
      WalkedScope families = walk(charging);
      // A certificate charges in both ways.
      bool isPlain = best.footprint.isPlain && families.footprint.isPlain;
      takeLower(best, families);
      best.footprint.isPlain = isPlain;
      best.footprint.triedFamilies = true;
      takeLowerCalls(best, families);
    };
    takeFamilies(walks.own, {.families = true});
    if (freesArguments)
      takeFamilies(*walks.withArguments, {.families = true, .arguments = true});
  }
  if (grew && !walks.own.footprint.upper) {
    WalkedScope followed = walk({.families = true, .outcomes = true});
    takeLower(walks.own, followed);
    takeLowerCalls(walks.own, followed);
  }
  // What is live with the arguments is more than what is live without them.
  if (freesArguments)
    takeLower(walks.own, *walks.withArguments);
  return walks;
}

} // namespace langone::resource
