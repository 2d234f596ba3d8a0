//===- FootprintWalker.cpp - one walk over one scope ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns what single ops do to the state. Calls are in FootprintCalls.cpp, how
// control flows in FootprintControlFlow.cpp, what a buffer counts in
// FootprintCharges.cpp, how a peak is told to people in FootprintWitness.cpp.
//
//===----------------------------------------------------------------------===//

#include "FootprintWalker.h"
#include "Mutation.h"

#include "langone/Resource/Analysis/MemoryEvents.h"
#include "langone/Resource/IR/ResourceDialect.h"

#include "mlir/Dialect/Bufferization/IR/AllocationOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace langone::resource {

FootprintWalker::FootprintWalker(const BufferOrigins &origins,
                                 const SizeBounds &sizes, CallCostFn callCost,
                                 Operation *scope, StringRef functionName,
                                 Charging charging, bool recordsTimeline)
    : origins(origins), sizes(sizes), callCost(callCost), scope(scope),
      functionName(functionName), charging(charging),
      timeline(recordsTimeline) {
  if (charging.arguments)
    chargeArguments();
  if (charging.families)
    chargeFamilies();
}

FootprintWalker::State FootprintWalker::enterScope() {
  State state;
  for (auto [index, root] : llvm::enumerate(origins.getRoots())) {
    if (root.kind != BufferRoot::Kind::Argument || !charges.contains(index))
      continue;
    uint64_t bytes = charges.lookup(index);
    addUpper(scope, bytes, state);
    record(Event::Kind::Allocate, scope, root.value, bytes, state,
           /*inLower=*/false);
  }
  if (state.upperPath)
    notePeak(scope, state);
  return state;
}

WalkedScope FootprintWalker::run() {
  std::optional<State> exit;
  State entry = enterScope();
  if (isCallBoundary(scope)) {
    for (auto &[terminator, state] : walkRegion(scope->getRegion(0), entry))
      join(exit, state);
  } else {
    walkOp(scope, exit.emplace(entry));
  }
  WalkedScope walked;
  Footprint &footprint = walked.footprint;
  if (getenv("DBG3")) {
    llvm::errs() << "DBG3 " << functionName << " fam " << charging.families
                 << " args " << charging.arguments << " out "
                 << charging.outcomes << " peak " << peaks.upper.bytes
                 << " exit " << (exit ? exit->upper.value_or(-1) : 0) << "\n";
    for (auto &r : reasons)
      llvm::errs() << "   " << r.location << " " << r.message << "\n";
  } // DBG
  if (reasons.empty()) {
    footprint.upper = peaks.upper.bytes;
    footprint.upperPeak = describe(peaks.upper);
    walked.activationCalls.emplace();
    for (const auto &[callee, peak] : peaks.calls)
      walked.activationCalls->push_back({callee, peak.bytes, describe(peak)});
  } else {
    footprint.upper = std::nullopt;
  }
  footprint.lower = peaks.lower.bytes;
  footprint.retained = exit ? exit->upper : UpperBytes(0);
  footprint.lowerPeak = describe(peaks.lower);
  footprint.reasons = std::move(reasons);
  footprint.isPlain = isPlain;
  walked.timeline = timeline.take();
  return walked;
}

//===----------------------------------------------------------------------===//
// States
//===----------------------------------------------------------------------===//

void FootprintWalker::join(std::optional<State> &into, const State &other) {
  if (!into) {
    into = other;
    return;
  }
  bool isLarger = !other.upper || (into->upper && *other.upper > *into->upper);
  if (into->upper && isLarger != isBroken(Mutation::JoinSmaller)) {
    into->upper = other.upper;
    into->upperPath = other.upperPath;
  }
  if (other.lower < into->lower) {
    into->lower = other.lower;
    into->lowerPath = other.lowerPath;
  }
}

void FootprintWalker::Peaks::join(const Peaks &other) {
  if (other.upper.bytes > upper.bytes)
    upper = other.upper;
  if (other.lower.bytes > lower.bytes)
    lower = other.lower;
  for (const auto &[callee, peak] : other.calls)
    joinCall(callee, peak);
}

void FootprintWalker::Peaks::joinCall(const CallCost *callee,
                                      const Peak &peak) {
  auto *it = llvm::find_if(
      calls, [&](const auto &entry) { return entry.first == callee; });
  if (it == calls.end())
    calls.emplace_back(callee, peak);
  else if (peak.bytes > it->second.bytes)
    it->second = peak;
}

void FootprintWalker::Peaks::lowerBy(uint64_t bytes) {
  lower.bytes -= std::min(lower.bytes, bytes);
  if (lower.bytes == 0)
    lower = Peak();
}

void FootprintWalker::record(Event::Kind kind, Operation *op, Value buffer,
                             uint64_t bytes, State &state, bool inLower) {
  bool shared = inLower && state.upperPath == state.lowerPath;
  state.upperPath =
      new (events.Allocate()) Event{kind, op, buffer, bytes, state.upperPath};
  if (shared)
    state.lowerPath = state.upperPath;
  else if (inLower)
    state.lowerPath =
        new (events.Allocate()) Event{kind, op, buffer, bytes, state.lowerPath};
}

void FootprintWalker::recordBoth(Event::Kind kind, Operation *op, Value buffer,
                                 uint64_t upper, uint64_t lower, State &state) {
  bool agree = upper == lower;
  record(kind, op, buffer, upper, state, /*inLower=*/agree);
  if (!agree)
    state.lowerPath =
        new (events.Allocate()) Event{kind, op, buffer, lower, state.lowerPath};
}

