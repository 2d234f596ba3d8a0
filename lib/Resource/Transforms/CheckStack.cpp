//===- CheckStack.cpp - the stack limit of a memory budget ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Never PROVEN: the frames that code generation makes come on top of what IR
// allocates. It can be REFUTED here, with locations in the source.
//
//===----------------------------------------------------------------------===//

#include "CheckStack.h"

#include "Witness.h"

using namespace mlir;

namespace langone::resource {

static void record(Operation *op, VerdictKind kind, UpperBytes peak) {
  op->setAttr(ResourceDialect::kStackVerdict,
              VerdictAttr::get(op->getContext(), kind, peak));
}

static void tellGuarded(Operation *op, uint64_t limit,
                        const StackUsage &usage) {
  InFlightDiagnostic diagnostic = emitRemark(op->getLoc(), "GUARDED: ");
  diagnostic << "a stack limit of " << limit
             << " bytes is proven of machine code only (langone-stack); in the "
                "IR, ";
  if (usage.upper)
    diagnostic << *usage.upper;
  else
    diagnostic << "between " << usage.lower << " and an unknown number of";
  diagnostic << " bytes of automatic memory are live at once";
  for (const UnboundedReason &reason : usage.reasons)
    diagnostic.attachNote(reason.location) << reason.message;
}

LogicalResult checkStackLimit(Operation *op, MemoryBudgetAttr budget,
                              const StackUsageAnalysis &analysis, bool remarks,
                              unsigned maxBuffers) {
  uint64_t limit = *budget.getStack();
  StackUsage usage = analysis.getScope(op);
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (function && function.isExternal()) {
    // The verdict on the memory says already that there is nothing to check.
    record(op, VerdictKind::Guarded, std::nullopt);
    return success();
  }
  if (usage.lower <= limit) {
    record(op, VerdictKind::Guarded, std::nullopt);
    if (remarks)
      tellGuarded(op, limit, usage);
    return success();
  }
  record(op, VerdictKind::Refuted, usage.lower);
  bool refuse = budget.getOnExceed() == OnExceed::Error;
  InFlightDiagnostic diagnostic =
      refuse ? emitError(op->getLoc()) : emitWarning(op->getLoc());
  diagnostic << "REFUTED: stack limit of " << limit << " bytes cannot hold, "
             << usage.lower << " bytes of automatic memory are needed ("
             << usage.lower - limit << " too many)";
  attachWitness(diagnostic, *usage.lowerPeak, maxBuffers);
  return failure(refuse);
}

} // namespace langone::resource
