//===- InsertGuards.cpp - checks at run time where the proof stops --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the decision which checks are needed. How depth is counted is in
// DepthCounters.cpp, how an expression is evaluated in SizeEmitter.cpp.
//
//===----------------------------------------------------------------------===//

#include "DepthCounters.h"
#include "SizeEmitter.h"
#include "langone/Resource/Analysis/CallStructure.h"
#include "langone/Resource/Analysis/MemoryEvents.h"
#include "langone/Resource/Analysis/SymbolicFootprint.h"
#include "langone/Resource/IR/ResourceOps.h"
#include "langone/Resource/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Remarks.h"

namespace langone::resource {
#define GEN_PASS_DEF_INSERTGUARDS
#include "langone/Resource/Transforms/Passes.h.inc"
} // namespace langone::resource

using namespace mlir;
using namespace langone::resource;

namespace {

/// A budget that has to be watched, decided before anything is changed.
struct Watch {
  Operation *op;
  std::string name;
  MemoryBudgetAttr budget;
  UpperBytes predicted;
  /// What to compare with the limit at entry; empty: a scope is needed.
  SmallVector<AffineExpr> points;
  const SizeSymbols *symbols = nullptr;
};

struct InsertGuards : langone::resource::impl::InsertGuardsBase<InsertGuards> {
  using InsertGuardsBase::InsertGuardsBase;

  void runOnOperation() override;

private:
  void decide(Operation *op, MemoryBudgetAttr budget);
  void watch(Operation *op, MemoryBudgetAttr budget,
             const Footprint &footprint);
  void findAssumptions(const CallStructure &calls);
  void guardSizes(func::FuncOp function, ArrayRef<EntryAssumption> assumptions);
  void guardFootprint(const Watch &watch);
  void openScope(const Watch &watch);

  const FootprintAnalysis *footprint = nullptr;
  SmallVector<Watch> watches;
  SmallVector<std::pair<func::FuncOp, ArrayRef<EntryAssumption>>> assumed;
};

} // namespace

//===----------------------------------------------------------------------===//
// What is needed
//===----------------------------------------------------------------------===//

/// Whether `op` itself makes a buffer whose size is known at run time only.
static bool makesDynamicBuffer(Operation *op) {
  bool isView = isa<memref::ViewOp>(op);
  return (isView || !getMemoryEvents(op).allocated.empty()) &&
         llvm::any_of(op->getResultTypes(), [](Type type) {
           auto memref = dyn_cast<MemRefType>(type);
           return memref && !memref.hasStaticShape();
         });
}

/// Whether the entry of `function` has a guard of this kind.
static bool hasGuard(FunctionOpInterface function, GuardSubject subject) {
  return llvm::any_of(
      function.getFunctionBody().front().getOps<GuardOp>(),
      [&](GuardOp guard) { return guard.getSubject() == subject; });
}

// Whoever calls a function from outside the module promises the bounds of its
// sizes; verdicts and plans inside the module rely on them. Functions whose
// callers are all known get their sizes from functions that are checked.
void InsertGuards::findAssumptions(const CallStructure &calls) {
  // Callees first: a function relies on sizes if it, or what it calls, makes
  // buffers of them.
  llvm::DenseMap<Operation *, bool> relies;
  llvm::DenseMap<Operation *, SmallVector<Operation *>> callers;
  bool isPromised = getOperation()
                        ->walk([](Operation *op) {
                          return op->hasAttr(ResourceDialect::kMemoryBudget) ||
                                         op->hasAttr(ResourceDialect::kPlan)
                                     ? WalkResult::interrupt()
                                     : WalkResult::advance();
                        })
                        .wasInterrupted();
  if (!isPromised)
    return;
  for (const FunctionNode &node : calls.getBottomUp())
    for (CallOpInterface call : node.callSites)
      if (auto caller = call->getParentOfType<FunctionOpInterface>())
        callers[node.function].push_back(caller);
  SmallVector<Operation *> worklist;
  for (const FunctionNode &node : calls.getBottomUp())
    if (node.function
            ->walk([](Operation *op) {
              return makesDynamicBuffer(op) ? WalkResult::interrupt()
                                            : WalkResult::advance();
            })
            .wasInterrupted())
      worklist.push_back(node.function);
  while (!worklist.empty()) {
    Operation *function = worklist.pop_back_val();
    if (!std::exchange(relies[function], true))
      llvm::append_range(worklist, callers[function]);
  }
  for (const FunctionNode &node : calls.getBottomUp()) {
    auto function = dyn_cast<func::FuncOp>(node.function.getOperation());
    if (!function || function.isExternal() || !relies.lookup(function) ||
        hasGuard(node.function, GuardSubject::Size))
      continue;
    ArrayRef<EntryAssumption> assumptions =
        footprint->getSizes().getAssumptions(node.function);
    if (!assumptions.empty())
      assumed.emplace_back(function, assumptions);
  }
}

