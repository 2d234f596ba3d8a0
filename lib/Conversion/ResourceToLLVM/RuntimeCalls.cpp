//===- RuntimeCalls.cpp - calls and data for the runtime ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RuntimeCalls.h"

#include "mlir/Dialect/LLVMIR/FunctionCallUtils.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace langone::resource {

FailureOr<LLVM::CallOp> callRuntime(OpBuilder &builder, Operation *op,
                                    StringRef name, ValueRange arguments,
                                    Type result) {
  auto module = op->getParentOfType<ModuleOp>();
  FailureOr<LLVM::LLVMFuncOp> function = LLVM::lookupOrCreateFn(
      builder, module, name, llvm::to_vector(arguments.getTypes()), result);
  if (failed(function))
    return op->emitError("cannot declare the runtime function '")
           << name << "'";
  return LLVM::CallOp::create(builder, op->getLoc(), *function, arguments);
}

Value createConstant(OpBuilder &builder, Location loc, uint64_t value) {
  return LLVM::ConstantOp::create(
      builder, loc, builder.getI64Type(),
      builder.getI64IntegerAttr(static_cast<int64_t>(value)));
}

Value createConstant32(OpBuilder &builder, Location loc, uint32_t value) {
  return LLVM::ConstantOp::create(
      builder, loc, builder.getI32Type(),
      builder.getI32IntegerAttr(static_cast<int32_t>(value)));
}

Value createText(OpBuilder &builder, Operation *op, StringRef text) {
  auto module = op->getParentOfType<ModuleOp>();
  std::string bytes = text.str();
  bytes.push_back('\0');
  auto value = StringAttr::get(op->getContext(), bytes);
  auto pointer = LLVM::LLVMPointerType::get(op->getContext());
  unsigned number = 0;
  for (auto global : module.getOps<LLVM::GlobalOp>()) {
    if (!global.getSymName().starts_with("langone_text_"))
      continue;
    if (global.getValueAttr() == value)
      return LLVM::AddressOfOp::create(builder, op->getLoc(), global);
    ++number;
  }
  std::string name;
  do
    name = ("langone_text_" + Twine(number++)).str();
  while (module.lookupSymbol(name));
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(module.getBody());
    LLVM::GlobalOp::create(
        builder, module.getLoc(),
        LLVM::LLVMArrayType::get(builder.getI8Type(), bytes.size()),
        /*isConstant=*/true, LLVM::Linkage::Private, name, value);
  }
  return LLVM::AddressOfOp::create(builder, op->getLoc(), pointer, name);
}

} // namespace langone::resource
