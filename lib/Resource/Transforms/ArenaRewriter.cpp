//===- ArenaRewriter.cpp - a function and its arena -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ArenaRewriter.h"

#include "langone/Resource/Analysis/MemoryEvents.h"
#include "langone/Resource/IR/ResourceOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

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
    if (!function->hasAttr(ResourceDialect::kMemoryBudget) ||
        function->hasAttr(ResourceDialect::kPlan) ||
        placement != ArenaPlacement::Runtime || plan.role != ArenaRole::Entry)
      return false;
    return !plan.unplanned.empty() ||
           function
               ->walk([](CallOpInterface) { return WalkResult::interrupt(); })
               .wasInterrupted();
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
        /*constant=*/false,
        builder.getI64IntegerAttr(static_cast<int64_t>(plan.alignment)));
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
    return arith::ConstantIndexOp::create(builder, getLoc(),
                                          static_cast<int64_t>(value));
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
      ValueRange sizes = call ? ValueRange() : *getDynamicSizes(owner);
      Value view = memref::ViewOp::create(builder, owner->getLoc(), type, arena,
                                          getOffset(offset), sizes);
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

} // namespace

LogicalResult langone::resource::checkArenaName(FunctionOpInterface function,
                                                ArenaPlacement placement) {
  switch (placement) {
  case ArenaPlacement::Runtime:
    return success();
  case ArenaPlacement::Argument:
    return checkNameIsFree(function, kRequirementsSuffix);
  case ArenaPlacement::Static:
    return checkNameIsFree(function, kGlobalSuffix);
  }
  llvm_unreachable("unknown placement");
}

LogicalResult
langone::resource::splitEntry(func::FuncOp function,
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

void langone::resource::rewriteToArena(const FunctionPlan &plan,
                                       const MemoryPlan &module,
                                       ArenaPlacement placement) {
  FunctionRewriter(plan, module, placement).rewrite();
}