/// Whether an earlier run watches the budget of `op`.
static bool isWatched(Operation *op, MemoryBudgetAttr budget) {
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (!function) {
    auto scope = dyn_cast<ScopeOp>(op->getParentOp());
    return scope && scope.getBudget() == budget;
  }
  return hasGuard(function, GuardSubject::Footprint) ||
         llvm::any_of(function.getFunctionBody().front().getOps<ScopeOp>(),
                      [&](ScopeOp scope) {
                        return scope.getBudget() == budget &&
                               scope.getName() == function.getName();
                      });
}

void InsertGuards::watch(Operation *op, MemoryBudgetAttr budget,
                         const Footprint &own) {
  if (isWatched(op, budget))
    return;
  Watch &watch = watches.emplace_back();
  watch.op = op;
  watch.budget = budget;
  watch.predicted = own.upper;
  auto function = dyn_cast<FunctionOpInterface>(op);
  auto around =
      function ? function : op->getParentOfType<FunctionOpInterface>();
  watch.name = around.getName().str();
  // The soft limit needs an account.
  if (!function || budget.getSoft())
    return;
  watch.points = getSymbolicFootprint(function, *footprint);
  watch.symbols = &footprint->getSizes(function).getSymbols();
}

void InsertGuards::decide(Operation *op, MemoryBudgetAttr budget) {
  auto isWithin = [&](const Footprint &own) {
    return own.upper && *own.upper <= budget.getLimit() &&
           (!budget.getSoft() || *own.upper <= *budget.getSoft());
  };
  if (isa<ModuleOp>(op)) {
    // Each way into the module is watched by itself.
    for (FunctionOpInterface function : footprint->getFunctions())
      if (op->isProperAncestor(function) && function.isPublic() &&
          isa<func::FuncOp>(function.getOperation()) &&
          !isWithin(footprint->getFunction(function)))
        watch(function, budget, footprint->getFunction(function));
    return;
  }
  auto function = dyn_cast<FunctionOpInterface>(op);
  auto parent = op->getParentOfType<FunctionOpInterface>();
  if ((function && function.isExternal()) || (!function && !parent))
    return;
  // What lies in an arena is no allocation any more; the verdict on a part of a
  // function is from before planning.
  auto verdict = getResourceAttr<VerdictAttr>(op, ResourceDialect::kVerdict);
  if (!function && verdict && verdict.getKind() == VerdictKind::Proven)
    return;
  Footprint own = footprint->getScope(op);
  bool isPlanned = parent && parent->hasAttr(ResourceDialect::kPlan);
  if (isPlanned || !isWithin(own))
    watch(op, budget, own);
}

//===----------------------------------------------------------------------===//
// Guards
//===----------------------------------------------------------------------===//

static Value createIndex(OpBuilder &builder, Location loc, uint64_t value) {
  return arith::ConstantIndexOp::create(builder, loc,
                                        static_cast<int64_t>(value));
}

