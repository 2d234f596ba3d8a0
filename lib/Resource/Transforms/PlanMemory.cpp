//===- PlanMemory.cpp - one arena for each entry function -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the order of things: plan, validate, tell, rewrite. Nothing is changed
// unless the validator accepts all plans.
//
//===----------------------------------------------------------------------===//

#include "ArenaRewriter.h"
#include "OutputFile.h"
#include "langone/Resource/Analysis/Report.h"
#include "langone/Resource/Analysis/StackUsage.h"
#include "langone/Resource/Transforms/Passes.h"

#include "langone/Planner/svg.h"
#include "langone/Planner/validator.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Remarks.h"

#include <sstream>

namespace langone::resource {
#define GEN_PASS_DEF_PLANMEMORY
#include "langone/Resource/Transforms/Passes.h.inc"
} // namespace langone::resource

using namespace mlir;
using namespace langone::resource;

namespace {

struct PlanMemory : langone::resource::impl::PlanMemoryBase<PlanMemory> {
  using PlanMemoryBase::PlanMemoryBase;

  void runOnOperation() override {
    if (alignment != 0 && !llvm::isPowerOf2_64(alignment)) {
      emitError(getOperation().getLoc(), "alignment of ")
          << alignment.getValue() << " bytes is not a power of two";
      return signalPassFailure();
    }
    if (dynamic == DynamicSizes::Symbolic && arena == ArenaPlacement::Static) {
      emitError(getOperation().getLoc(),
                "a static arena has one size: dynamic=symbolic needs "
                "arena=runtime or arena=argument");
      return signalPassFailure();
    }
    FailureOr<MemoryPlan> plan = makePlan();
    if (failed(plan) || failed(validate(*plan)) || failed(checkNames(*plan)) ||
        failed(draw(*plan)) || failed(writeReportFile(*plan)))
      return signalPassFailure();
    tell(*plan);
    const SizeAnalysis &sizes = getAnalysis<FootprintAnalysis>().getSizes();
    // Callers find the arguments of their callees only after these have them.
    for (const FunctionPlan &function : plan->getFunctions())
      if (isa<func::FuncOp>(function.function))
        rewriteToArena(function, *plan, sizes, arena);
  }

private:
  FailureOr<MemoryPlan> makePlan();
  LogicalResult validate(const MemoryPlan &plan);
  LogicalResult checkNames(const MemoryPlan &plan);
  LogicalResult draw(const MemoryPlan &plan);
  LogicalResult writeReportFile(const MemoryPlan &plan);
  void tell(const MemoryPlan &plan);
};

} // namespace

FailureOr<MemoryPlan> PlanMemory::makePlan() {
  PlanOptions options;
  options.placement = arena;
  options.alignment = alignment;
  options.effort = effort;
  options.dynamicSizes = dynamic;
  if (failed(getAnalysis<FootprintAnalysis>().getSizes().verify()))
    return failure();
  AnalysisManager analyses = getAnalysisManager();
  MemoryPlan plan(getOperation(), getAnalysis<FootprintAnalysis>(), analyses,
                  options);
  // An argument serves both kinds of callers, other arenas need a split.
  if (arena == ArenaPlacement::Argument)
    return plan;
  bool split = false;
  for (const FunctionPlan &shared : plan.getFunctions()) {
    if (shared.role != ArenaRole::Shared || shared.isEmpty())
      continue;
    if (failed(splitEntry(cast<func::FuncOp>(shared.function),
                          plan.getSliceCallers(shared))))
      return failure();
    split = true;
  }
  if (!split)
    return plan;
  // Plan anew for what the module is now.
  analyses.invalidate(AnalysisManager::PreservedAnalyses());
  return MemoryPlan(getOperation(), getAnalysis<FootprintAnalysis>(), analyses,
                    options);
}

LogicalResult PlanMemory::validate(const MemoryPlan &plan) {
  for (const FunctionPlan &function : plan.getFunctions()) {
    if (function.isEmpty())
      continue;
    if (function.result.error)
      return emitError(function.function.getLoc(), "cannot plan the memory: ")
             << function.result.error->message(function.problem);
    if (auto violation = langone::planner::validate(function.problem,
                                                    function.result.solution))
      return emitError(function.function.getLoc(),
                       "the memory plan is not valid: ")
             << violation->message(function.problem, function.result.solution);
  }
  return success();
}

LogicalResult PlanMemory::checkNames(const MemoryPlan &plan) {
  for (const FunctionPlan &function : plan.getFunctions()) {
    if (!function.isEmpty() && failed(checkArenaNames(function, arena)))
      return failure();
  }
  return success();
}

LogicalResult PlanMemory::draw(const MemoryPlan &plan) {
  if (svg.empty())
    return success();
  const FunctionPlan *largest = nullptr;
  for (const FunctionPlan &function : plan.getFunctions())
    if (!function.isEmpty() &&
        (!largest || function.getArenaBytes() > largest->getArenaBytes()))
      largest = &function;
  if (!largest)
    return emitError(getOperation().getLoc(), "there is no plan to draw");
  std::ostringstream picture;
  langone::planner::write_svg(
      picture, largest->problem, largest->result.solution,
      {.title = "Memory plan of @" + largest->function.getName().str()});
  return writeOutputFile(getOperation(), svg,
                         [&](llvm::raw_ostream &os) { os << picture.str(); });
}

// Now, as the buffers are still there: afterwards all is one arena.
LogicalResult PlanMemory::writeReportFile(const MemoryPlan &plan) {
  if (report.empty())
    return success();
  const auto &footprint = getAnalysis<FootprintAnalysis>();
  return writeOutputFile(getOperation(), report, [&](llvm::raw_ostream &os) {
    writeReport(footprint, getAnalysis<StackUsageAnalysis>(), getOperation(),
                os, &plan);
  });
}

void PlanMemory::tell(const MemoryPlan &plan) {
  for (const FunctionPlan &function : plan.getFunctions()) {
    for (const UnplannedBuffer &buffer : function.unplanned)
      remark::missed(buffer.buffer.getLoc(),
                     remark::RemarkOpts::name("NotPlanned").category("langone"))
          << "buffer stays outside the arena: " << buffer.reason;
    if (function.symbolic && function.symbolic->isPlannedAtEntry())
      remark::analysis(function.function.getLoc(),
                       remark::RemarkOpts::name("PlannedAtEntry")
                           .category("langone")
                           .function(function.function.getName()))
          << "no order of the buffers fits all sizes: planned at entry, link "
             "langone_rt_planner"
          << remark::metric("excess_permille",
                            function.symbolic->getOrders().worst_permille);
    if (!function.isEmpty())
      remark::passed(
          function.function.getLoc(),
          remark::RemarkOpts::name("Planned").category("langone").function(
              function.function.getName()))
          << "arena planned: "
          << remark::metric("arena_bytes", function.getArenaBytes())
          << remark::metric("lower_bound_bytes", function.result.bound)
          << remark::metric("gap_bytes", function.result.gap)
          << remark::metric("status", StringRef(langone::planner::to_string(
                                          function.result.status)))
          << remark::metric("buffers", function.problem.buffers.size());
  }
}
