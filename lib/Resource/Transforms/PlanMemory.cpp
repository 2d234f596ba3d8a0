//===- PlanMemory.cpp - one arena for each entry function -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the rewriting of a module to its MemoryPlan. Nothing is changed unless
// the validator accepts all plans.
//
//===----------------------------------------------------------------------===//

#include "OutputFile.h"
#include "langone/Resource/Analysis/MemoryPlan.h"
#include "langone/Resource/IR/ResourceOps.h"
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

MemRefType getArenaType(MLIRContext *context, uint64_t bytes) {
  return MemRefType::get({static_cast<int64_t>(bytes)},
                         IntegerType::get(context, 8));
}

// What a function that is planned gives its name to.
constexpr StringLiteral kRequirementsSuffix = "_arena_requirements";
constexpr StringLiteral kGlobalSuffix = "_arena";
constexpr StringLiteral kSplitSuffix = "_in_arena";

LogicalResult checkNameIsFree(FunctionOpInterface function, StringRef suffix) {
  auto name =
      StringAttr::get(function.getContext(), function.getName() + suffix);
  if (!SymbolTable::lookupNearestSymbolFrom(function, name))
    return success();
  return emitError(function.getLoc(), "cannot plan the memory: '@")
         << name.getValue() << "' exists already";
}

/// Gives one function its arena and puts its buffers there.
class FunctionRewriter {
public:
  FunctionRewriter(const FunctionPlan &plan, const MemoryPlan &module,
                   ArenaPlacement placement)
      : plan(plan), module(module), placement(placement),
        function(cast<func::FuncOp>(plan.function)), builder(function) {}

  void rewrite() {
    if (plan.isEmpty() && !needsAccount())
      return;
    placeBuffers(provideArena());
    recordPlan();
  }

private:
  Location getLoc() { return function.getLoc(); }

  /// A budget needs an account even where there is nothing to plan.
  bool needsAccount() const {
    auto budget = getResourceAttr<MemoryBudgetAttr>(
        function, ResourceDialect::kMemoryBudget);
    return budget && placement == ArenaPlacement::Runtime &&
           plan.role == ArenaRole::Entry && !plan.unplanned.empty() &&
           !function->hasAttr(ResourceDialect::kPlan);
  }

  Value provideArena() {
    if (plan.role == ArenaRole::Slice || placement == ArenaPlacement::Argument)
      return provideArgument();
    return placement == ArenaPlacement::Static ? provideGlobal() : acquire();
  }

  MemRefType arenaType() {
    return getArenaType(function.getContext(), plan.getArenaBytes());
  }

  Value provideArgument() {
    unsigned position = function.getNumArguments();
    (void)function.insertArgument(position, arenaType(), {}, getLoc());
    if (plan.role != ArenaRole::Slice)
      declareRequirements();
    return function.getArgument(position);
  }

  /// `<name>_arena_requirements() -> (size, alignment)`, both in bytes.
  void declareRequirements() {
    builder.setInsertionPointAfter(function);
    Type index = builder.getIndexType();
    auto requirements = func::FuncOp::create(
        builder, getLoc(), (function.getName() + kRequirementsSuffix).str(),
        builder.getFunctionType({}, {index, index}));
    for (NamedAttribute attribute : function->getDiscardableAttrs())
      if (attribute.getName() == "llvm.emit_c_interface")
        requirements->setAttr(attribute.getName(), attribute.getValue());
    builder.setInsertionPointToStart(requirements.addEntryBlock());
    Value size = constant(plan.getArenaBytes());
    Value alignment = constant(plan.alignment);
    func::ReturnOp::create(builder, getLoc(), ValueRange{size, alignment});
  }

  Value provideGlobal() {
    builder.setInsertionPoint(function);
    auto global = memref::GlobalOp::create(
        builder, getLoc(), (function.getName() + kGlobalSuffix).str(),
        builder.getStringAttr("private"), arenaType(), builder.getUnitAttr(),
        /*constant=*/false, builder.getI64IntegerAttr(plan.alignment));
    builder.setInsertionPointToStart(&function.getBody().front());
    return memref::GetGlobalOp::create(builder, getLoc(), arenaType(),
                                       global.getSymName());
  }

  Value acquire() {
    builder.setInsertionPointToStart(&function.getBody().front());
    auto acquire =
        ArenaAcquireOp::create(builder, getLoc(), arenaType(),
                               getResourceAttr<MemoryBudgetAttr>(
                                   function, ResourceDialect::kMemoryBudget),
                               plan.alignment);
    for (Block &block : function.getBody()) {
      if (!isa<func::ReturnOp>(block.getTerminator()))
        continue;
      builder.setInsertionPoint(block.getTerminator());
      ArenaReleaseOp::create(builder, getLoc(), acquire);
    }
    return acquire;
  }

  Value constant(uint64_t value) {
    return arith::ConstantIndexOp::create(builder, getLoc(), value);
  }