// One guard for both bounds: what is below the lower one counts as the largest
// number.
void InsertGuards::guardSizes(func::FuncOp function,
                              ArrayRef<EntryAssumption> assumptions) {
  OpBuilder builder(&function.getBody().front(),
                    function.getBody().front().begin());
  for (const EntryAssumption &assumption : assumptions) {
    Value argument = function.getArgument(assumption.argument);
    Location loc = argument.getLoc();
    std::string what;
    llvm::raw_string_ostream os(what);
    if (assumption.dim != SizeLeaf::kNoDim)
      os << "dimension " << assumption.dim << " of ";
    os << "argument " << assumption.argument << " of '@" << function.getName()
       << "' (" << assumption.bounds.lower.value_or(INT64_MIN) << " .. ";
    if (assumption.bounds.upper)
      os << *assumption.bounds.upper;
    os << ')';
    Value value = argument;
    if (assumption.dim != SizeLeaf::kNoDim)
      value = memref::DimOp::create(builder, loc, argument, assumption.dim);
    else if (!argument.getType().isIndex())
      value = arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                         argument);
    int64_t lower = assumption.bounds.lower.value_or(INT64_MIN);
    int64_t upper = assumption.bounds.upper.value_or(INT64_MAX);
    bool isSize = lower >= 0;
    // Signed numbers are compared by their distance to the lower bound.
    if (!isSize) {
      Value first = createIndex(builder, loc, static_cast<uint64_t>(lower));
      value = arith::SubIOp::create(builder, loc, value, first);
    } else if (lower > 0) {
      Value least = createIndex(builder, loc, lower);
      Value isBelow = arith::CmpIOp::create(
          builder, loc, arith::CmpIPredicate::ult, value, least);
      Value largest = createIndex(builder, loc, UINT64_MAX);
      value = arith::SelectOp::create(builder, loc, isBelow, largest, value);
    }
    uint64_t bound =
        isSize ? static_cast<uint64_t>(upper)
               : static_cast<uint64_t>(upper) - static_cast<uint64_t>(lower);
    GuardOp::create(builder, loc, GuardSubject::Size, value,
                    createIndex(builder, loc, bound), what, OnExceed::Error);
  }
}

void InsertGuards::guardFootprint(const Watch &watch) {
  auto function = cast<func::FuncOp>(watch.op);
  Block &entry = function.getBody().front();
  // After the guards of sizes, which it relies on.
  OpBuilder builder(&entry, entry.begin());
  for (Operation &op : entry)
    if (isa<GuardOp>(op))
      builder.setInsertionPointAfter(&op);
  Location loc = function.getLoc();
  Value bytes =
      SizeEmitter(builder, loc, *watch.symbols).emitMaximum(watch.points);
  GuardOp::create(builder, loc, GuardSubject::Footprint, bytes,
                  createIndex(builder, loc, watch.budget.getLimit()),
                  "memory of '@" + watch.name + "'",
                  watch.budget.getOnExceed());
}

//===----------------------------------------------------------------------===//
// Scopes
//===----------------------------------------------------------------------===//

/// Names of the allocations in `op`, by which measurements find predictions.
static ArrayAttr getSites(Operation *op, StringRef function,
                          const FootprintAnalysis &footprint) {
  auto around = dyn_cast<FunctionOpInterface>(op);
  if (!around)
    around = op->getParentOfType<FunctionOpInterface>();
  SmallVector<Attribute> sites;
  for (const BufferRoot &root : footprint.getOrigins(around).getRoots())
    if (root.kind == BufferRoot::Kind::Allocation &&
        op->isProperAncestor(root.value.getDefiningOp()))
      sites.push_back(StringAttr::get(op->getContext(),
                                      function + "#" + Twine(root.number)));
  return sites.empty() ? ArrayAttr() : ArrayAttr::get(op->getContext(), sites);
}

static ScopeOp createScope(OpBuilder &builder, Location loc, const Watch &watch,
                           TypeRange results, ArrayAttr sites) {
  IntegerAttr predicted;
  if (watch.predicted && *watch.predicted <= uint64_t(INT64_MAX))
    predicted =
        builder.getI64IntegerAttr(static_cast<int64_t>(*watch.predicted));
  return ScopeOp::create(builder, loc, results,
                         builder.getStringAttr(watch.name), watch.budget,
                         predicted, sites);
}

