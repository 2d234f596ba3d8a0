//===- ResourceDialect.td - the langone_resource dialect ---*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the dialect itself; attributes and ops have files of their own.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_IR_RESOURCEDIALECT_TD
#define LANGONE_RESOURCE_IR_RESOURCEDIALECT_TD

include "mlir/IR/DialectBase.td"

def Resource_Dialect : Dialect {
  let name = "langone_resource";
  let cppNamespace = "::langone::resource";
  let summary = "Memory as a promise: budgets, plans and the memory that keeps them";
  let description = [{
    The dialect carries what a user promises about resources (budgets, value
    ranges, bounds of dynamic dimensions, costs of external functions) as
    discardable attributes that may stand on upstream ops, what the analyses
    found out (verdicts, plans), and the few ops that compiled code needs to
    keep to it: arenas and pools.

    Non-goals: the dialect does not replace `memref`. A buffer in an arena is an
    upstream `memref.view`; what an upstream op can say is not said here.
    Capacities of devices come from DLTI, not from attributes of this dialect.

    The specification calls the dialect `langone-resource`; `-` cannot stand in
    a dialect namespace.
  }];
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let useDefaultAttributePrinterParser = 0;
  let extraClassDeclaration = [{
    void registerAttributes();

    /// Version written into bytecode; a reader refuses a higher one.
    static constexpr uint64_t kBytecodeVersion = 1;

    /// Names of the discardable attributes.
    static constexpr ::llvm::StringLiteral kMemoryBudget =
        "langone_resource.memory_budget";
    static constexpr ::llvm::StringLiteral kGPUBudget =
        "langone_resource.gpu_budget";
    static constexpr ::llvm::StringLiteral kPrecision =
        "langone_resource.precision";
    static constexpr ::llvm::StringLiteral kRange = "langone_resource.range";
    static constexpr ::llvm::StringLiteral kDimBounds =
        "langone_resource.dim_bounds";
    static constexpr ::llvm::StringLiteral kCost = "langone_resource.cost";
    static constexpr ::llvm::StringLiteral kVerdict =
        "langone_resource.verdict";
    static constexpr ::llvm::StringLiteral kStackVerdict =
        "langone_resource.stack_verdict";
    static constexpr ::llvm::StringLiteral kPlan = "langone_resource.plan";
    /// Plain positive numbers of type i64: at most so many bodies of a parallel
    /// operation are under way at once; at most so many activations of the
    /// functions of one cycle of calls are live at once on one thread.
    static constexpr ::llvm::StringLiteral kParallelism =
        "langone_resource.parallelism";
    static constexpr ::llvm::StringLiteral kRecursionDepth =
        "langone_resource.recursion_depth";

    /// Parse and print what useDefaultAttributePrinterParser would.
    ::mlir::Attribute parseAttribute(::mlir::DialectAsmParser &parser,
                                     ::mlir::Type type) const override;
    void printAttribute(::mlir::Attribute attribute,
                        ::mlir::DialectAsmPrinter &printer) const override;
  }];
}

#endif // LANGONE_RESOURCE_IR_RESOURCEDIALECT_TD
