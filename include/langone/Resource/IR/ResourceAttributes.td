//===- ResourceAttributes.td - budgets, bounds, verdicts ---*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the attributes of the dialect. Where each may stand is verified by the
// dialect (AttributePlacement.cpp); what each may hold is verified here.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_IR_RESOURCEATTRIBUTES_TD
#define LANGONE_RESOURCE_IR_RESOURCEATTRIBUTES_TD

include "langone/Resource/IR/ResourceDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

//===----------------------------------------------------------------------===//
// Enumerations
//===----------------------------------------------------------------------===//

class Resource_Enum<string name, string summary, list<I32EnumCase> cases>
    : I32Enum<name, summary, cases> {
  let cppNamespace = "::langone::resource";
}

def Resource_OnExceed : Resource_Enum<"OnExceed",
    "what happens when a budget is exceeded", [
  I32EnumCase<"Error", 0, "error">,
  I32EnumCase<"Warn", 1, "warn">,
  I32EnumCase<"Fallback", 2, "fallback">]>;

def Resource_GuardSubject : Resource_Enum<"GuardSubject",
    "what a guard checks", [
  I32EnumCase<"Size", 0, "size">,
  I32EnumCase<"Footprint", 1, "footprint">,
  I32EnumCase<"Depth", 2, "depth">]>;

def Resource_DataPrecision : Resource_Enum<"DataPrecision",
    "number format of values and accumulators", [
  I32EnumCase<"FP16", 0>, I32EnumCase<"BF16", 1>, I32EnumCase<"FP32", 2>,
  I32EnumCase<"FP64", 3>, I32EnumCase<"INT8", 4>, I32EnumCase<"INT16", 5>,
  I32EnumCase<"INT32", 6>]>;

def Resource_VerdictKind : Resource_Enum<"VerdictKind",
    "what is known about a budget", [
  I32EnumCase<"Proven", 0, "proven">,
  I32EnumCase<"Refuted", 1, "refuted">,
  I32EnumCase<"Guarded", 2, "guarded">]>;

def Resource_ArenaPlacement : Resource_Enum<"ArenaPlacement",
    "where the memory of an arena comes from", [
  I32EnumCase<"Runtime", 0, "runtime">,
  I32EnumCase<"Argument", 1, "argument">,
  I32EnumCase<"Static", 2, "static">]>;

def Resource_PlanStatus : Resource_Enum<"PlanStatus",
    "how close to the best possible a plan is known to be", [
  I32EnumCase<"Optimal", 0, "optimal">,
  I32EnumCase<"Feasible", 1, "feasible">]>;

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

// Bytes, printed with the largest unit that divides them: `48 KiB`.
def Resource_Size : AttrParameter<"uint64_t", "a size in bytes"> {
  let parser = "::langone::resource::parseSize($_parser)";
  let printer = "::langone::resource::printSize($_printer.getStream(), $_self)";
}

def Resource_OptionalSize
    : OptionalParameter<"std::optional<uint64_t>", "a size in bytes">;

// A plain number: what analyses write, meant for programs to read.
def Resource_Bytes : AttrParameter<"uint64_t", "a number of bytes"> {
  let parser = "::langone::resource::parseCount($_parser)";
}
class Resource_OptionalNumber<string description>
    : OptionalParameter<"std::optional<uint64_t>", description> {
  let parser = "::langone::resource::parseCount($_parser)";
  let printer = "$_printer << *$_self";
}
def Resource_OptionalBytes : Resource_OptionalNumber<"a number of bytes">;
def Resource_OptionalCount : Resource_OptionalNumber<"a count">;

// A number of type f64: as an attribute it is equal only if all bits are.
def Resource_Real : AttrParameter<"::mlir::FloatAttr", "a finite real number"> {
  let parser = "::langone::resource::parseReal($_parser)";
  let printer = "::langone::resource::printReal($_printer.getStream(), $_self)";
}
def Resource_OptionalReal
    : OptionalParameter<"::mlir::FloatAttr", "a finite real number">;

