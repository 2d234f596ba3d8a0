//===- ResourceToLLVM.cpp - arenas and pools to runtime calls -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The runtime's functions for compiled code never return on failure, so the
// lowered code has no error paths of its own.
//
//===----------------------------------------------------------------------===//

#include "langone/Conversion/ResourceToLLVM.h"

#include "RuntimeCalls.h"
#include "langone/Resource/Analysis/BufferSize.h"
#include "langone/Resource/IR/ResourceOps.h"

#include "mlir/Conversion/ConvertToLLVM/ToLLVMInterface.h"
#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace langone::resource;

namespace {

// Names and signatures of langone/runtime.h.
constexpr StringLiteral kArenaAcquire = "langone_rt_arena_acquire_or_raise";
constexpr StringLiteral kArenaRelease = "langone_rt_arena_release_or_raise";
constexpr StringLiteral kPoolAllocate = "langone_rt_pool_allocate_or_raise";
// Of langone/runtime_planner.h.
constexpr StringLiteral kPlan = "langone_rt_plan";
constexpr StringLiteral kPoolFree = "langone_rt_pool_free_or_raise";
// What malloc guarantees; for element types that ask for less.
constexpr uint64_t kDefaultPoolAlignment = 16;

Type pointer(ConversionPatternRewriter &rewriter) {
  return LLVM::LLVMPointerType::get(rewriter.getContext());
}

/// The pointer that the runtime gave out, whatever the kind of memref.
Value allocatedPointer(ConversionPatternRewriter &rewriter, Location loc,
                       Type type, Value descriptor) {
  if (isa<MemRefType>(type))
    return MemRefDescriptor(descriptor).allocatedPtr(rewriter, loc);
  return UnrankedMemRefDescriptor::allocatedPtr(
      rewriter, loc,
      UnrankedMemRefDescriptor(descriptor).memRefDescPtr(rewriter, loc),
      LLVM::LLVMPointerType::get(rewriter.getContext()));
}

struct ArenaAcquireLowering : ConvertOpToLLVMPattern<ArenaAcquireOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(ArenaAcquireOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto type = cast<MemRefType>(op.getArena().getType());
    MemoryBudgetAttr budget = op.getBudgetAttr();
    bool enforced = budget && budget.getOnExceed() == OnExceed::Error;
    Value size = adaptor.getSize()
                     ? adaptor.getSize()
                     : createConstant(rewriter, loc, type.getDimSize(0));
    Value bytes = size;
    if (bytes.getType() != rewriter.getI64Type())
      bytes = LLVM::ZExtOp::create(rewriter, loc, rewriter.getI64Type(), bytes);
    Value arguments[] = {
        bytes, createConstant(rewriter, loc, op.getAlignment()),
        createConstant(rewriter, loc, enforced ? budget.getLimit() : kNoLimit)};
    auto call =
        callRuntime(rewriter, op, kArenaAcquire, arguments, pointer(rewriter));
    if (failed(call))
      return failure();
    Value block = call->getResult();
    if (type.hasStaticShape()) {
      rewriter.replaceOp(op,
                         {MemRefDescriptor::fromStaticShape(
                             rewriter, loc, *getTypeConverter(), type, block)});
      return success();
    }
    Value stride = createIndexAttrConstant(rewriter, loc, getIndexType(), 1);
    rewriter.replaceOp(op, {createMemRefDescriptor(loc, type, block, block,
                                                   size, stride, rewriter)});
    return success();
  }
};

/// Sizes go to the stack, lifetimes are a constant of the module.
struct ArenaPlanLowering : ConvertOpToLLVMPattern<ArenaPlanOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(ArenaPlanOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    size_t count = op.getSizes().size();
    Value sizes = allocate(rewriter, loc, count);
    Value offsets = allocate(rewriter, loc, count);
    for (auto [index, size] : llvm::enumerate(adaptor.getSizes()))
      LLVM::StoreOp::create(rewriter, loc, toI64(rewriter, loc, size),
                            elementAt(rewriter, loc, sizes, index));
    Value arguments[] = {createTable(rewriter, op),
                         createConstant(rewriter, loc, count), sizes, offsets};
    auto call =
        callRuntime(rewriter, op, kPlan, arguments, rewriter.getI64Type());
    if (failed(call))
      return failure();
    SmallVector<Value> results{toIndex(rewriter, loc, call->getResult())};
    for (size_t index = 0; index < count; ++index) {
      Value offset =
          LLVM::LoadOp::create(rewriter, loc, rewriter.getI64Type(),
                               elementAt(rewriter, loc, offsets, index));
      results.push_back(toIndex(rewriter, loc, offset));
    }
    rewriter.replaceOp(op, results);
    return success();
  }

