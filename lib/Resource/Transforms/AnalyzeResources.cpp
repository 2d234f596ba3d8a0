//===- AnalyzeResources.cpp - report the footprint of each function -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OutputFile.h"
#include "SuggestionNotes.h"
#include "langone/Resource/Analysis/CallStructure.h"
#include "langone/Resource/Analysis/Footprint.h"
#include "langone/Resource/Analysis/Report.h"
#include "langone/Resource/Analysis/StackUsage.h"
#include "langone/Resource/Transforms/Passes.h"

#include "mlir/IR/BuiltinOps.h"

namespace langone::resource {
#define GEN_PASS_DEF_ANALYZERESOURCES
#include "langone/Resource/Transforms/Passes.h.inc"
} // namespace langone::resource

using namespace mlir;
using namespace langone::resource;

namespace {

struct AnalyzeResources
    : langone::resource::impl::AnalyzeResourcesBase<AnalyzeResources> {
  using AnalyzeResourcesBase::AnalyzeResourcesBase;

  void runOnOperation() override {
    markAllAnalysesPreserved();
    const auto &analysis = getAnalysis<FootprintAnalysis>();
    if (failed(analysis.getSizes().verify()) ||
        failed(CallStructure(getOperation()).verifyDepths()))
      return signalPassFailure();
    if (table)
      printReportTable(analysis, getOperation(), llvm::errs());
    FunctionSuggestions found = suggest(analysis);
    auto write = [&](llvm::raw_ostream &os) {
      writeReport(analysis, getAnalysis<StackUsageAnalysis>(), getOperation(),
                  os, /*plans=*/nullptr, &found);
    };
    if (!report.empty() &&
        failed(writeOutputFile(getOperation(), report, write)))
      signalPassFailure();
  }

private:
  FunctionSuggestions suggest(const FootprintAnalysis &analysis) {
    FunctionSuggestions found;
    SuggestionEffort effort;
    if (suggestions == 0)
      return found;
    for (FunctionOpInterface function : analysis.getFunctions()) {
      Estimate estimate = analysis.getFunction(function).upper
                              ? Estimate::Upper
                              : Estimate::Lower;
      found[function] =
          findSuggestions(analysis, function, estimate, suggestions, effort);
      emitSuggestions(found[function]);
    }
    return found;
  }
};

} // namespace
