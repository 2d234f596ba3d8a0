//===- FootprintWalker.cpp - one walk over one scope ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns what single ops do to the state. How control flows is in
// FootprintControlFlow.cpp, how a peak is told to people in
// FootprintWitness.cpp.
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
                                 Operation *scope, StringRef functionName)
    : origins(origins), sizes(sizes), callCost(callCost), scope(scope),
      functionName(functionName) {}

Footprint FootprintWalker::run(TimelineRecorder *recorder) {
  timeline = recorder;
  std::optional<State> exit;
  if (isCallBoundary(scope)) {
    for (auto &[terminator, state] : walkRegion(scope->getRegion(0), State()))
      join(exit, state);
  } else {
    walkOp(scope, exit.emplace());
  }
  Footprint footprint;
  if (reasons.empty())
    footprint.upper = peaks.upper.bytes;
  else
    footprint.upper = std::nullopt;
  footprint.lower = peaks.lower.bytes;
  footprint.retained = exit ? exit->upper : UpperBytes(0);
  if (footprint.upper)
    footprint.upperPeak = describe(peaks.upper, &Footprint::upperPeak);
  footprint.lowerPeak = describe(peaks.lower, &Footprint::lowerPeak);
  footprint.reasons = std::move(reasons);
  return footprint;
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
                               const CallCost *callee) {
  if (state.upper && *state.upper > peaks.upper.bytes)
    peaks.upper = {*state.upper, op, state.upperPath, callee};
  if (state.lower > peaks.lower.bytes)
    peaks.lower = {state.lower, op, state.lowerPath, callee};
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

bool FootprintWalker::isOutside(const BufferRoot &root) const {
  if (root.kind == BufferRoot::Kind::Argument)
    return true;
  return !scope->isProperAncestor(root.value.getDefiningOp());
}

// Of a fresh buffer from a callee, the upper estimate has what the callee
// retains, which its type tells the least of; the lower one has nothing.
uint64_t FootprintWalker::getUpperShare(const BufferRoot &root) const {
  if (isOutside(root))
    return 0;
  BufferBytes bytes = sizes.getBytes(root.value);
  return root.kind == BufferRoot::Kind::CallResult ? bytes.lower
                                                   : bytes.upper.value_or(0);
}

uint64_t FootprintWalker::getLowerShare(const BufferRoot &root) const {
  return isOutside(root) || root.kind == BufferRoot::Kind::CallResult
             ? 0
             : sizes.getBytes(root.value).lower;
}

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
  addUpper(op, bytes.upper.value_or(0), state);
  state.lower = llvm::SaturatingAdd(state.lower, lower);
  recordBoth(Event::Kind::Allocate, op, buffer, bytes.upper.value_or(0), lower,
             state);
  notePoint(op, state);
  notePeak(op, state);
}

void FootprintWalker::lowerBy(UpperBytes bytes, State &state) {
  lowerWasCut |= !bytes || *bytes > state.lower;
  state.lower -= std::min(state.lower, bytes.value_or(state.lower));
}

uint64_t FootprintWalker::getLargestCaptured() {
  if (largestCaptured)
    return *largestCaptured;
  uint64_t largest = 0;
  for (const BufferRoot &root : origins.getRoots())
    if (root.captured)
      largest = std::max(largest, getLowerShare(root));
  largestCaptured = largest;
  return largest;
}

void FootprintWalker::free(Operation *op, Value buffer, State &state) {
  const OriginSet &set = origins.lookup(buffer);
  constexpr uint64_t kNone = std::numeric_limits<uint64_t>::max();
  // Least of each estimate, and most of the lower one.
  uint64_t least = kNone, leastLower = kNone, most = 0;
  for (unsigned index : set.roots) {
    const BufferRoot &root = origins.getRoots()[index];
    least = isBroken(Mutation::FreeLargest)
                ? std::max(least == kNone ? 0 : least, getUpperShare(root))
                : std::min(least, getUpperShare(root));
    leastLower = std::min(leastLower, getLowerShare(root));
    most = std::max(most, getLowerShare(root));
  }
  if (set.unknown)
    most = std::max(most, getLargestCaptured());
  // A result may be the same block: only a plain deallocation surely frees.
  if (set.unknown || set.roots.empty() || op->getNumResults() != 0)
    least = leastLower = 0;
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
  walkEvents(op, state);
  if (op->getNumRegions() != 0)
    walkRegionOp(op, state);
}

void FootprintWalker::walkCall(CallOpInterface call, State &state) {
  Operation *op = call;
  const CallCost *cost = callCost(call);
  if (!cost) {
    lowerBy(std::nullopt, state);
    auto symbol = dyn_cast<SymbolRefAttr>(call.getCallableForCallee());
    return unbounded(op,
                     symbol ? "'@" + symbol.getLeafReference().str() +
                                  "' has no known cost: it is recursive or has "
                                  "no body and declares none"
                            : std::string("the callee is not known"),
                     state);
  }
  // What the callee frees of ours may be gone; nothing is gone for sure.
  for (auto [argument, freed] :
       llvm::zip(call.getArgOperands(), cost->aliasing.freed)) {
    if (!freed)
      continue;
    for (unsigned index : origins.lookup(argument).roots)
      lowerBy(getLowerShare(origins.getRoots()[index]), state);
    if (origins.lookup(argument).unknown)
      lowerBy(std::nullopt, state);
  }
  if (cost->aliasing.freesUnknown)
    lowerBy(std::nullopt, state);
  State inside = state;
  if (isBroken(Mutation::ForgetCallee))
    return;
  if (cost->footprint.upper)
    addUpper(op, cost->footprint.upper, inside);
  else
    inside.upper = std::nullopt;
  inside.lower = llvm::SaturatingAdd(inside.lower, cost->footprint.lower);
  notePoint(op, inside);
  notePeak(op, inside, cost);

  if (cost->footprint.upper != UpperBytes(0) &&
      getRegionExecution(op) == RegionExecution::Asynchronous)
    return unbounded(op, "the callee allocates and may go on after the call",
                     state);
  if (!cost->footprint.upper) {
    // The callee's reasons are reported with the callee.
    return unbounded(op, "the callee has no finite bound", state);
  }
  if (!cost->footprint.retained || *cost->footprint.retained == 0 ||
      isBroken(Mutation::ForgetRetained))
    return notePoint(op, state);
  addUpper(op, cost->footprint.retained, state);
  record(Event::Kind::Retain, op, Value(), *cost->footprint.retained, state,
         /*inLower=*/false);
  notePoint(op, state);
}

} // namespace langone::resource
