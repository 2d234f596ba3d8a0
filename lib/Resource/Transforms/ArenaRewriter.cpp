//===- ArenaRewriter.cpp - a function and its arena -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ArenaRewriter.h"

#include "ArenaSizes.h"
#include "SizeGuards.h"
#include "langone/Resource/Analysis/MemoryEvents.h"
#include "langone/Resource/IR/ResourceOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace langone::resource;

namespace {

/// Of an arena, or a slice of one, for this plan.
MemRefType getArenaType(const FunctionPlan &plan) {
  int64_t bytes = plan.symbolic ? ShapedType::kDynamic
                                : static_cast<int64_t>(plan.getArenaBytes());
  return MemRefType::get({bytes},
                         IntegerType::get(plan.function.getContext(), 8));
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
                   const SizeAnalysis &sizes, ArenaPlacement placement)
      : plan(plan), module(module), sizes(sizes), placement(placement),
        function(cast<func::FuncOp>(plan.function)), builder(function) {}

  void rewrite() {
    if (plan.isEmpty() && !needsAccount())
      return;
    builder.setInsertionPointToStart(&function.getBody().front());
    // Sizes are computed, and the arena acquired, only if they may be.
    insertSizeGuards(builder, function, plan.assumptions);
    if (plan.symbolic) {
      declareSizes();
      emitted = emitArena(builder, getLoc(), plan, module, sizes.get(function),
                          emitLeaves(builder, getLoc(), *plan.symbolic));
    }
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

  Value provideArgument() {
    unsigned position = function.getNumArguments();
    (void)function.insertArgument(position, getArenaType(plan), {}, getLoc());
    if (plan.role != ArenaRole::Slice)
      declareRequirements();
    return function.getArgument(position);
  }

  /// A function beside this one that computes `numResults` numbers from the
  /// entry leaves of a symbolic plan; the builder goes to its start.
  func::FuncOp declare(StringRef suffix, unsigned numResults) {
    builder.setInsertionPointAfter(function);
    Type index = builder.getIndexType();
    SmallVector<Type> leaves(
        plan.symbolic ? plan.symbolic->getLeaves().size() : 0, index);
    SmallVector<Type> results(numResults, index);
    auto beside = func::FuncOp::create(
        builder, getLoc(), (function.getName() + suffix).str(),
        builder.getFunctionType(leaves, results));
    beside.setVisibility(function.getVisibility());
    for (NamedAttribute attribute : function->getDiscardableAttrs())
      if (attribute.getName() == "llvm.emit_c_interface")
        beside->setAttr(attribute.getName(), attribute.getValue());
    builder.setInsertionPointToStart(beside.addEntryBlock());
    return beside;
  }

  /// `<name>_arena_bytes(leaves...) -> size`, in bytes.
  void declareSizes() {
    OpBuilder::InsertionGuard guard(builder);
    func::FuncOp beside = declare(kArenaBytesSuffix, 1);
    SmallVector<Value> leaves =
        llvm::to_vector_of<Value>(beside.getArguments());
    EmittedArena arena =
        emitArena(builder, getLoc(), plan, module, sizes.get(function), leaves);
    func::ReturnOp::create(builder, getLoc(), arena.bytes);
  }

  /// `<name>_arena_requirements(leaves...) -> (size, alignment)`, in bytes.
  void declareRequirements() {
    OpBuilder::InsertionGuard guard(builder);
    func::FuncOp beside = declare(kRequirementsSuffix, 2);
    Value size = plan.symbolic
                     ? func::CallOp::create(
                           builder, getLoc(),
                           (function.getName() + kArenaBytesSuffix).str(),
                           builder.getIndexType(), beside.getArguments())
                           .getResult(0)
                     : constant(plan.getArenaBytes());
    Value alignment = constant(plan.alignment);
    func::ReturnOp::create(builder, getLoc(), ValueRange{size, alignment});
  }

  Value provideGlobal() {
    OpBuilder::InsertPoint entry = builder.saveInsertionPoint();
    builder.setInsertionPoint(function);
    auto global = memref::GlobalOp::create(
        builder, getLoc(), (function.getName() + kGlobalSuffix).str(),
        builder.getStringAttr("private"), getArenaType(plan),
        builder.getUnitAttr(),
        /*constant=*/false,
        builder.getI64IntegerAttr(static_cast<int64_t>(plan.alignment)));
    builder.restoreInsertionPoint(entry);
    return memref::GetGlobalOp::create(builder, getLoc(), getArenaType(plan),
                                       global.getSymName());
  }

  Value acquire() {
    auto acquire = ArenaAcquireOp::create(
        builder, getLoc(), getArenaType(plan), emitted.bytes,
        getResourceAttr<MemoryBudgetAttr>(function,
                                          ResourceDialect::kMemoryBudget),
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
    for (auto [index, owner] : llvm::enumerate(plan.owners)) {
      builder.setInsertionPoint(owner);
      Value offset = plan.symbolic
                         ? emitted.offsets[index]
                         : getOffset(plan.result.solution.offsets[index]);
      if (auto call = dyn_cast<CallOpInterface>(owner))
        placeSlice(call, index, arena, offset);
      else
        placeBuffer(owner, arena, offset);
    }
    for (Operation *deallocation : plan.deallocations)
      deallocation->erase();
  }

  void placeBuffer(Operation *owner, Value arena, Value offset) {
    auto type = cast<MemRefType>(owner->getResult(0).getType());
    Value view = memref::ViewOp::create(builder, owner->getLoc(), type, arena,
                                        offset, *getDynamicSizes(owner));
    owner->replaceAllUsesWith(ValueRange(view));
    owner->erase();
  }

  void placeSlice(CallOpInterface call, size_t index, Value arena,
                  Value offset) {
    // The callee may have no arena after all.
    const FunctionPlan *callee = module.getSliceOf(call);
    if (!callee)
      return;
    SmallVector<Value, 1> bytes;
    if (callee->symbolic)
      bytes.push_back(plan.symbolic
                          ? emitted.sizes[index]
                          : getOffset(plan.problem.buffers[index].size));
    call.getArgOperandsMutable().append(
        memref::ViewOp::create(builder, call.getLoc(), getArenaType(*callee),
                               arena, offset, bytes)
            .getResult());
  }

  void recordPlan() {
    function->setAttr(ResourceDialect::kPlan, module.getAttr(plan));
  }

  const FunctionPlan &plan;
  const MemoryPlan &module;
  const SizeAnalysis &sizes;
  ArenaPlacement placement;
  func::FuncOp function;
  OpBuilder builder;
  /// Of a symbolic plan.
  EmittedArena emitted;
  DenseMap<uint64_t, Value> offsets;
};

} // namespace

LogicalResult langone::resource::checkArenaNames(const FunctionPlan &plan,
                                                 ArenaPlacement placement) {
  if (plan.symbolic &&
      failed(checkNameIsFree(plan.function, kArenaBytesSuffix)))
    return failure();
  if (plan.role == ArenaRole::Slice)
    return success();
  switch (placement) {
  case ArenaPlacement::Runtime:
    return success();
  case ArenaPlacement::Argument:
    return checkNameIsFree(plan.function, kRequirementsSuffix);
  case ArenaPlacement::Static:
    return checkNameIsFree(plan.function, kGlobalSuffix);
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
                                       const SizeAnalysis &sizes,
                                       ArenaPlacement placement) {
  FunctionRewriter(plan, module, sizes, placement).rewrite();
}
