//===- InterpreterOps.cpp - what ops without regions do -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Interpreter.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace langone::resource::test {

SmallVector<int64_t, 2> getStrides(ArrayRef<int64_t> sizes) {
  SmallVector<int64_t, 2> strides(sizes.size(), 1);
  for (size_t i = sizes.size(); i > 1; --i)
    strides[i - 2] = strides[i - 1] * sizes[i - 1];
  return strides;
}

void forEachElement(const Buffer &buffer,
                    llvm::function_ref<void(int64_t)> visit) {
  if (llvm::is_contained(buffer.sizes, 0))
    return;
  SmallVector<int64_t> index(buffer.sizes.size(), 0);
  while (true) {
    int64_t position = buffer.offset;
    for (auto [i, stride] : llvm::zip(index, buffer.strides))
      position += i * stride;
    visit(position);
    int dimension = index.size() - 1;
    while (dimension >= 0 && ++index[dimension] == buffer.sizes[dimension])
      index[dimension--] = 0;
    if (dimension < 0)
      return;
  }
}

SmallVector<int64_t> Interpreter::evaluate(ArrayRef<OpFoldResult> values) {
  SmallVector<int64_t> numbers;
  for (OpFoldResult value : values) {
    std::optional<int64_t> constant = getConstantIntValue(value);
    numbers.push_back(constant ? *constant : getIndex(cast<Value>(value)));
  }
  return numbers;
}

void Interpreter::runOp(Operation *op) {
  if (auto invoke = dyn_cast<func::CallOp>(op)) {
    auto function = symbols.lookup<func::FuncOp>(invoke.getCallee());
    decisions.reach(op);
    set(op->getResults(), call(function, get(op->getOperands())));
  } else if (auto invoke = dyn_cast<func::CallIndirectOp>(op)) {
    auto *function =
        reinterpret_cast<Operation *>(getIndex(invoke.getCallee()));
    set(op->getResults(),
        call(cast<func::FuncOp>(function), get(invoke.getCalleeOperands())));
  } else if (auto constant = dyn_cast<func::ConstantOp>(op)) {
    Operation *function = symbols.lookup(constant.getValue());
    set(op->getResults(), {{reinterpret_cast<uint64_t>(function), {}}});
  } else if (auto await = dyn_cast<async::AwaitOp>(op)) {
    RuntimeValue awaited = get(await.getOperand());
    memory.await(awaited.task);
    set(op->getResults(), {awaited});
  } else if (auto guard = dyn_cast<GuardOp>(op)) {
    runGuard(guard);
  } else if (auto assertion = dyn_cast<cf::AssertOp>(op)) {
    if (!get(assertion.getArg()).bits)
      fail(op, "an assertion does not hold");
  } else if (!runSizes(op) && !runArithmetic(op) && !runView(op) &&
             !runMemory(op)) {
    fail(op, "unknown op");
  }
  if (!memory.getError().empty())
    fail(op, "");
}