private:
  Value toI64(OpBuilder &builder, Location loc, Value value) const {
    return value.getType() == builder.getI64Type()
               ? value
               : LLVM::ZExtOp::create(builder, loc, builder.getI64Type(),
                                      value);
  }

  Value toIndex(OpBuilder &builder, Location loc, Value value) const {
    Type index = getTypeConverter()->convertType(builder.getIndexType());
    return value.getType() == index
               ? value
               : LLVM::TruncOp::create(builder, loc, index, value);
  }

  static Value allocate(ConversionPatternRewriter &rewriter, Location loc,
                        size_t count) {
    return LLVM::AllocaOp::create(rewriter, loc, pointer(rewriter),
                                  rewriter.getI64Type(),
                                  createConstant(rewriter, loc, count));
  }

  static Value elementAt(ConversionPatternRewriter &rewriter, Location loc,
                         Value array, size_t index) {
    return LLVM::GEPOp::create(
        rewriter, loc, pointer(rewriter), rewriter.getI64Type(), array,
        ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index)});
  }

  /// The array of `langone_rt_plan_buffer` of an op.
  static Value createTable(ConversionPatternRewriter &rewriter,
                           ArenaPlanOp op) {
    SmallVector<int64_t> words;
    for (auto [index, alignment] : llvm::enumerate(op.getAlignments()))
      words.append({op.getLifetimes()[2 * index],
                    op.getLifetimes()[2 * index + 1], alignment});
    auto module = op->getParentOfType<ModuleOp>();
    std::string name;
    for (unsigned number = 0; name.empty() || module.lookupSymbol(name);)
      name = ("langone_plan_" + Twine(number++)).str();
    auto size = static_cast<int64_t>(words.size());
    {
      OpBuilder::InsertionGuard guard(rewriter);
      rewriter.setInsertionPointToStart(module.getBody());
      auto values = DenseElementsAttr::get(
          RankedTensorType::get(size, rewriter.getI64Type()),
          ArrayRef<int64_t>(words));
      LLVM::GlobalOp::create(
          rewriter, op.getLoc(),
          LLVM::LLVMArrayType::get(rewriter.getI64Type(), words.size()),
          /*isConstant=*/true, LLVM::Linkage::Private, name, values);
    }
    return LLVM::AddressOfOp::create(rewriter, op.getLoc(), pointer(rewriter),
                                     name);
  }
};

struct PoolAllocLowering : ConvertOpToLLVMPattern<PoolAllocOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(PoolAllocOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    MemRefType type = op.getMemref().getType();
    if (!isConvertibleAndHasIdentityMaps(type))
      return rewriter.notifyMatchFailure(op, "memref type is not convertible");
    SmallVector<Value> sizes, strides;
    Value bytes;
    getMemRefDescriptorSizes(loc, type, adaptor.getDynamicSizes(), rewriter,
                             sizes, strides, bytes);
    if (bytes.getType() != rewriter.getI64Type())
      bytes = LLVM::ZExtOp::create(rewriter, loc, rewriter.getI64Type(), bytes);
    uint64_t alignment = std::max(
        kDefaultPoolAlignment,
        getElementAlignment(type.getElementType(), DataLayout::closest(op)));
    Value arguments[] = {
        bytes,
        createConstant(rewriter, loc, op.getAlignment().value_or(alignment))};
    auto call =
        callRuntime(rewriter, op, kPoolAllocate, arguments, pointer(rewriter));
    if (failed(call))
      return failure();
    Value block = call->getResult();
    rewriter.replaceOp(op, {createMemRefDescriptor(loc, type, block, block,
                                                   sizes, strides, rewriter)});
    return success();
  }
};

/// Both ways to give memory back are a call with the pointer.
template <typename OpT> struct FreeLowering : ConvertOpToLLVMPattern<OpT> {
  FreeLowering(const LLVMTypeConverter &converter, StringRef function)
      : ConvertOpToLLVMPattern<OpT>(converter), function(function) {}

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Value block =
        allocatedPointer(rewriter, op.getLoc(), op->getOperand(0).getType(),
                         adaptor.getOperands().front());
    if (failed(callRuntime(rewriter, op, function, block,
                           LLVM::LLVMVoidType::get(op.getContext()))))
      return failure();
    rewriter.eraseOp(op);
    return success();
  }

private:
  StringRef function;
};

struct ResourceToLLVMInterface : ConvertToLLVMPatternInterface {
  using ConvertToLLVMPatternInterface::ConvertToLLVMPatternInterface;
  // Scopes end in branches.
  void loadDependentDialects(MLIRContext *context) const final {
    context->loadDialect<cf::ControlFlowDialect, LLVM::LLVMDialect>();
  }
  void populateConvertToLLVMConversionPatterns(
      ConversionTarget &, LLVMTypeConverter &converter,
      RewritePatternSet &patterns) const final {
    populateResourceToLLVMPatterns(converter, patterns);
  }
};

} // namespace

void langone::resource::populateResourceToLLVMPatterns(
    const LLVMTypeConverter &converter, RewritePatternSet &patterns) {
  patterns.add<ArenaAcquireLowering, ArenaPlanLowering, PoolAllocLowering>(
      converter);
  patterns.add<FreeLowering<ArenaReleaseOp>>(converter, kArenaRelease);
  patterns.add<FreeLowering<PoolDeallocOp>>(converter, kPoolFree);
  populateEnforcementToLLVMPatterns(converter, patterns);
}

void langone::resource::registerConvertResourceToLLVMInterface(
    DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ResourceDialect *dialect) {
    dialect->addInterfaces<ResourceToLLVMInterface>();
    context->loadDialect<LLVM::LLVMDialect>();
  });
}
