//===- EnforcementToLLVM.cpp - guards and scopes to runtime calls ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the calls that check and count. A guard is one call without a branch; a
// scope is a call where it begins and one on each way out. What a scope is
// about is constant data of the module.
//
//===----------------------------------------------------------------------===//

#include "RuntimeCalls.h"

#include "langone/Resource/IR/ResourceOps.h"

#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace langone::resource;

namespace {

// Names, signatures and numbers of langone/runtime.h.
constexpr StringLiteral kGuard = "langone_rt_guard_or_raise";
constexpr StringLiteral kScopeEnter = "langone_rt_scope_enter_or_raise";
constexpr StringLiteral kScopeExit = "langone_rt_scope_exit_or_raise";
constexpr uint32_t kScopeInfoBytes = 64;
constexpr uint32_t kStructVersion = 1;

uint32_t getRuntimeSubject(GuardSubject subject) {
  switch (subject) {
  case GuardSubject::Size:
    return 0;
  case GuardSubject::Footprint:
    return 1;
  case GuardSubject::Depth:
    return 2;
  }
  llvm_unreachable("unknown subject");
}

uint32_t getRuntimeOnExceed(OnExceed onExceed) {
  switch (onExceed) {
  case OnExceed::Error:
    return 0;
  case OnExceed::Warn:
    return 1;
  case OnExceed::Fallback:
    return 2;
  }
  llvm_unreachable("unknown way to exceed");
}

/// What the error says, with the place in the source where there is one.
std::string describe(GuardOp op) {
  std::string text = op.getMessage().str();
  if (auto file = op.getLoc()->findInstanceOf<FileLineColLoc>())
    llvm::raw_string_ostream(text)
        << " (" << file.getFilename().getValue() << ':' << file.getLine() << ':'
        << file.getColumn() << ')';
  return text;
}

/// Sizes are unsigned, whatever the width of an index.
Value extend(ConversionPatternRewriter &rewriter, Location loc, Value value) {
  if (value.getType() == rewriter.getI64Type())
    return value;
  return LLVM::ZExtOp::create(rewriter, loc, rewriter.getI64Type(), value);
}

struct GuardLowering : ConvertOpToLLVMPattern<GuardOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(GuardOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    APInt value, bound;
    if (matchPattern(op.getValue(), m_ConstantInt(&value)) &&
        matchPattern(op.getBound(), m_ConstantInt(&bound)) && value.ugt(bound))
      emitWarning(loc, "this guard never holds: ")
          << value.getZExtValue() << " is above " << bound.getZExtValue();
    Value arguments[] = {
        extend(rewriter, loc, adaptor.getValue()),
        extend(rewriter, loc, adaptor.getBound()),
        createConstant32(rewriter, loc, getRuntimeSubject(op.getSubject())),
        createConstant32(rewriter, loc, getRuntimeOnExceed(op.getOnExceed())),
        createText(rewriter, op, describe(op))};
    if (failed(callRuntime(rewriter, op, kGuard, arguments,
                           LLVM::LLVMVoidType::get(op.getContext()))))
      return failure();
    rewriter.eraseOp(op);
    return success();
  }
};

/// Builds the constant `langone_rt_scope_info` of a scope.
class ScopeInfo {
public:
  ScopeInfo(OpBuilder &builder, ScopeOp op)
      : builder(builder), op(op), module(op->getParentOfType<ModuleOp>()),
        pointer(LLVM::LLVMPointerType::get(op.getContext())) {}

