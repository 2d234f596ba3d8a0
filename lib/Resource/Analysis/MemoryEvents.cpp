//===- MemoryEvents.cpp - what an op does to heap memory ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "langone/Resource/Analysis/MemoryEvents.h"

#include "langone/Resource/IR/ResourceDialect.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Async/IR/Async.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/ShapedOpInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace langone::resource {

static bool isAutomatic(SideEffects::Resource *resource) {
  return isa<SideEffects::AutomaticAllocationScopeResource>(resource);
}

// Ops whose whole effect is that of their regions, of a call, of a branch or of
// the task that they wait for.
static bool hasNoEffectOfItsOwn(Operation *op) {
  return op->hasTrait<OpTrait::HasRecursiveMemoryEffects>() ||
         op->hasTrait<OpTrait::IsTerminator>() ||
         isa<CallOpInterface, async::AwaitOp>(op) || isCallBoundary(op);
}

MemoryEvents getMemoryEvents(Operation *op) {
  MemoryEvents events;
  // Tensors become buffers only when they are bufferized.
  if (llvm::any_of(op->getResultTypes(), llvm::IsaPred<TensorType>))
    events.allocatesUnknown = true;
  auto interface = dyn_cast<MemoryEffectOpInterface>(op);
  if (!interface) {
    if (!hasNoEffectOfItsOwn(op))
      events.allocatesUnknown = events.freesUnknown = true;
    return events;
  }
  SmallVector<MemoryEffects::EffectInstance> effects;
  interface.getEffects(effects);
  for (const MemoryEffects::EffectInstance &effect : effects) {
    if (isAutomatic(effect.getResource()))
      continue;
    Value value = effect.getValue();
    bool isBuffer = value && isa<BaseMemRefType>(value.getType());
    if (isa<MemoryEffects::Allocate>(effect.getEffect())) {
      if (isBuffer && value.getDefiningOp() == op)
        events.allocated.push_back(value);
      else
        events.allocatesUnknown = true;
    } else if (isa<MemoryEffects::Free>(effect.getEffect())) {
      if (isBuffer)
        events.freed.push_back(value);
      else
        events.freesUnknown = true;
    }
  }
  return events;
}

bool isPlainAllocation(Operation *op) {
  auto interface = dyn_cast<MemoryEffectOpInterface>(op);
  if (!interface || op->getNumResults() != 1 || op->getNumRegions() != 0 ||
      llvm::any_of(op->getOperandTypes(), llvm::IsaPred<BaseMemRefType>))
    return false;
  SmallVector<MemoryEffects::EffectInstance> effects;
  interface.getEffects(effects);
  return !effects.empty() &&
         llvm::all_of(effects, [&](const MemoryEffects::EffectInstance &e) {
           return isa<MemoryEffects::Allocate>(e.getEffect()) &&
                  e.getValue() == op->getResult(0) &&
                  !isAutomatic(e.getResource());
         });
}

bool isTaskHandle(Type type) {
  return isa<async::TokenType, async::ValueType>(type);
}

SmallVector<Operation *> getAwaitedTasks(Operation *op) {
  auto await = dyn_cast<async::AwaitOp>(op);
  if (!await)
    return {};
  llvm::SetVector<Operation *> tasks;
  auto add = [&](Value handle) {
    Operation *task = handle.getDefiningOp();
    if (task && task->getBlock() == op->getBlock())
      tasks.insert(task);
  };
  add(await.getOperand());
  for (unsigned next = 0; next < tasks.size(); ++next)
    for (Value operand : tasks[next]->getOperands())
      if (isTaskHandle(operand.getType()))
        add(operand);
  return tasks.takeVector();
}

std::optional<ValueRange> getDynamicSizes(Operation *op) {
  if (!isPlainAllocation(op))
    return std::nullopt;
  auto type = dyn_cast<MemRefType>(op->getResult(0).getType());
  if (!type || type.getNumDynamicDims() != op->getNumOperands() ||
      !llvm::all_of(op->getOperandTypes(), llvm::IsaPred<IndexType>))
    return std::nullopt;
  return op->getOperands();
}

RegionExecution getRegionExecution(Operation *op) {
  if (llvm::any_of(op->getResultTypes(), isTaskHandle))
    return RegionExecution::Asynchronous;
  if (op->hasTrait<OpTrait::HasParallelRegion>() ||
      !isa<RegionBranchOpInterface>(op))
    return RegionExecution::Parallel;
  return RegionExecution::Sequential;
}

bool mayRepeat(Region &region) {
  Operation *op = region.getParentOp();
  if (isCallBoundary(op))
    return false;
  if (getRegionExecution(op) != RegionExecution::Sequential)
    return true;
  return cast<RegionBranchOpInterface>(op).isRepetitiveRegion(
      region.getRegionNumber());
}

bool isCallBoundary(Operation *op) {
  return isa<CallableOpInterface>(op) || op->hasTrait<OpTrait::SymbolTable>();
}

