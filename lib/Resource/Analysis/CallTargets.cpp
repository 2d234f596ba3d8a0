//===- CallTargets.cpp - which functions a call may reach -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/CallTargets.h"

#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace langone::resource {

namespace {

/// Follows one value back to the constants that it may be.
class ValueTrace {
public:
  /// False if it may be anything else.
  bool run(Value value) {
    values.insert(value);
    for (unsigned next = 0; next < values.size(); ++next)
      if (!step(values[next]))
        return false;
    return true;
  }

  llvm::SetVector<SymbolRefAttr> symbols;

private:
  bool step(Value value) {
    if (auto argument = dyn_cast<BlockArgument>(value))
      return argument.getOwner()->isEntryBlock() ? fromRegion(argument)
                                                 : fromBranches(argument);
    Attribute constant;
    if (matchPattern(value, m_Constant(&constant))) {
      auto symbol = dyn_cast<SymbolRefAttr>(constant);
      if (symbol)
        symbols.insert(symbol);
      return symbol != nullptr;
    }
    Operation *op = value.getDefiningOp();
    if (auto select = dyn_cast<SelectLikeOpInterface>(op)) {
      values.insert(select.getTrueValue());
      values.insert(select.getFalseValue());
      return true;
    }
    return fromEdges(dyn_cast<RegionBranchOpInterface>(op), value);
  }

  bool fromRegion(BlockArgument argument) {
    return fromEdges(
        dyn_cast<RegionBranchOpInterface>(argument.getOwner()->getParentOp()),
        argument);
  }

  /// Along the edges between the regions of an op; every edge has to feed it.
  bool fromEdges(RegionBranchOpInterface branch, Value value) {
    if (!branch)
      return false;
    bool isFed = false;
    SmallVector<RegionSuccessor> successors;
    for (RegionBranchPoint point : branch.getAllRegionBranchPoints())
      branch.getSuccessorRegions(point, successors);
    for (RegionSuccessor successor : successors) {
      for (auto [index, input] :
           llvm::enumerate(successor.getSuccessorInputs())) {
        if (input != value)
          continue;
        SmallVector<Value> sources;
        branch.getPredecessorValues(successor, static_cast<int>(index),
                                    sources);
        values.insert(sources.begin(), sources.end());
        isFed = true;
      }
    }
    return isFed;
  }

  bool fromBranches(BlockArgument argument) {
    for (auto it = argument.getOwner()->pred_begin(),
              end = argument.getOwner()->pred_end();
         it != end; ++it) {
      auto branch = dyn_cast<BranchOpInterface>((*it)->getTerminator());
      Value source = branch
                         ? branch.getSuccessorOperands(
                               it.getSuccessorIndex())[argument.getArgNumber()]
                         : Value();
      if (!source)
        return false;
      values.insert(source);
    }
    return true;
  }

  llvm::SetVector<Value> values;
};

} // namespace

const CallTargets::Functions &CallTargets::lookup(CallOpInterface call) {
  auto it = targets.find(call);
  if (it != targets.end())
    return it->second;
  Functions found = resolve(call);
  return targets.try_emplace(call, std::move(found)).first->second;
}

CallTargets::Functions CallTargets::resolve(CallOpInterface call) {
  CallInterfaceCallable callable = call.getCallableForCallee();
  ValueTrace trace;
  if (auto symbol = dyn_cast<SymbolRefAttr>(callable))
    trace.symbols.insert(symbol);
  else if (!trace.run(cast<Value>(callable)))
    return {};
  Functions functions;
  for (SymbolRefAttr symbol : trace.symbols) {
    auto function = dyn_cast_or_null<FunctionOpInterface>(
        symbolTables.lookupNearestSymbolFrom(call, symbol));
    if (!function || function.getNumArguments() != call.getArgOperands().size())
      return {};
    functions.push_back(function);
  }
  return functions;
}

} // namespace langone::resource
