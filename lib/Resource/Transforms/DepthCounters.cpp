//===- DepthCounters.cpp - recursion that counts itself -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DepthCounters.h"

#include "langone/Resource/Analysis/RecursionDepth.h"
#include "langone/Resource/IR/ResourceOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace langone::resource {

namespace {

/// The functions of one cycle.
class CycleRewriter {
public:
  CycleRewriter(ArrayRef<FunctionNode> component, uint64_t depth)
      : component(component), depth(depth) {}

  void rewrite() {
    for (const FunctionNode &node : component)
      split(cast<func::FuncOp>(node.function.getOperation()));
    for (const FunctionNode &node : component)
      for (CallOpInterface site : node.callSites)
        redirect(site, counted.lookup(node.function));
  }

private:
  void split(func::FuncOp function) {
    OpBuilder builder(function);
    builder.setInsertionPointAfter(function);
    auto inner = func::FuncOp::create(builder, function.getLoc(),
                                      (function.getName() + "_at_depth").str(),
                                      function.getFunctionType());
    inner.setPrivate();
    inner.setAllArgAttrs(function.getAllArgAttrs());
    SymbolTable(SymbolTable::getNearestSymbolTable(function)).insert(inner);
    inner.getBody().takeBody(function.getBody());
    (void)inner.insertArgument(inner.getNumArguments(), builder.getIndexType(),
                               {}, function.getLoc());
    function->removeAttr(ResourceDialect::kRecursionDepth);
    inner->setAttr(ResourceDialect::kRecursionDepth,
                   builder.getI64IntegerAttr(static_cast<int64_t>(depth)));
    counted[function] = inner;

    Location loc = function.getLoc();
    Block *entry = function.addEntryBlock();
    builder.setInsertionPointToStart(entry);
    SmallVector<Value> arguments(entry->getArguments());
    arguments.push_back(arith::ConstantIndexOp::create(builder, loc, 1));
    auto call = func::CallOp::create(builder, loc, inner, arguments);
    func::ReturnOp::create(builder, loc, call.getResults());

    builder.setInsertionPointToStart(&inner.getBody().front());
    Value limit = arith::ConstantIndexOp::create(builder, loc,
                                                 static_cast<int64_t>(depth));
    GuardOp::create(builder, loc, GuardSubject::Depth,
                    inner.getArguments().back(), limit,
                    "recursion depth of '@" + function.getName().str() + "'",
                    getOnExceed(function));
  }

  /// What the function's own budget says; a refusal if it has none.
  static OnExceed getOnExceed(func::FuncOp function) {
    auto budget = getResourceAttr<MemoryBudgetAttr>(
        function, ResourceDialect::kMemoryBudget);
    return budget ? budget.getOnExceed() : OnExceed::Error;
  }

  /// A call from within the cycle goes one deeper.
  void redirect(CallOpInterface site, func::FuncOp callee) {
    auto caller = site->getParentOfType<func::FuncOp>();
    bool isWithin = llvm::any_of(
        counted, [&](auto &entry) { return entry.second == caller; });
    if (!isWithin || !namesCallee(site))
      return;
    OpBuilder builder(site);
    Value one = arith::ConstantIndexOp::create(builder, site.getLoc(), 1);
    Value deeper = arith::AddIOp::create(builder, site.getLoc(),
                                         caller.getArguments().back(), one);
    SmallVector<Value> arguments(site.getArgOperands());
    arguments.push_back(deeper);
    auto inner =
        func::CallOp::create(builder, site.getLoc(), callee, arguments);
    site->replaceAllUsesWith(inner.getResults());
    site->erase();
  }

  ArrayRef<FunctionNode> component;
  uint64_t depth;
  llvm::MapVector<Operation *, func::FuncOp> counted;
};

} // namespace

void insertDepthCounters(const CallStructure &calls) {
  ArrayRef<FunctionNode> nodes = calls.getBottomUp();
  for (unsigned first = 0; first < nodes.size();) {
    ArrayRef<FunctionNode> component = calls.getComponent(first);
    first += component.size();
    std::optional<uint64_t> declared =
        CallStructure::getDeclaredDepth(component);
    if (!declared || !canCountDepth(component))
      continue;
    // Counted by an earlier run.
    bool isCounted = llvm::any_of(component, [](const FunctionNode &node) {
      auto guards = node.function.getFunctionBody().front().getOps<GuardOp>();
      return llvm::any_of(guards, [](GuardOp guard) {
        return guard.getSubject() == GuardSubject::Depth;
      });
    });
    std::optional<uint64_t> proven = getProvenDepth(component);
    if (!isCounted && (!proven || *proven > *declared))
      CycleRewriter(component, *declared).rewrite();
  }
}

} // namespace langone::resource
