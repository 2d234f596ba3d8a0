//===- StackUsage.cpp - automatic memory live at once ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the order in which functions are walked and what callers see of them.
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/StackUsage.h"

#include "StackWalker.h"
#include "langone/Resource/Analysis/CallStructure.h"
#include "langone/Resource/Analysis/MemoryEvents.h"

#include "mlir/Analysis/DataLayoutAnalysis.h"

using namespace mlir;

namespace langone::resource {

StackUsageAnalysis::StackUsageAnalysis(Operation *module,
                                       AnalysisManager &manager)
    : manager(manager) {
  CallStructure calls(module);
  for (const FunctionNode &node : calls.getBottomUp()) {
    if (node.function.isExternal())
      continue;
    // Inside, calls within recursion find no callee: the bound is absent.
    StackUsage usage = walk(node.function, node.function);
    usages.insert({node.function, std::move(usage)});
  }
}

StackUsage StackUsageAnalysis::walk(Operation *scope,
                                    FunctionOpInterface function) const {
  auto calleeUsage = [&](CallOpInterface call) -> const StackUsage * {
    Operation *callee = call.resolveCallableInTable(&symbolTables);
    const auto *it = callee ? usages.find(callee) : usages.end();
    return it == usages.end() ? nullptr : &it->second;
  };
  const DataLayout &layout =
      manager.getAnalysis<DataLayoutAnalysis>().getAtOrAbove(function);
  return StackWalker(layout, calleeUsage, function).run(scope);
}

const StackUsage &
StackUsageAnalysis::getFunction(FunctionOpInterface function) const {
  return usages.find(function)->second;
}

StackUsage StackUsageAnalysis::getScope(Operation *op) const {
  if (auto function = dyn_cast<FunctionOpInterface>(op))
    return function.isExternal() ? StackUsage() : getFunction(function);
  auto function = op->getParentOfType<FunctionOpInterface>();
  if (function && !isCallBoundary(op))
    return walk(op, function);
  // The caller decides which function runs: the worst of each estimate.
  StackUsage module;
  op->walk([&](FunctionOpInterface nested) {
    if (nested.isExternal())
      return;
    const StackUsage &candidate = getFunction(nested);
    module.reasons.append(candidate.reasons);
    if (!candidate.upper || !module.upper) {
      module.upper = std::nullopt;
    } else if (*candidate.upper > *module.upper) {
      module.upper = candidate.upper;
      module.upperPeak = candidate.upperPeak;
    }
    if (candidate.lower > module.lower) {
      module.lower = candidate.lower;
      module.lowerPeak = candidate.lowerPeak;
    }
  });
  return module;
}

} // namespace langone::resource