void FootprintWalker::notePeak(Operation *op, const State &state,
                               const PeakPtr *insideUpper,
                               const PeakPtr *insideLower) {
  notePoint(op, state);
  if (state.upper && *state.upper > peaks.upper.bytes)
    peaks.upper = {*state.upper, op, state.upperPath, insideUpper};
  if (state.lower > peaks.lower.bytes)
    peaks.lower = {state.lower, op, state.lowerPath, insideLower};
}

void FootprintWalker::unbounded(Operation *op, const Twine &why, State &state) {
  constexpr unsigned kMaxReasons = 8;
  state.upper = std::nullopt;
  if (reasons.size() < kMaxReasons)
    reasons.push_back({op->getLoc(), why.str()});
  notePoint(op, state);
}

void FootprintWalker::addUpper(Operation *op, UpperBytes bytes, State &state) {
  if (!state.upper)
    return;
  state.upper = bytes ? llvm::checkedAddUnsigned(*state.upper, *bytes)
                      : std::optional<uint64_t>();
  if (!state.upper)
    unbounded(op, "the bytes live here do not fit into 64 bits", state);
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

void FootprintWalker::allocate(Operation *op, Value buffer, State &state) {
  auto type = dyn_cast<MemRefType>(buffer.getType());
  if (!type)
    return unbounded(op, "buffer of unknown rank has no known size", state);
  BufferBytes bytes = sizes.getBytes(buffer);
  // Other memory spaces, ops without deallocation and clones may or may not
  // take host memory: they count where too much is safe only.
  bool isHost = !type.getMemorySpace() && isPlainAllocation(op) &&
                (isa<bufferization::AllocationOpInterface>(op) ||
                 isa<ResourceDialect>(op->getDialect()));
  uint64_t lower = isHost ? bytes.lower : 0;
  if (!bytes.upper)
    unbounded(op, Twine("a buffer has no known size: ") + bytes.reason, state);
  uint64_t upper = bytes.upper.value_or(0);
  if (std::optional<unsigned> root = origins.getRootIndex(buffer))
    upper = std::max(upper, charges.lookup(*root));
  if (getenv("DBG2") && charging.families)
    llvm::errs() << "DBG2 " << op->getLoc() << " " << state.upper.value_or(-1)
                 << " + " << upper << "\n"; // DBG
  addUpper(op, upper, state);
  state.lower = llvm::SaturatingAdd(state.lower, lower);
  recordBoth(Event::Kind::Allocate, op, buffer, upper, lower, state);
  notePeak(op, state);
}

void FootprintWalker::lowerBy(UpperBytes bytes, State &state) {
  lowerWasCut |= !bytes || *bytes > state.lower;
  state.lower -= std::min(state.lower, bytes.value_or(state.lower));
}

void FootprintWalker::free(Operation *op, Value buffer, State &state) {
  const OriginSet &set = origins.lookup(buffer);
  constexpr uint64_t kNone = std::numeric_limits<uint64_t>::max();
  // Least of each estimate, and most of the lower one.
  uint64_t least = getLeastUpperShare(getFreedRoots(op, buffer, origins));
  uint64_t leastLower = kNone, most = 0;
  for (unsigned index : set.roots) {
    const BufferRoot &root = origins.getRoots()[index];
    leastLower = std::min(leastLower, getLowerShare(root));
    most = std::max(most, getLowerShare(root));
  }
  if (set.unknown)
    most = std::max(most, getLargestCaptured());
  // A result may be the same block: only a plain deallocation surely frees.
  if (set.unknown || set.roots.empty() || op->getNumResults() != 0)
    leastLower = 0;
  if (getenv("DBG2") && charging.families)
    llvm::errs() << "DBG2 " << op->getLoc() << " " << state.upper.value_or(-1)
                 << " - " << least << (set.unknown ? " unknown" : "")
                 << (set.roots.empty() ? " noroots" : "") << "\n"; // DBG
  if (state.upper)
    *state.upper -= std::min(*state.upper, least);
  lowerBy(most, state);
  recordBoth(Event::Kind::Free, op, buffer, least, leastLower, state);
  notePoint(op, state);
}

void FootprintWalker::walkEvents(Operation *op, State &state) {
  MemoryEvents memory = getMemoryEvents(op);
  // Both at once: the new buffer may be there before the old one is gone.
  for (Value buffer : memory.allocated)
    allocate(op, buffer, state);
  for (Value buffer : memory.freed)
    free(op, buffer, state);
  if (memory.freesUnknown)
    lowerBy(std::nullopt, state);
  if (memory.allocatesUnknown) {
    bool isTensor =
        llvm::any_of(op->getResultTypes(), llvm::IsaPred<TensorType>);
    unbounded(op,
              Twine("'") + op->getName().getStringRef() +
                  (isTensor ? "' gives a tensor, which is not bufferized yet"
                            : "' may allocate memory of unknown size"),
              state);
  }
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

void FootprintWalker::walkBlock(Block &block, State &state) {
  for (Operation &op : block)
    walkOp(&op, state);
}

void FootprintWalker::walkOp(Operation *op, State &state) {
  if (isCallBoundary(op))
    return;
  if (auto call = dyn_cast<CallOpInterface>(op))
    return walkCall(call, state);
  SmallVector<Operation *> over = getAwaitedTasks(op);
  if (!over.empty())
    return endTasks(over, state);
  walkEvents(op, state);
  if (op->getNumRegions() != 0)
    walkRegionOp(op, state);
}

} // namespace langone::resource
