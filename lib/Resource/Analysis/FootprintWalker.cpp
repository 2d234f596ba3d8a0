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
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace langone::resource {

static UpperBytes larger(UpperBytes a, UpperBytes b) {
  return a && b ? UpperBytes(std::max(*a, *b)) : std::nullopt;
}

void CallCost::join(const CallCost &other) {
  joinHandover(other);
  if (freshBytes.size() != other.freshBytes.size())
    freshBytes.clear();
  for (auto [bytes, more] : llvm::zip(freshBytes, other.freshBytes))
    bytes = std::min(bytes, more);
  Footprint &own = footprint;
  const Footprint &more = other.footprint;
  if (own.upper && (!more.upper || *more.upper > *own.upper)) {
    own.upper = more.upper;
    own.upperPeak = more.upperPeak;
  }
  if (more.lower < own.lower) {
    own.lower = more.lower;
    own.lowerPeak = more.lowerPeak;
  }
  own.retained = larger(own.retained, more.retained);
  own.reasons.append(more.reasons);
  aliasing.join(other.aliasing);
  isActivation |= other.isActivation;
}

// Of a function that frees no argument, no argument is charged.
static Handover getHandover(const CallCost &cost) {
  if (cost.handover)
    return *cost.handover;
  return {{},
          cost.footprint.upper,
          cost.footprint.retained,
          cost.footprint.upperPeak};
}

// A charge may be taken for a lower one: then more is live with it than
// without.
void CallCost::joinHandover(const CallCost &other) {
  if (!handover && !other.handover)
    return;
  Handover own = getHandover(*this), more = getHandover(other);
  own.charges.resize(std::min(own.charges.size(), more.charges.size()));
  for (auto [charge, another] : llvm::zip(own.charges, more.charges))
    charge = std::min(charge, another);
  if (own.upper && (!more.upper || *more.upper > *own.upper)) {
    own.upper = more.upper;
    own.upperPeak = more.upperPeak;
  }
  own.retained = larger(own.retained, more.retained);
  handover = std::move(own);
}

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

static bool isFreedArgument(const BufferRoot &root) {
  return root.kind == BufferRoot::Kind::Argument &&
         (root.freed || root.freedByCallee);
}

SmallVector<uint64_t> getArgumentCharges(const BufferOrigins &origins,
                                         const SizeBounds &sizes) {
  SmallVector<uint64_t> charges;
  for (const BufferRoot &root : origins.getRoots()) {
    if (!isFreedArgument(root))
      continue;
    BufferBytes bytes = sizes.getBytes(root.value);
    charges.resize(cast<BlockArgument>(root.value).getArgNumber() + 1, 0);
    charges.back() = bytes.upper.value_or(bytes.lower);
  }
  return charges;
}

static bool isLower(UpperBytes a, UpperBytes b) { return a && (!b || *a < *b); }

// The lower estimates of all walks over a scope are the same.
void takeLower(WalkedScope &best, const WalkedScope &other) {
  if (isLower(other.footprint.upper, best.footprint.upper)) {
    best.footprint.upper = other.footprint.upper;
    best.footprint.upperPeak = other.footprint.upperPeak;
    best.footprint.reasons.clear();
    best.footprint.isPlain = false;
    best.timeline = other.timeline;
  }
  if (isLower(other.footprint.retained, best.footprint.retained)) {
    best.footprint.retained = other.footprint.retained;
    best.footprint.isPlain = false;
  }
}

/// The same for two walks that count the same at calls.
static void takeLowerCalls(WalkedScope &best, const WalkedScope &other) {
  if (!best.activationCalls) {
    best.activationCalls = other.activationCalls;
  } else if (other.activationCalls) {
    for (auto [call, lower] :
         llvm::zip_equal(*best.activationCalls, *other.activationCalls))
      if (lower.bytes < call.bytes)
        call = lower;
  }
}

std::optional<Handover> ScopeWalks::getHandover() const {
  if (!withArguments)
    return std::nullopt;
  const Footprint &footprint = withArguments->footprint;
  return Handover{charges, footprint.upper, footprint.retained,
                  footprint.upperPeak};
}

ScopeWalks walkScope(const BufferOrigins &origins, const SizeBounds &sizes,
                     CallCostFn callCost, Operation *scope,
                     StringRef functionName, bool recordsTimeline) {
  bool grew = false;
  ScopeWalks walks;
  auto walk = [&](Charging charging) {
    FootprintWalker walker(origins, sizes, callCost, scope, functionName,
                           charging, recordsTimeline);
    WalkedScope walked = walker.run();
    grew |= walker.grewInLoop();
    return walked;
  };
  walks.own = walk({});
  bool freesArguments = llvm::any_of(origins.getRoots(), isFreedArgument);
  if (freesArguments) {
    walks.withArguments = walk({.arguments = true});
    // Those of families are not lower.
    walks.charges = getArgumentCharges(origins, sizes);
  }
  if (grew) {
    auto takeFamilies = [&](WalkedScope &best, Charging charging) {
      WalkedScope families = walk(charging);
      // A certificate charges in both ways.
      bool isPlain = best.footprint.isPlain && families.footprint.isPlain;
      takeLower(best, families);
      best.footprint.isPlain = isPlain;
      best.footprint.triedFamilies = true;
      takeLowerCalls(best, families);
    };
    takeFamilies(walks.own, {.families = true});
    if (freesArguments)
      takeFamilies(*walks.withArguments, {.families = true, .arguments = true});
  }
  if (grew && !walks.own.footprint.upper) {
    WalkedScope followed = walk({.families = true, .outcomes = true});
    takeLower(walks.own, followed);
    takeLowerCalls(walks.own, followed);
  }
  // What is live with the arguments is more than what is live without them.
  if (freesArguments)
    takeLower(walks.own, *walks.withArguments);
  return walks;
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

static bool isOutsideOf(Operation *scope, const BufferRoot &root) {
  return root.kind == BufferRoot::Kind::Argument ||
         !scope->isProperAncestor(root.value.getDefiningOp());
}

bool FootprintWalker::isOutside(const BufferRoot &root) const {
  return isOutsideOf(scope, root);
}

uint64_t getFreshBytes(OpResult result, const SizeBounds &sizes,
                       const CallCost *callee) {
  unsigned number = result.getResultNumber();
  uint64_t charged = callee && number < callee->freshBytes.size()
                         ? callee->freshBytes[number]
                         : 0;
  return std::max(charged, sizes.getBytes(result).lower);
}

// In a cycle of calls, by induction over the depth: a function that has not
// returned yet returns nothing less than anything.
SmallVector<uint64_t> getFreshBytes(FunctionOpInterface function,
                                    const BufferOrigins &origins,
                                    const SizeBounds &sizes,
                                    CallCostFn callCost) {
  SmallVector<uint64_t> least(function.getNumResults(),
                              std::numeric_limits<uint64_t>::max());
  for (Block &block : function.getFunctionBody()) {
    Operation *exit = block.getTerminator();
    if (exit->getNumSuccessors() != 0)
      continue;
    if (exit->getNumOperands() != least.size())
      return {};
    for (auto [bytes, value] : llvm::zip(least, exit->getOperands())) {
      for (unsigned index : origins.lookup(value).roots) {
        const BufferRoot &root = origins.getRoots()[index];
        if (root.kind == BufferRoot::Kind::Allocation)
          bytes = std::min(bytes, sizes.getBytes(root.value).upper.value_or(0));
        else if (root.kind == BufferRoot::Kind::CallResult)
          bytes =
              std::min(bytes, getFreshBytes(cast<OpResult>(root.value), sizes,
                                            callCost(cast<CallOpInterface>(
                                                root.value.getDefiningOp()))));
      }
    }
  }
  return least;
}

// Of a fresh buffer from a callee, the upper estimate has what the callee
// retains; the lower one has nothing.
uint64_t FootprintWalker::getUpperShare(unsigned index) const {
  if (auto it = charges.find(index); it != charges.end())
    return it->second;
  const BufferRoot &root = origins.getRoots()[index];
  if (isOutside(root))
    return 0;
  if (root.kind == BufferRoot::Kind::CallResult)
    return getFreshBytes(
        cast<OpResult>(root.value), sizes,
        callCost(cast<CallOpInterface>(root.value.getDefiningOp())));
  return sizes.getBytes(root.value).upper.value_or(0);
}

uint64_t FootprintWalker::getLeastUpperShare(Value value) const {
  const OriginSet &set = origins.lookup(value);
  if (set.unknown || set.roots.empty())
    return 0;
  uint64_t least = std::numeric_limits<uint64_t>::max(), most = 0;
  for (unsigned index : set.roots) {
    least = std::min(least, getUpperShare(index));
    most = std::max(most, getUpperShare(index));
  }
  return isBroken(Mutation::FreeLargest) ? most : least;
}

uint64_t FootprintWalker::getLowerShare(const BufferRoot &root) const {
  return isOutside(root) || root.kind == BufferRoot::Kind::CallResult
             ? 0
             : sizes.getBytes(root.value).lower;
}

void FootprintWalker::chargeArguments() {
  SmallVector<uint64_t> bytes = getArgumentCharges(origins, sizes);
  for (auto [index, root] : llvm::enumerate(origins.getRoots()))
    if (isFreedArgument(root))
      charges[index] = bytes[cast<BlockArgument>(root.value).getArgNumber()];
}

// Whatever a deallocation frees, all that it may free was charged the same.
void FootprintWalker::chargeFamilies() {
  for (auto [root, bytes] : getFamilyBytes(origins, sizes, scope, charges))
    charges[root] = bytes;
}

DenseMap<unsigned, uint64_t>
getFamilyBytes(const BufferOrigins &origins, const SizeBounds &sizes,
               Operation *scope, const DenseMap<unsigned, uint64_t> &charges) {
  llvm::EquivalenceClasses<unsigned> families;
  scope->walk([&](Operation *op) {
    for (Value buffer : getMemoryEvents(op).freed) {
      const OriginSet &set = origins.lookup(buffer);
      for (unsigned root : set.roots)
        families.unionSets(set.roots.front(), root);
    }
  });
  DenseMap<unsigned, uint64_t> familyBytes;
  for (const auto &family : families) {
    if (!family->isLeader())
      continue;
    UpperBytes most = 0;
    for (unsigned index : families.members(*family)) {
      const BufferRoot &root = origins.getRoots()[index];
      if (auto it = charges.find(index); it != charges.end()) {
        most = larger(most, it->second);
        continue;
      }
      // Others are not charged where they are allocated.
      bool isCharged = root.kind == BufferRoot::Kind::Allocation &&
                       !isOutsideOf(scope, root);
      most = isCharged ? larger(most, sizes.getBytes(root.value).upper)
                       : std::nullopt;
    }
    if (most)
      for (unsigned index : families.members(*family))
        familyBytes[index] = *most;
  }
  return familyBytes;
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
  uint64_t upper = bytes.upper.value_or(0);
  if (std::optional<unsigned> root = origins.getRootIndex(buffer))
    upper = std::max(upper, charges.lookup(*root));
  addUpper(op, upper, state);
  state.lower = llvm::SaturatingAdd(state.lower, lower);
  recordBoth(Event::Kind::Allocate, op, buffer, upper, lower, state);
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
  uint64_t least = getLeastUpperShare(buffer), leastLower = kNone, most = 0;
  for (unsigned index : set.roots) {
    const BufferRoot &root = origins.getRoots()[index];
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
  if (Operation *task = getAwaitedTask(op);
      task && task->getBlock() == op->getBlock())
    return endTask(task, state);
  walkEvents(op, state);
  if (op->getNumRegions() != 0)
    walkRegionOp(op, state);
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

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
    return startTask(op, callee.upper, callee.retained, state);
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
