//===- RecursionDepth.cpp - how deep a recursion goes ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/RecursionDepth.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;

namespace langone::resource {

bool namesCallee(CallOpInterface call) {
  if (auto indirect = dyn_cast<func::CallIndirectOp>(call.getOperation()))
    return indirect.getCallee().getDefiningOp<func::ConstantOp>() != nullptr;
  return isa<func::CallOp>(call);
}

bool canCountDepth(ArrayRef<FunctionNode> component) {
  llvm::SmallPtrSet<Operation *, 4> members;
  for (const FunctionNode &node : component)
    members.insert(node.function);
  return llvm::all_of(component, [&](const FunctionNode &node) {
    return isa<func::FuncOp>(node.function) &&
           llvm::all_of(node.callSites, [&](CallOpInterface call) {
             return !members.contains(
                        call->getParentOfType<FunctionOpInterface>()) ||
                    namesCallee(call);
           });
  });
}

namespace {

/// An argument that goes down: by at least `step` with each call, and only
/// while it is above `floor`.
struct Descent {
  int64_t step, floor;
  bool isSigned;
};

/// `argument > floor` if that is what `condition` says.
std::optional<Descent> matchAbove(Value condition, BlockArgument argument) {
  auto compare = condition.getDefiningOp<arith::CmpIOp>();
  APInt bound;
  if (!compare || compare.getLhs() != argument ||
      !matchPattern(compare.getRhs(), m_ConstantInt(&bound)) ||
      bound.getSignificantBits() > 63)
    return std::nullopt;
  int64_t floor = bound.getSExtValue();
  switch (compare.getPredicate()) {
  case arith::CmpIPredicate::sgt:
    return Descent{0, floor, true};
  case arith::CmpIPredicate::sge:
    return Descent{0, floor - 1, true};
  case arith::CmpIPredicate::ugt:
    return Descent{0, floor, false};
  case arith::CmpIPredicate::uge:
    return Descent{0, floor - 1, false};
  default:
    return std::nullopt;
  }
}

/// The condition under which `call` is made, if it is one on the argument.
std::optional<Descent> matchCondition(CallOpInterface call,
                                      BlockArgument argument) {
  for (Operation *op = call;
       op->getParentRegion() != argument.getParentRegion();
       op = op->getParentOp()) {
    auto branch = dyn_cast<scf::IfOp>(op->getParentOp());
    if (!branch || op->getParentRegion() != &branch.getThenRegion())
      continue;
    if (std::optional<Descent> above =
            matchAbove(branch.getCondition(), argument))
      return above;
  }
  return std::nullopt;
}

/// The step if `passed` is the argument less a positive constant.
std::optional<int64_t> matchStep(Value passed, BlockArgument argument) {
  APInt step;
  auto less = passed.getDefiningOp<arith::SubIOp>();
  if (!less || less.getLhs() != argument ||
      !matchPattern(less.getRhs(), m_ConstantInt(&step)) ||
      step.getSignificantBits() > 62 || !step.isStrictlyPositive())
    return std::nullopt;
  return step.getSExtValue();
}

std::optional<Descent> matchDescent(CallOpInterface call,
                                    BlockArgument argument) {
  std::optional<int64_t> step =
      matchStep(call.getArgOperands()[argument.getArgNumber()], argument);
  std::optional<Descent> descent =
      step ? matchCondition(call, argument) : std::nullopt;
  if (!descent)
    return std::nullopt;
  descent->step = *step;
  // The difference must not wrap around: not below zero if unsigned, not below
  // the least number of its type if signed.
  unsigned width = argument.getType().isIndex()
                       ? 63
                       : argument.getType().getIntOrFloatBitWidth();
  if (width > 63)
    width = 63;
  int64_t least = descent->isSigned ? llvm::minIntN(width) : 0;
  if (descent->floor < least || descent->floor - least < *step - 1)
    return std::nullopt;
  return descent;
}

/// Activations of a recursion that starts at `first`.
std::optional<uint64_t> countActivations(const Descent &descent, Value first) {
  APInt constant;
  if (!matchPattern(first, m_ConstantInt(&constant)) ||
      constant.getSignificantBits() > 63 ||
      (!descent.isSigned && constant.isNegative()))
    return std::nullopt;
  int64_t start = constant.getSExtValue();
  if (start <= descent.floor)
    return 1;
  uint64_t distance =
      static_cast<uint64_t>(start) - static_cast<uint64_t>(descent.floor);
  return 2 + (distance - 1) / static_cast<uint64_t>(descent.step);
}

/// One descent that all recursive calls follow at least.
std::optional<Descent> matchDescent(const FunctionNode &node,
                                    BlockArgument argument) {
  std::optional<Descent> common;
  for (CallOpInterface call : node.callSites) {
    if (!node.function->isProperAncestor(call))
      continue;
    std::optional<Descent> descent = matchDescent(call, argument);
    if (!descent || (common && common->isSigned != descent->isSigned))
      return std::nullopt;
    if (!common)
      common = descent;
    common->step = std::min(common->step, descent->step);
    common->floor = std::min(common->floor, descent->floor);
  }
  return common;
}

} // namespace

std::optional<uint64_t> getProvenDepth(ArrayRef<FunctionNode> component) {
  const FunctionNode &node = component.front();
  if (component.size() != 1 || node.hasUnknownCallers() ||
      !canCountDepth(component))
    return std::nullopt;
  for (BlockArgument argument : node.function.getArguments()) {
    std::optional<Descent> descent = argument.getType().isIntOrIndex()
                                         ? matchDescent(node, argument)
                                         : std::nullopt;
    std::optional<uint64_t> deepest =
        descent ? std::optional<uint64_t>(1) : std::nullopt;
    for (CallOpInterface call : node.callSites) {
      if (!deepest || node.function->isProperAncestor(call))
        continue;
      std::optional<uint64_t> activations = countActivations(
          *descent, call.getArgOperands()[argument.getArgNumber()]);
      deepest = activations ? std::optional(std::max(*deepest, *activations))
                            : std::nullopt;
    }
    if (deepest)
      return deepest;
  }
  return std::nullopt;
}

std::optional<uint64_t> getRecursionDepth(ArrayRef<FunctionNode> component) {
  std::optional<uint64_t> proven = getProvenDepth(component);
  std::optional<uint64_t> declared =
      canCountDepth(component) ? CallStructure::getDeclaredDepth(component)
                               : std::nullopt;
  if (proven && declared)
    return std::min(*proven, *declared);
  return proven ? proven : declared;
}

} // namespace langone::resource