void Interpreter::runGuard(GuardOp guard) {
  uint64_t value = get(guard.getValue()).bits;
  if (value <= get(guard.getBound()).bits)
    return;
  // Sizes and depths are what the generator promises.
  if (guard.getSubject() != GuardSubject::Footprint)
    return fail(guard, "a guard does not hold");
  if (guard.getOnExceed() != OnExceed::Error)
    return;
  execution.refusal = Execution::Refusal::AtEntry;
  execution.refusedBytes = value;
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

/// Puts numbers where a shape is dynamic.
static void fillIn(SmallVectorImpl<int64_t> &shape,
                   const RuntimeValues &numbers) {
  const auto *number = numbers.begin();
  for (int64_t &size : shape)
    if (ShapedType::isDynamic(size))
      size = static_cast<int64_t>((number++)->bits);
}

void Interpreter::allocate(Value result, BlockKind kind, uint64_t alignment,
                           ValueRange dynamicSizes) {
  auto type = cast<MemRefType>(result.getType());
  unsigned bytes = getElementBytes(type.getElementType());
  Buffer buffer;
  buffer.sizes.assign(type.getShape().begin(), type.getShape().end());
  fillIn(buffer.sizes, get(dynamicSizes));
  buffer.strides = getStrides(buffer.sizes);
  buffer.base =
      memory.allocate(kind, ShapedType::getNumElements(buffer.sizes) * bytes,
                      std::max<uint64_t>(alignment, bytes));
  set(result, {{0, buffer}});
}

Address Interpreter::addressOf(const Buffer &buffer, ValueRange indices,
                               unsigned elementBytes) {
  Address address = buffer.base;
  int64_t position = buffer.offset;
  for (auto [index, size, stride] :
       llvm::zip(indices, buffer.sizes, buffer.strides)) {
    int64_t i = getIndex(index);
    if (i < 0 || i >= size)
      memory.fail("index out of bounds");
    position += i * stride;
  }
  address.byte += position * elementBytes;
  return address;
}

void Interpreter::copyElements(const Buffer &from, const Buffer &to,
                               unsigned elementBytes) {
  SmallVector<int64_t> sources;
  forEachElement(from, [&](int64_t position) { sources.push_back(position); });
  size_t next = 0;
  forEachElement(to, [&](int64_t position) {
    if (next == sources.size())
      return;
    Address source = from.base, target = to.base;
    source.byte += sources[next++] * elementBytes;
    target.byte += position * elementBytes;
    memory.copy(source, target, elementBytes);
  });
}

static unsigned getElementBytesOf(Value memref) {
  return getElementBytes(
      cast<BaseMemRefType>(memref.getType()).getElementType());
}

bool Interpreter::runMemory(Operation *op) {
  auto free = [&](Value freed, BlockKind kind) {
    Buffer buffer = get(freed).buffer;
    Address address = buffer.base;
    address.byte += buffer.offset * getElementBytesOf(freed);
    memory.release(address, kind);
  };
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([&](memref::AllocOp op) {
        allocate(op, BlockKind::Heap, op.getAlignment().value_or(1),
                 op.getDynamicSizes());
        return true;
      })
      .Case([&](PoolAllocOp op) {
        allocate(op, BlockKind::Pool, op.getAlignment().value_or(1),
                 op.getDynamicSizes());
        return true;
      })
      .Case([&](ArenaAcquireOp op) {
        allocate(op, BlockKind::Arena, op.getAlignment(),
                 op.getSize() ? ValueRange(op.getSize()) : ValueRange());
        checkArena(op, get(op.getArena()).buffer.sizes[0]);
        return true;
      })
      .Case([&](memref::DeallocOp op) {
        free(op.getMemref(), BlockKind::Heap);
        return true;
      })
      .Case([&](PoolDeallocOp op) {
        free(op.getMemref(), BlockKind::Pool);
        return true;
      })
      .Case([&](ArenaReleaseOp op) {
        free(op.getArena(), BlockKind::Arena);
        return true;
      })
      .Case([&](memref::ReallocOp op) {
        // As upstream lowers it: a buffer never becomes smaller.
        Buffer old = get(op.getSource()).buffer;
        Value dynamic = op.getDynamicResultSize();
        int64_t size = dynamic ? getIndex(dynamic) : op.getType().getDimSize(0);
        if (size > old.sizes[0]) {
          allocate(op, BlockKind::Heap, 1,
                   dynamic ? ValueRange(dynamic) : ValueRange());
          copyElements(old, get(op.getResult()).buffer,
                       getElementBytesOf(op.getResult()));
          free(op.getSource(), BlockKind::Heap);
          return true;
        }
        old.sizes[0] = size;
        set(op.getResult(), {{0, old}});
        return true;
      })
      .Case([&](memref::CopyOp op) {
        copyElements(get(op.getSource()).buffer, get(op.getTarget()).buffer,
                     getElementBytesOf(op.getSource()));
        return true;
      })
      .Case([&](memref::LoadOp op) {
        unsigned bytes = getElementBytesOf(op.getMemref());
        set(op.getResult(), {{memory.load(addressOf(get(op.getMemref()).buffer,
                                                    op.getIndices(), bytes),
                                          bytes),
                              {}}});
        return true;
      })
      .Case([&](memref::StoreOp op) {
        unsigned bytes = getElementBytesOf(op.getMemref());
        memory.store(
            addressOf(get(op.getMemref()).buffer, op.getIndices(), bytes),
            bytes, get(op.getValue()).bits);
        return true;
      })
      .Case([&](memref::GetGlobalOp op) {
        set(op.getResult(), {globals.lookup(symbols.lookup(op.getName()))});
        return true;
      })
      .Default([](Operation *) { return false; });
}

void Interpreter::makeGlobal(memref::GlobalOp global) {
  unsigned bytes = getElementBytes(global.getType().getElementType());
  Buffer buffer;
  llvm::append_range(buffer.sizes, global.getType().getShape());
  buffer.strides = getStrides(buffer.sizes);
  buffer.base = memory.allocate(BlockKind::Global,
                                global.getType().getNumElements() * bytes,
                                global.getAlignment().value_or(bytes));
  globals[global] = {0, buffer};
  auto values = dyn_cast_or_null<DenseElementsAttr>(
      global.getInitialValue().value_or(Attribute()));
  if (!values)
    return;
  int64_t position = 0;
  for (const APFloat &value : values.getValues<APFloat>())
    memory.store({buffer.base.block, position++ * bytes}, bytes,
                 value.bitcastToAPInt().getZExtValue());
  if (global.getConstant())
    memory.makeConstant(buffer.base);
}

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

bool Interpreter::runView(Operation *op) {
  if (op->getNumOperands() == 0 ||
      !isa<BaseMemRefType>(op->getOperand(0).getType()))
    return false;
  Buffer view = get(op->getOperand(0)).buffer;
  bool known =
      llvm::TypeSwitch<Operation *, bool>(op)
          .Case([&](memref::CastOp) { return true; })
          .Case([&](memref::ViewOp op) {
            unsigned bytes = getElementBytes(op.getType().getElementType());
            view.base.byte += getIndex(op.getByteShift());
            memory.checkAlignment(
                view.base, std::max<uint64_t>(bytes, options.viewAlignment));
            view.sizes.assign(op.getType().getShape().begin(),
                              op.getType().getShape().end());
            fillIn(view.sizes, get(op.getSizes()));
            view.strides = getStrides(view.sizes);
            if (options.poisonViews)
              memory.poison(view.base,
                            ShapedType::getNumElements(view.sizes) * bytes);
            return true;
          })
          .Case([&](memref::SubViewOp op) {
            SmallVector<int64_t> offsets = evaluate(op.getMixedOffsets());
            SmallVector<int64_t> strides = evaluate(op.getMixedStrides());
            SmallVector<int64_t> sizes = evaluate(op.getMixedSizes());
            llvm::SmallBitVector dropped = op.getDroppedDims();
            SmallVector<int64_t, 2> newSizes, newStrides;
            for (unsigned i = 0; i < offsets.size(); ++i) {
              view.offset += offsets[i] * view.strides[i];
              if (dropped.test(i))
                continue;
              newSizes.push_back(sizes[i]);
              newStrides.push_back(view.strides[i] * strides[i]);
            }
            view.sizes = newSizes;
            view.strides = newStrides;
            return true;
          })
          .Case([&](memref::ReinterpretCastOp op) {
            SmallVector<int64_t> sizes = evaluate(op.getMixedSizes());
            SmallVector<int64_t> strides = evaluate(op.getMixedStrides());
            view.offset = evaluate(op.getMixedOffsets())[0];
            view.sizes.assign(sizes.begin(), sizes.end());
            view.strides.assign(strides.begin(), strides.end());
            return true;
          })
          .Case<memref::CollapseShapeOp, memref::ExpandShapeOp>([&](auto op) {
            // The generator reshapes buffers without gaps only.
            auto shape = op.getType().getShape();
            view.sizes.assign(shape.begin(), shape.end());
            view.strides = getStrides(view.sizes);
            return true;
          })
          .Default([](Operation *) { return false; });
  if (known)
    set(op->getResults(), {{0, view}});
  return known;
}

} // namespace langone::resource::test