/// Moves the whole body into a scope. Blocks that return yield instead.
static void wrapBody(func::FuncOp function, const Watch &watch,
                     ArrayAttr sites) {
  Region &body = function.getBody();
  Block *first = &body.front();
  auto *entry = new Block();
  body.push_front(entry);
  SmallVector<Location> locations;
  for (BlockArgument argument : first->getArguments())
    locations.push_back(argument.getLoc());
  entry->addArguments(first->getArgumentTypes(), locations);
  for (auto [old, argument] :
       llvm::zip_equal(first->getArguments(), entry->getArguments()))
    old.replaceAllUsesWith(argument);
  first->eraseArguments(0, first->getNumArguments());
  OpBuilder builder = OpBuilder::atBlockBegin(entry);
  ScopeOp scope = createScope(builder, function.getLoc(), watch,
                              function.getResultTypes(), sites);
  func::ReturnOp::create(builder, function.getLoc(), scope.getResults());
  // Guards stay outside, what they look at with them.
  scope.getBody().getBlocks().splice(scope.getBody().end(), body.getBlocks(),
                                     first->getIterator(), body.end());
  Operation *lastGuard = nullptr;
  for (Operation &op : *first)
    if (isa<GuardOp>(op))
      lastGuard = &op;
  if (lastGuard)
    entry->getOperations().splice(entry->begin(), first->getOperations(),
                                  first->begin(),
                                  std::next(lastGuard->getIterator()));
  for (Block &block : scope.getBody()) {
    auto leave = dyn_cast<func::ReturnOp>(block.getTerminator());
    if (!leave)
      continue;
    builder.setInsertionPoint(leave);
    YieldOp::create(builder, leave.getLoc(), leave.getOperands());
    leave.erase();
  }
}

static void wrapOp(Operation *op, const Watch &watch, ArrayAttr sites) {
  OpBuilder builder(op);
  ScopeOp scope =
      createScope(builder, op->getLoc(), watch, op->getResultTypes(), sites);
  op->replaceAllUsesWith(scope.getResults());
  builder.createBlock(&scope.getBody());
  op->moveBefore(builder.getInsertionBlock(), builder.getInsertionPoint());
  builder.setInsertionPointAfter(op);
  YieldOp::create(builder, op->getLoc(), op->getResults());
}

void InsertGuards::openScope(const Watch &watch) {
  ArrayAttr sites = getSites(watch.op, watch.name, *footprint);
  if (auto function = dyn_cast<func::FuncOp>(watch.op))
    wrapBody(function, watch, sites);
  else
    wrapOp(watch.op, watch, sites);
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

/// A budget that is proven, or watched otherwise, needs no limit at the arena;
/// an arena of no bytes was there for its limit alone.
static void dropArenaLimits(func::FuncOp function) {
  SmallVector<ArenaAcquireOp> accounts;
  function->walk([&](ArenaAcquireOp acquire) {
    if (!acquire.getBudgetAttr())
      return;
    acquire.removeBudgetAttr();
    if (cast<MemRefType>(acquire.getArena().getType()).getDimSize(0) == 0 &&
        llvm::all_of(acquire->getUsers(), llvm::IsaPred<ArenaReleaseOp>))
      accounts.push_back(acquire);
  });
  for (ArenaAcquireOp account : accounts) {
    for (Operation *user : llvm::to_vector(account->getUsers()))
      user->erase();
    account->erase();
  }
}

void InsertGuards::runOnOperation() {
  footprint = &getAnalysis<FootprintAnalysis>();
  watches.clear();
  assumed.clear();
  CallStructure calls(getOperation());
  if (failed(calls.verifyDepths()))
    return signalPassFailure();
  getOperation()->walk<WalkOrder::PreOrder>([&](Operation *op) {
    auto budget =
        getResourceAttr<MemoryBudgetAttr>(op, ResourceDialect::kMemoryBudget);
    if (!budget)
      return;
    auto function = dyn_cast<FunctionOpInterface>(op);
    if (function && !isa<func::FuncOp>(op)) {
      emitWarning(op->getLoc(), "budget is not enforced at run time: only "
                                "functions of the func dialect can be");
      return;
    }
    decide(op, budget);
  });
  findAssumptions(calls);

  for (auto [function, assumptions] : assumed)
    guardSizes(function, assumptions);
  // Parts of functions first: their functions' scopes go around them.
  for (const Watch &watch : llvm::reverse(watches)) {
    if (watch.points.empty())
      openScope(watch);
    else
      guardFootprint(watch);
  }
  for (auto function : getOperation().getOps<func::FuncOp>())
    if (function->hasAttr(ResourceDialect::kMemoryBudget))
      dropArenaLimits(function);
  insertDepthCounters(calls);
}