// The loop interface does not ask affine.parallel for its bounds.
static std::optional<uint64_t>
getConstantTripCount(affine::AffineParallelOp op) {
  std::optional<SmallVector<int64_t, 8>> ranges = op.getConstantRanges();
  if (!ranges)
    return std::nullopt;
  std::optional<uint64_t> product = 1;
  for (auto [range, step] : llvm::zip_equal(*ranges, op.getSteps())) {
    if (range <= 0)
      return 0;
    if (product)
      product = llvm::checkedMulUnsigned<uint64_t>(
          *product, llvm::divideCeil(static_cast<uint64_t>(range),
                                     static_cast<uint64_t>(step)));
  }
  return product;
}

std::optional<uint64_t> getConstantTripCount(Operation *op) {
  if (auto parallel = dyn_cast<affine::AffineParallelOp>(op))
    return getConstantTripCount(parallel);
  auto loop = dyn_cast<LoopLikeOpInterface>(op);
  if (!loop)
    return std::nullopt;
  if (std::optional<APInt> count = loop.getStaticTripCount()) {
    if (count->getActiveBits() > 64)
      return std::nullopt;
    return count->getZExtValue();
  }
  std::optional<SmallVector<OpFoldResult>> lowers = loop.getLoopLowerBounds();
  std::optional<SmallVector<OpFoldResult>> uppers = loop.getLoopUpperBounds();
  std::optional<SmallVector<OpFoldResult>> steps = loop.getLoopSteps();
  if (!lowers || !uppers || !steps)
    return std::nullopt;
  std::optional<uint64_t> product = 1;
  for (auto [lower, upper, step] : llvm::zip_equal(*lowers, *uppers, *steps)) {
    std::optional<int64_t> first = getConstantIntValue(lower);
    std::optional<int64_t> last = getConstantIntValue(upper);
    std::optional<int64_t> stride = getConstantIntValue(step);
    if (!first || !last || !stride || *stride <= 0)
      return std::nullopt;
    if (*last <= *first)
      return 0;
    // Both conversions are exact: the difference of two int64 fits uint64.
    uint64_t distance =
        static_cast<uint64_t>(*last) - static_cast<uint64_t>(*first);
    product = llvm::checkedMulUnsigned<uint64_t>(
        *product, (distance - 1) / static_cast<uint64_t>(*stride) + 1);
    if (!product)
      return std::nullopt;
  }
  return product;
}

std::optional<uint64_t> getDeclaredParallelism(Operation *op) {
  for (Operation *parent = op; parent; parent = parent->getParentOp())
    if (auto declared =
            getResourceAttr<IntegerAttr>(parent, ResourceDialect::kParallelism))
      return declared.getValue().getZExtValue();
  return std::nullopt;
}

static BufferUse classifyTerminatorUse(Operation *terminator) {
  if (isa<BranchOpInterface>(terminator))
    return BufferUse::Flow;
  Operation *parent = terminator->getParentOp();
  if (isa<FunctionOpInterface>(parent))
    return BufferUse::Return;
  if (isa<RegionBranchTerminatorOpInterface>(terminator) &&
      isa<RegionBranchOpInterface>(parent) &&
      getRegionExecution(parent) != RegionExecution::Asynchronous)
    return BufferUse::Flow;
  return BufferUse::Capture;
}

static bool hasEffectOn(Operation *op, Value value) {
  auto interface = dyn_cast<MemoryEffectOpInterface>(op);
  if (!interface)
    return false;
  SmallVector<MemoryEffects::EffectInstance> effects;
  interface.getEffectsOnValue(value, effects);
  return !effects.empty();
}

// Pure ops on buffers give views of them; those that give anything else (an
// address as an integer), or make buffers of anything else, are out of sight.
bool derivesResultsFromOperands(Operation *op) {
  if (isa<ViewLikeOpInterface>(op))
    return true;
  return op->getNumRegions() == 0 && isMemoryEffectFree(op) &&
         llvm::all_of(op->getResultTypes(), llvm::IsaPred<BaseMemRefType>) &&
         (op->getNumOperands() == 0 ||
          llvm::any_of(op->getOperandTypes(), llvm::IsaPred<BaseMemRefType>));
}

BufferUse classifyUse(OpOperand &use) {
  Operation *op = use.getOwner();
  if (op->hasTrait<OpTrait::IsTerminator>())
    return classifyTerminatorUse(op);
  if (auto call = dyn_cast<CallOpInterface>(op))
    return llvm::is_contained(call.getArgOperands(), use.get()) &&
                   getRegionExecution(op) != RegionExecution::Asynchronous
               ? BufferUse::Argument
               : BufferUse::Capture;
  if (isa<RegionBranchOpInterface>(op))
    return getRegionExecution(op) == RegionExecution::Asynchronous
               ? BufferUse::Capture
               : BufferUse::Flow;
  if (derivesResultsFromOperands(op))
    return BufferUse::Flow;
  // Other results, tokens for example, may stand for an access that goes on.
  bool endsHere = llvm::all_of(op->getResultTypes(), [](Type type) {
    return type.isIntOrIndexOrFloat() || isa<ComplexType, ShapedType>(type);
  });
  if (endsHere && (isa<ShapedDimOpInterface>(op) || hasEffectOn(op, use.get())))
    return BufferUse::Access;
  return BufferUse::Capture;
}

} // namespace langone::resource