  /// Its address, at the builder's insertion point.
  Value create() {
    MemoryBudgetAttr budget = op.getBudget();
    Type i32 = builder.getI32Type(), i64 = builder.getI64Type();
    auto type = LLVM::LLVMStructType::getLiteral(
        op.getContext(),
        {i32, i32, pointer, i64, i64, i64, pointer, i64, i32, i32});
    ArrayAttr sites = op.getSitesAttr();
    return createGlobal("langone_scope_", type, [&] {
      Location loc = op.getLoc();
      return aggregate(
          type,
          {createConstant32(builder, loc, kScopeInfoBytes),
           createConstant32(builder, loc, kStructVersion),
           createText(builder, op, op.getName()),
           createConstant(builder, loc, budget.getLimit()),
           createConstant(builder, loc, budget.getSoft().value_or(kNoLimit)),
           createConstant(builder, loc, op.getPredicted().value_or(kNoLimit)),
           createSites(sites),
           createConstant(builder, loc, sites ? sites.size() : 0),
           createConstant32(builder, loc,
                            getRuntimeOnExceed(budget.getOnExceed())),
           createConstant32(builder, loc, 0)});
    });
  }

private:
  Value createSites(ArrayAttr sites) {
    if (!sites || sites.empty())
      return LLVM::ZeroOp::create(builder, op.getLoc(), pointer);
    auto type = LLVM::LLVMArrayType::get(pointer, sites.size());
    return createGlobal("langone_sites_", type, [&] {
      SmallVector<Value> texts;
      for (auto site : sites.getAsRange<StringAttr>())
        texts.push_back(createText(builder, op, site.getValue()));
      return aggregate(type, texts);
    });
  }

  Value aggregate(Type type, ArrayRef<Value> members) {
    Value whole = LLVM::UndefOp::create(builder, op.getLoc(), type);
    for (auto [index, member] : llvm::enumerate(members))
      whole = LLVM::InsertValueOp::create(builder, op.getLoc(), whole, member,
                                          index);
    return whole;
  }

  /// A private constant whose value `build` creates.
  Value createGlobal(StringRef prefix, Type type, function_ref<Value()> build) {
    std::string name;
    for (unsigned number = 0; name.empty() || module.lookupSymbol(name);)
      name = (prefix + Twine(number++)).str();
    {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(module.getBody());
      auto global = LLVM::GlobalOp::create(builder, op.getLoc(), type,
                                           /*isConstant=*/true,
                                           LLVM::Linkage::Private, name,
                                           /*value=*/Attribute());
      builder.createBlock(&global.getInitializerRegion());
      LLVM::ReturnOp::create(builder, op.getLoc(), build());
    }
    return LLVM::AddressOfOp::create(builder, op.getLoc(), pointer, name);
  }

  OpBuilder &builder;
  ScopeOp op;
  ModuleOp module;
  Type pointer;
};

struct ScopeLowering : ConvertOpToLLVMPattern<ScopeOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(ScopeOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Block *before = rewriter.getInsertionBlock();
    Block *after = rewriter.splitBlock(before, rewriter.getInsertionPoint());
    rewriter.setInsertionPointToEnd(before);
    auto account =
        callRuntime(rewriter, op, kScopeEnter, ScopeInfo(rewriter, op).create(),
                    LLVM::LLVMPointerType::get(op.getContext()));
    if (failed(account))
      return failure();
    cf::BranchOp::create(rewriter, loc, &op.getBody().front());
    for (Block &block : op.getBody()) {
      auto yield = dyn_cast<YieldOp>(block.getTerminator());
      if (!yield)
        continue;
      rewriter.setInsertionPoint(yield);
      if (failed(callRuntime(rewriter, op, kScopeExit, account->getResult(),
                             LLVM::LLVMVoidType::get(op.getContext()))))
        return failure();
      rewriter.replaceOpWithNewOp<cf::BranchOp>(yield, after,
                                                yield.getOperands());
    }
    rewriter.inlineRegionBefore(op.getBody(), after);
    SmallVector<Location> locations(op.getNumResults(), loc);
    rewriter.replaceOp(op, llvm::to_vector_of<Value>(after->addArguments(
                               op.getResultTypes(), locations)));
    return success();
  }
};

} // namespace

void langone::resource::populateEnforcementToLLVMPatterns(
    const LLVMTypeConverter &converter, RewritePatternSet &patterns) {
  patterns.add<GuardLowering, ScopeLowering>(converter);
}
