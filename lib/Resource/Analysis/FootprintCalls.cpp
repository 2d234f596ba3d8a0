//===- FootprintCalls.cpp - what calls do to the state --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the costs of callees among those of the caller: their peak, what they
// leave behind, what is handed over to them.
//
//===----------------------------------------------------------------------===//

#include "FootprintWalker.h"
#include "Mutation.h"

#include "langone/Resource/Analysis/MemoryEvents.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace langone::resource {

/// What the callee frees of ours may be gone; nothing is gone for sure.
void FootprintWalker::freeArguments(CallOpInterface call,
                                    const CallAliasing &aliasing,
                                    State &state) {
  for (auto [argument, freed] :
       llvm::zip(call.getArgOperands(), aliasing.freed)) {
    if (!freed)
      continue;
    for (unsigned index : origins.lookup(argument).roots)
      lowerBy(getLowerShare(origins.getRoots()[index]), state);
    if (origins.lookup(argument).unknown)
      lowerBy(std::nullopt, state);
  }
  if (aliasing.freesUnknown)
    lowerBy(std::nullopt, state);
}

/// What the callee counts among its own from its entry on, and the caller until
/// then: for each argument at most what either was charged.
uint64_t FootprintWalker::getHandedBytes(CallOpInterface call,
                                         const Handover &handover) const {
  uint64_t sum = 0;
  for (auto [argument, charge] :
       llvm::zip(call.getArgOperands(), handover.charges))
    sum = llvm::SaturatingAdd(sum,
                              std::min(charge, getLeastUpperShare(argument)));
  return sum;
}

/// Leaves these bytes to the callee.
void FootprintWalker::handOver(CallOpInterface call, const Handover &handover,
                               State &state) {
  isPlain = false;
  for (auto [argument, charge] :
       llvm::zip(call.getArgOperands(), handover.charges)) {
    uint64_t bytes = std::min(charge, getLeastUpperShare(argument));
    if (bytes == 0)
      continue;
    if (state.upper)
      *state.upper -= std::min(*state.upper, bytes);
    record(Event::Kind::Free, call, argument, bytes, state, /*inLower=*/false);
  }
}

/// A call of another activation of the functions that are being analysed.
void FootprintWalker::walkActivation(CallOpInterface call, const CallCost &cost,
                                     State &state) {
  Operation *op = call;
  bool isTask = getRegionExecution(op) == RegionExecution::Asynchronous;
  bool overlaps = isTask;
  for (Operation *parent = op->getParentOp(); parent != scope;
       parent = parent->getParentOp()) {
    RegionExecution execution = getRegionExecution(parent);
    isTask |= execution == RegionExecution::Asynchronous;
    overlaps |= execution != RegionExecution::Sequential;
  }
  if (overlaps) {
    // A task may go on when this activation is over, at whatever its peak is.
    State ignored = state;
    return unbounded(op, "the recursive call may run several times at once",
                     isTask ? state : ignored);
  }
  State waiting = state;
  if (charging.arguments && cost.handover)
    handOver(call, *cost.handover, waiting);
  if (waiting.upper)
    peaks.joinCall(&cost, {*waiting.upper, op, waiting.upperPath});
}

void FootprintWalker::walkCall(CallOpInterface call, State &state) {
  Operation *op = call;
  const CallCost *cost = callCost(call);
  if (!cost) {
    lowerBy(std::nullopt, state);
    auto symbol = dyn_cast<SymbolRefAttr>(call.getCallableForCallee());
    return unbounded(op,
                     symbol ? "'@" + symbol.getLeafReference().str() +
                                  "' has no known cost: it has no body and "
                                  "declares none"
                            : std::string("the callee is not known"),
                     state);
  }
  if (isBroken(Mutation::ForgetCallee))
    return;
  freeArguments(call, cost->aliasing, state);
  // A value may be another activation or a function from outside the cycle:
  // then the cost is that of the latter.
  if (cost->isActivation)
    walkActivation(call, *cost, state);
  bool isTask = getRegionExecution(op) == RegionExecution::Asynchronous;
  const Footprint &callee = cost->footprint;
  const Handover *handover =
      cost->handover && !isTask ? &*cost->handover : nullptr;
  uint64_t handed = handover ? getHandedBytes(call, *handover) : 0;
  // Less with the arguments instead of what they are here?
  auto isHanded = [&](UpperBytes own, UpperBytes withArguments) {
    return handed != 0 && withArguments &&
           (!own || *withArguments < llvm::SaturatingAdd(*own, handed));
  };
  State inside = state;
  UpperBytes upper = callee.upper;
  const PeakPtr *upperPeak = &callee.upperPeak;
  if (handover && isHanded(upper, handover->upper)) {
    upper = handover->upper;
    upperPeak = &handover->upperPeak;
    addUpper(op, upper, inside);
    handOver(call, *handover, inside);
  } else if (upper) {
    addUpper(op, upper, inside);
  } else {
    inside.upper = std::nullopt;
  }
  inside.lower = llvm::SaturatingAdd(isTask ? 0 : inside.lower, callee.lower);
  notePeak(op, inside, upperPeak, &callee.lowerPeak);
  // The callee's reasons are reported with the callee.
  if (!upper)
    return unbounded(op, "the callee has no finite bound", state);
  if (isTask)
    return startTask(op, timeline.mark(), /*atStart=*/0, callee.upper,
                     callee.retained, state);
  if (isBroken(Mutation::ForgetRetained))
    return notePoint(op, state);
  UpperBytes retained = callee.retained;
  bool isHandedBack = handover && isHanded(retained, handover->retained);
  if (isHandedBack)
    retained = handover->retained;
  if (!retained)
    return unbounded(op, "what the callee leaves behind has no finite bound",
                     state);
  addUpper(op, retained, state);
  if (*retained != 0)
    record(Event::Kind::Retain, op, Value(), *retained, state,
           /*inLower=*/false);
  if (isHandedBack)
    handOver(call, *handover, state);
  notePoint(op, state);
}

} // namespace langone::resource