class Resource_Keyword<EnumInfo enum, string default>
    : DefaultValuedParameter<"::langone::resource::" # enum.className,
                             "::langone::resource::" # enum.className # "::" # default> {
  let parser = "::mlir::FieldParser<::langone::resource::" # enum.className # ">::parse($_parser)";
  let printer = "$_printer << ::langone::resource::stringify" # enum.className # "($_self)";
}

class Resource_RequiredKeyword<EnumInfo enum>
    : AttrParameter<"::langone::resource::" # enum.className, enum.summary> {
  let parser = "::mlir::FieldParser<::langone::resource::" # enum.className # ">::parse($_parser)";
  let printer = "$_printer << ::langone::resource::stringify" # enum.className # "($_self)";
}

// As attributes of ops, which write them as bare keywords.
def Resource_OnExceedAttr
    : EnumAttr<Resource_Dialect, Resource_OnExceed, "on_exceed">;
def Resource_GuardSubjectAttr
    : EnumAttr<Resource_Dialect, Resource_GuardSubject, "guard_subject">;

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

class Resource_Attr<string name, string attrMnemonic> : AttrDef<Resource_Dialect, name> {
  let mnemonic = attrMnemonic;
}

def Resource_MemoryBudgetAttr : Resource_Attr<"MemoryBudget", "memory_budget"> {
  let summary = "limit on the memory that a scope may use";
  let description = [{
    The hard limit is never exceeded; exceeding the soft limit is a warning.
    What counts: arenas, pools and heap buffers of the annotated scope and of
    whatever it calls, from its entry to its exit, in bytes as requested. What
    does not: the caller's arguments, constants, and the stack, which has the
    limit `stack` of its own.

    `on_exceed` says what a budget that cannot hold means: `error` (the default)
    refuses, `warn` warns, `fallback` lets the program use the heap beyond it.

    Sizes take the units `B`, `KiB`, `MiB`, `GiB` (powers of 1024) and `KB`,
    `MB`, `GB` (powers of 1000); without a unit they are bytes.

    Example:

    ```mlir
    func.func @infer(%x: memref<96x96x3xf32>) attributes {
      langone_resource.memory_budget =
        #langone_resource.memory_budget<64 KiB, soft = 48 KiB, on_exceed = warn>
    } { ... }
    ```
  }];
  let parameters = (ins Resource_Size:$limit, Resource_OptionalSize:$soft,
      Resource_OptionalSize:$stack,
      Resource_Keyword<Resource_OnExceed, "Error">:$onExceed);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Resource_GPUBudgetAttr : Resource_Attr<"GPUBudget", "gpu_budget"> {
  let summary = "limit on the device memory that a scope may use";
  let description = [{
    As `memory_budget`, for the memory of one GPU; without `device`, for each.

    Example: `#langone_resource.gpu_budget<512 MiB, soft = 384 MiB, device = 0>`
  }];
  let parameters = (ins Resource_Size:$limit, Resource_OptionalSize:$soft,
      Resource_OptionalCount:$device);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Resource_PrecisionAttr : Resource_Attr<"Precision", "precision"> {
  let summary = "number format of a scope or value, and the error it may cost";
  let description = [{
    `max_error` bounds the absolute error of the results against the program as
    written; `allow_downgrade` permits formats narrower than the named one as
    long as the bound holds.

    Example: `#langone_resource.precision<FP16, accumulate = FP32, max_error = 1.0e-3, allow_downgrade = true>`
  }];
  let parameters = (ins Resource_RequiredKeyword<Resource_DataPrecision>:$format,
      OptionalParameter<"std::optional<::langone::resource::DataPrecision>">:$accumulate,
      Resource_OptionalReal:$maxError, DefaultValuedParameter<"bool", "false">:$allowDowngrade);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Resource_RangeAttr : Resource_Attr<"Range", "range"> {
  let summary = "interval that holds every element of an argument or result";
  let description = [{
    Both ends are included.

    Example: `%x: tensor<8xf32> {langone_resource.range = #langone_resource.range<-1.0, 1.0>}`
  }];
  let parameters = (ins Resource_Real:$lower, Resource_Real:$upper);
  let assemblyFormat = "`<` $lower `,` $upper `>`";
  let genVerifyDecl = 1;
}

def Resource_DimBoundsAttr : Resource_Attr<"DimBounds", "dim_bounds"> {
  let summary = "bounds of the dynamic dimensions of an argument";
  let description = [{
    One entry for each dimension: `1 .. 64` (both ends included), a single
    number for a dimension that always has this size, or `?` where nothing is
    said. A static dimension takes `?` only.

    Example: `%x: memref<?x?x3xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 64, 768, ?]>}`
  }];
  // A dimension without a statement is the pair (0, kUnbounded).
  let parameters = (ins ArrayRefParameter<"int64_t">:$lowers,
                        ArrayRefParameter<"int64_t">:$uppers);
  let extraClassDeclaration = [{
    static constexpr int64_t kUnbounded = std::numeric_limits<int64_t>::max();
  }];
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Resource_CostAttr : Resource_Attr<"Cost", "cost"> {
  let summary = "what one call of a function costs";
  let description = [{
    Declared by the user for a function without a body. `memory` and
    `gpu_memory` are peaks in bytes that are free again when the call returns;
    a function that declares no `memory` stays unknown to budgets.

    Example: `func.func private @fft(memref<1024xf32>) attributes {langone_resource.cost = #langone_resource.cost<memory = 4096, cpu_cycles = 100000>}`
  }];
  let parameters = (ins Resource_OptionalBytes:$memory,
      Resource_OptionalBytes:$gpu_memory, Resource_OptionalCount:$cpu_cycles,
      Resource_OptionalCount:$gpu_operations);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Resource_VerdictAttr : Resource_Attr<"Verdict", "verdict"> {
  let summary = "what check-budget found out about the budget beside it";
  let description = [{
    `peak` is the proven bound in bytes; a guarded budget without a finite bound
    has none. As `langone_resource.stack_verdict` it stands for the budget's
    `stack` limit, which IR alone never proves.

    Example: `#langone_resource.verdict<proven, peak = 40960>`
  }];
  let parameters = (ins Resource_RequiredKeyword<Resource_VerdictKind>:$kind,
      Resource_OptionalBytes:$peak);
  let assemblyFormat = "`<` $kind (`,` `peak` `=` $peak^)? `>`";
}

def Resource_PlanAttr : Resource_Attr<"Plan", "plan"> {
  let summary = "the memory plan of a function";
  let description = [{
    Written by plan-memory on each function whose buffers it placed: the bytes
    of the arena, its alignment, the lower bound that no plan can beat, where
    the memory comes from (`argument` also for a callee that gets its slice from
    the caller) and whether the plan is known to be optimal.

    Where the size of the arena is computed at entry, `arena` is the most that it
    can be, 18446744073709551615 without a bound, and `least` the least.

    Example: `#langone_resource.plan<arena = 40960, alignment = 64, lower_bound = 40960, placement = runtime, status = optimal>`
  }];
  let parameters = (ins Resource_Bytes:$arena, Resource_Bytes:$alignment,
      Resource_Bytes:$lower_bound,
      Resource_RequiredKeyword<Resource_ArenaPlacement>:$placement,
      Resource_RequiredKeyword<Resource_PlanStatus>:$status,
      Resource_OptionalBytes:$least);
  let extraClassDeclaration = [{
    static constexpr uint64_t kUnbounded = std::numeric_limits<uint64_t>::max();
    /// Whether the size of the arena is computed at entry.
    bool isSymbolic() const { return getLeast().has_value(); }
    /// Bytes of the arena at most; absent without a bound.
    std::optional<uint64_t> getArenaUpper() const {
      return getArena() == kUnbounded ? std::nullopt
                                      : std::optional<uint64_t>(getArena());
    }
  }];
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif // LANGONE_RESOURCE_IR_RESOURCEATTRIBUTES_TD
