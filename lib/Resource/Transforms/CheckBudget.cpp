//===- CheckBudget.cpp - prove or refute every memory budget --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CheckStack.h"
#include "OutputFile.h"
#include "SuggestionNotes.h"
#include "Witness.h"
#include "langone/Resource/Analysis/CallStructure.h"
#include "langone/Resource/Analysis/Certificate.h"
#include "langone/Resource/Analysis/Footprint.h"
#include "langone/Resource/Transforms/Passes.h"

#include "mlir/IR/BuiltinOps.h"

namespace langone::resource {
#define GEN_PASS_DEF_CHECKBUDGET
#include "langone/Resource/Transforms/Passes.h.inc"
} // namespace langone::resource

using namespace mlir;
using namespace langone::resource;

namespace {

VerdictKind decide(const Footprint &footprint, uint64_t limit) {
  if (footprint.upper && *footprint.upper <= limit)
    return VerdictKind::Proven;
  return footprint.lower > limit ? VerdictKind::Refuted : VerdictKind::Guarded;
}

struct CheckBudget : langone::resource::impl::CheckBudgetBase<CheckBudget> {
  using CheckBudgetBase::CheckBudgetBase;

  void runOnOperation() override {
    const auto &analysis = getAnalysis<FootprintAnalysis>();
    effort = {};
    // What follows from a contradiction is no verdict.
    if (failed(analysis.getSizes().verify()) ||
        failed(CallStructure(getOperation()).verifyDepths()))
      return signalPassFailure();
    getOperation()->walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (auto budget = getResourceAttr<MemoryBudgetAttr>(
              op, ResourceDialect::kMemoryBudget)) {
        check(op, budget, analysis);
        if (budget.getStack() &&
            failed(checkStackLimit(op, budget,
                                   getAnalysis<StackUsageAnalysis>(), remarks,
                                   maxBuffers)))
          signalPassFailure();
      }
    });
    // Verdicts are about the code, they do not change it.
    markAnalysesPreserved<FootprintAnalysis, StackUsageAnalysis>();
    if (!isRefuted && !certificate.empty() &&
        failed(writeOutputFile(getOperation(), certificate, [&](auto &os) {
          writeBudgetCertificate(analysis, getOperation(), os);
        })))
      signalPassFailure();
  }

private:
  bool isRefuted = false;
  SuggestionEffort effort;

  void check(Operation *op, MemoryBudgetAttr budget,
             const FootprintAnalysis &analysis) {
    auto function = dyn_cast<FunctionOpInterface>(op);
    if (function && function.isExternal()) {
      record(op, VerdictKind::Guarded, std::nullopt);
      if (remarks)
        emitRemark(op->getLoc(), "GUARDED: the function has no body to check");
      return;
    }
    // What a scope takes from its function's arena is no allocation any more:
    // a verdict from before planning stands.
    auto parent = op->getParentOfType<FunctionOpInterface>();
    if (parent && parent->hasAttr(ResourceDialect::kPlan)) {
      if (op->hasAttr(ResourceDialect::kVerdict))
        return;
      record(op, VerdictKind::Guarded, std::nullopt);
      if (remarks)
        emitRemark(op->getLoc(),
                   "GUARDED: the buffers of this scope lie in the "
                   "arena of its function, check it before planning");
      return;
    }
    Footprint footprint = analysis.getScope(op);
    VerdictKind verdict = decide(footprint, budget.getLimit());
    switch (verdict) {
    case VerdictKind::Proven:
      tellProven(op, budget, footprint);
      break;
    case VerdictKind::Refuted:
      tellRefuted(op, budget, footprint, analysis);
      break;
    case VerdictKind::Guarded:
      tellGuarded(op, budget, footprint);
      break;
    }
    record(op, verdict,
           verdict == VerdictKind::Refuted ? footprint.lower : footprint.upper);
  }

  void record(Operation *op, VerdictKind kind, UpperBytes peak) {
    op->setAttr(ResourceDialect::kVerdict,
                VerdictAttr::get(&getContext(), kind, peak));
  }

  void tellProven(Operation *op, MemoryBudgetAttr budget,
                  const Footprint &footprint) {
    if (remarks)
      emitRemark(op->getLoc(), "PROVEN: at most ")
          << *footprint.upper << " bytes of " << budget.getLimit();
    if (budget.getSoft() && *footprint.upper > *budget.getSoft())
      emitWarning(op->getLoc(), "memory may exceed the soft limit of ")
          << *budget.getSoft() << " bytes: needs up to " << *footprint.upper
          << " bytes";
  }

  void tellRefuted(Operation *op, MemoryBudgetAttr budget,
                   const Footprint &footprint,
                   const FootprintAnalysis &analysis) {
    isRefuted = true;
    bool refuse = budget.getOnExceed() == OnExceed::Error;
    InFlightDiagnostic diagnostic =
        refuse ? emitError(op->getLoc()) : emitWarning(op->getLoc());
    diagnostic << "REFUTED: memory budget of " << budget.getLimit()
               << " bytes cannot hold, " << footprint.lower
               << " bytes are needed (" << footprint.lower - budget.getLimit()
               << " too many)";
    auto plan = getResourceAttr<PlanAttr>(op, ResourceDialect::kPlan);
    if (plan && plan.getArenaUpper())
      diagnostic.attachNote(op->getLoc())
          << "the plan takes an arena of " << plan.getArena()
          << " bytes, no plan takes less than " << plan.getLowerBound()
          << " bytes";
    if (footprint.lowerPeak)
      attachWitness(diagnostic, *footprint.lowerPeak, maxBuffers);
    attachSuggestions(
        diagnostic,
        findSuggestions(analysis, op, Estimate::Lower, suggestions, effort),
        budget.getLimit());
    if (refuse)
      signalPassFailure();
  }

  void tellGuarded(Operation *op, MemoryBudgetAttr budget,
                   const Footprint &footprint) {
    if (budget.getSoft() && footprint.lower > *budget.getSoft())
      emitWarning(op->getLoc(), "memory exceeds the soft limit of ")
          << *budget.getSoft() << " bytes: needs at least " << footprint.lower
          << " bytes";
    if (!remarks)
      return;
    InFlightDiagnostic diagnostic =
        emitRemark(op->getLoc(), "GUARDED: between ");
    diagnostic << footprint.lower << " and ";
    if (footprint.upper)
      diagnostic << *footprint.upper << " bytes are needed";
    else
      diagnostic << "an unknown number of bytes are needed";
    diagnostic << ", the budget is " << budget.getLimit() << " bytes";
    for (const UnboundedReason &reason : footprint.reasons)
      diagnostic.attachNote(reason.location) << reason.message;
  }
};

} // namespace