  /// One constant at the entry for each offset.
  Value getOffset(uint64_t offset) {
    Value &value = offsets[offset];
    if (!value) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(&function.getBody().front());
      value = constant(offset);
    }
    return value;
  }

  void placeBuffers(Value arena) {
    for (auto [owner, offset] :
         llvm::zip_equal(plan.owners, plan.result.solution.offsets)) {
      builder.setInsertionPoint(owner);
      auto call = dyn_cast<CallOpInterface>(owner);
      auto type = call ? getArenaType(owner->getContext(),
                                      module.getSliceOf(call)->getArenaBytes())
                       : cast<MemRefType>(owner->getResult(0).getType());
      Value view = memref::ViewOp::create(builder, owner->getLoc(), type, arena,
                                          getOffset(offset), ValueRange());
      if (call) {
        call.getArgOperandsMutable().append(view);
        continue;
      }
      owner->replaceAllUsesWith(ValueRange(view));
      owner->erase();
    }
    for (Operation *deallocation : plan.deallocations)
      deallocation->erase();
  }

  void recordPlan() {
    ArenaPlacement recorded =
        plan.role == ArenaRole::Slice ? ArenaPlacement::Argument : placement;
    PlanStatus status = plan.isEmpty() || plan.result.status ==
                                              langone::planner::Status::optimal
                            ? PlanStatus::Optimal
                            : PlanStatus::Feasible;
    function->setAttr(ResourceDialect::kPlan,
                      PlanAttr::get(function.getContext(), plan.getArenaBytes(),
                                    plan.alignment, plan.result.load.bytes,
                                    recorded, status));
  }

  const FunctionPlan &plan;
  const MemoryPlan &module;
  ArenaPlacement placement;
  func::FuncOp function;
  OpBuilder builder;
  DenseMap<uint64_t, Value> offsets;
};

/// Splits `function` into itself, which calls, and `<name>_in_arena`, which
/// works; `callSites` then call the latter.
LogicalResult splitEntry(func::FuncOp function,
                         ArrayRef<CallOpInterface> callSites) {
  if (failed(checkNameIsFree(function, kSplitSuffix)))
    return failure();
  std::string name = (function.getName() + kSplitSuffix).str();
  OpBuilder builder(function);
  builder.setInsertionPointAfter(function);
  auto body = func::FuncOp::create(builder, function.getLoc(), name,
                                   function.getFunctionType());
  body.setPrivate();
  body.setAllArgAttrs(function.getAllArgAttrs());
  body.getBody().takeBody(function.getBody());

  builder.setInsertionPointToStart(function.addEntryBlock());
  auto call = func::CallOp::create(builder, function.getLoc(), body,
                                   function.getArguments());
  func::ReturnOp::create(builder, function.getLoc(), call.getResults());
  for (CallOpInterface site : callSites)
    site.setCalleeFromCallable(SymbolRefAttr::get(body));
  return success();
}

struct PlanMemory : langone::resource::impl::PlanMemoryBase<PlanMemory> {
  using PlanMemoryBase::PlanMemoryBase;

  void runOnOperation() override {
    if (alignment != 0 && !llvm::isPowerOf2_64(alignment)) {
      emitError(getOperation().getLoc(), "alignment of ")
          << alignment << " bytes is not a power of two";
      return signalPassFailure();
    }
    FailureOr<MemoryPlan> plan = makePlan();
    if (failed(plan) || failed(validate(*plan)) || failed(checkNames(*plan)) ||
        failed(draw(*plan)))
      return signalPassFailure();
    tell(*plan);
    // Callers find the arguments of their callees only after these have them.
    for (const FunctionPlan &function : plan->getFunctions())
      if (isa<func::FuncOp>(function.function))
        FunctionRewriter(function, *plan, arena).rewrite();
  }

private:
  FailureOr<MemoryPlan> makePlan();
  LogicalResult validate(const MemoryPlan &plan);
  LogicalResult checkNames(const MemoryPlan &plan);
  LogicalResult draw(const MemoryPlan &plan);
  void tell(const MemoryPlan &plan);
};

} // namespace

FailureOr<MemoryPlan> PlanMemory::makePlan() {
  PlanOptions options;
  options.placement = arena;
  options.alignment = alignment;
  options.effort = effort;
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
    if (function.isEmpty() || function.role == ArenaRole::Slice ||
        arena == ArenaPlacement::Runtime)
      continue;
    StringRef suffix =
        arena == ArenaPlacement::Argument ? kRequirementsSuffix : kGlobalSuffix;
    if (failed(checkNameIsFree(function.function, suffix)))
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

void PlanMemory::tell(const MemoryPlan &plan) {
  for (const FunctionPlan &function : plan.getFunctions()) {
    for (const UnplannedBuffer &buffer : function.unplanned)
      remark::missed(buffer.buffer.getLoc(),
                     remark::RemarkOpts::name("NotPlanned").category("langone"))
          << "buffer stays outside the arena: " << buffer.reason;
    if (!function.isEmpty())
      remark::passed(
          function.function.getLoc(),
          remark::RemarkOpts::name("Planned").category("langone").function(
              function.function.getName()))
          << "arena planned: "
          << remark::metric("arena_bytes", function.getArenaBytes())
          << remark::metric("lower_bound_bytes", function.result.load.bytes)
          << remark::metric("buffers", function.problem.buffers.size());
  }
}
