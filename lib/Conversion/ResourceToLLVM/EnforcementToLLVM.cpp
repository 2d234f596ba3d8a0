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
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace langone::resource;

namespace {

// Names, signatures and numbers of langone/runtime.h.
constexpr StringLiteral kRequire = "langone_rt_require_or_raise";
constexpr StringLiteral kScopeEnter = "langone_rt_scope_enter_or_raise";
constexpr StringLiteral kScopeExit = "langone_rt_scope_exit_or_raise";
constexpr uint32_t kScopeInfoBytes = 64;
constexpr uint32_t kGuardBytes = 32;
constexpr uint32_t kStructVersion = 1;

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

/// Builds the constants that the runtime is handed.
class ConstantData {
public:
  ConstantData(OpBuilder &builder, Operation *op)
      : builder(builder), op(op), module(op->getParentOfType<ModuleOp>()),
        pointer(LLVM::LLVMPointerType::get(op->getContext())),
        i32(builder.getI32Type()), i64(builder.getI64Type()) {}

  /// Address of the `langone_rt_guard`, at the builder's insertion point.
  Value createGuard(GuardOp guard) {
    std::string text = describe(guard);
    return createStruct(
        "langone_guard_", {i32, i32, i64, pointer, i32, i32}, [&] {
          return SmallVector<Value>{
              number32(kGuardBytes),           number32(kStructVersion),
              number(llvm::xxh3_64bits(text)), createText(builder, op, text),
              onExceed(guard.getOnExceed()),   number32(0)};
        });
  }

  /// Address of the `langone_rt_scope_info`.
  Value createScope(ScopeOp scope) {
    MemoryBudgetAttr budget = scope.getBudget();
    ArrayAttr sites = scope.getSitesAttr();
    return createStruct(
        "langone_scope_",
        {i32, i32, i64, pointer, i64, i64, i64, i32, i32, pointer}, [&] {
          return SmallVector<Value>{number32(kScopeInfoBytes),
                                    number32(kStructVersion),
                                    number(llvm::xxh3_64bits(scope.getName())),
                                    createText(builder, op, scope.getName()),
                                    number(budget.getLimit()),
                                    number(budget.getSoft().value_or(kNoLimit)),
                                    number(scope.getPredicted().value_or(0)),
                                    onExceed(budget.getOnExceed()),
                                    number32(sites ? sites.size() : 0),
                                    createSites(sites)};
        });
  }

private:
  /// Each site is its id and the bytes predicted for it: none.
  Value createSites(ArrayAttr sites) {
    if (!sites || sites.empty())
      return LLVM::ZeroOp::create(builder, op->getLoc(), pointer);
    auto site = LLVM::LLVMStructType::getLiteral(op->getContext(), {i64, i64});
    auto type = LLVM::LLVMArrayType::get(site, sites.size());
    return createGlobal("langone_sites_", type, [&] {
      SmallVector<Value> members;
      for (auto name : sites.getAsRange<StringAttr>())
        members.push_back(aggregate(
            site, {number(llvm::xxh3_64bits(name.getValue())), number(0)}));
      return aggregate(type, members);
    });
  }

  Value createStruct(StringRef prefix, ArrayRef<Type> members,
                     function_ref<SmallVector<Value>()> build) {
    auto type = LLVM::LLVMStructType::getLiteral(op->getContext(), members);
    return createGlobal(prefix, type, [&] { return aggregate(type, build()); });
  }

  Value aggregate(Type type, ArrayRef<Value> members) {
    Value whole = LLVM::UndefOp::create(builder, op->getLoc(), type);
    for (auto [index, member] : llvm::enumerate(members))
      whole = LLVM::InsertValueOp::create(builder, op->getLoc(), whole, member,
                                          static_cast<int64_t>(index));
    return whole;
  }

  /// A private constant whose value `build` creates.
  Value createGlobal(StringRef prefix, Type type, function_ref<Value()> build) {
    std::string name;
    for (unsigned next = 0; name.empty() || module.lookupSymbol(name);)
      name = (prefix + Twine(next++)).str();
    {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(module.getBody());
      auto global =
          LLVM::GlobalOp::create(builder, op->getLoc(), type,
                                 /*isConstant=*/true, LLVM::Linkage::Private,
                                 name, /*value=*/Attribute());
      builder.createBlock(&global.getInitializerRegion());
      LLVM::ReturnOp::create(builder, op->getLoc(), build());
    }
    return LLVM::AddressOfOp::create(builder, op->getLoc(), pointer, name);
  }

  Value number(uint64_t value) {
    return createConstant(builder, op->getLoc(), value);
  }
  Value number32(uint32_t value) {
    return createConstant32(builder, op->getLoc(), value);
  }
  Value onExceed(OnExceed value) { return number32(getRuntimeOnExceed(value)); }

  OpBuilder &builder;
  Operation *op;
  ModuleOp module;
  Type pointer, i32, i64;
};

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
    Value arguments[] = {extend(rewriter, loc, adaptor.getValue()),
                         extend(rewriter, loc, adaptor.getBound()),
                         ConstantData(rewriter, op).createGuard(op)};
    if (failed(callRuntime(rewriter, op, kRequire, arguments,
                           rewriter.getI32Type())))
      return failure();
    rewriter.eraseOp(op);
    return success();
  }
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
    auto account = callRuntime(rewriter, op, kScopeEnter,
                               ConstantData(rewriter, op).createScope(op),
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
