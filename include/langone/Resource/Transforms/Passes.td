//===- Passes.td - passes of langone-resource --------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the names, options and documentation of the passes.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_TRANSFORMS_PASSES_TD
#define LANGONE_RESOURCE_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def AnalyzeResources : Pass<"langone-analyze-resources", "::mlir::ModuleOp"> {
  let summary = "Report the memory footprint of each function";
  let description = [{
    Prints for each function, and for the module, the peak of heap memory in
    bytes, its program point, the buffers live there, the lower bound, and the
    bytes of constants and arguments. With `report=FILE` the same goes to FILE
    as one JSON object of schema `langone-report/1`, with the footprint over
    program points beside it; `langone-report` shows and compares such files. The
    IR is not changed.

    With `suggestions=N`, remarks tell for each function the N single changes that
    lower its peak most, each with what it saves; the report has them, too. What
    each saves is found by analysing a copy of the module with the change made.

    The report is written whole or not at all.
  }];
  let options = [
    Option<"report", "report", "std::string", /*default=*/"",
           "File for the JSON report; empty for none">,
    Option<"table", "table", "bool", /*default=*/"true",
           "Print the table to the standard error stream">,
    Option<"suggestions", "suggestions", "unsigned", /*default=*/"0",
           "Suggestions to make for each function at most">,
  ];
}

def CheckBudget : Pass<"langone-check-budget", "::mlir::ModuleOp"> {
  let summary = "Prove or refute every memory budget";
  let description = [{
    Compares each `langone_resource.memory_budget` with the footprint of what it
    annotates:

    * PROVEN: no execution needs more than the limit. The verdict is recorded as
      an attribute and told in a remark.
    * REFUTED: some point needs more whenever it is reached. An error at the
      annotated op says limit and need; notes say where the peak is, which
      buffers are live there, largest first, and by which calls it is reached;
      then the `suggestions` single changes that save most, each measured by
      analysing a copy of the module with the change made. With `on_exceed = warn` or `fallback` it is a warning.
    * GUARDED: neither could be shown. A remark says why.

    A footprint above the soft limit is a warning.

    A `stack` limit gets a verdict of its own, `langone_resource.stack_verdict`:
    REFUTED where automatic memory alone needs more, else GUARDED. The frames of
    the machine code come on top; `langone-stack` proves the limit of objects.

    With `certificate=FILE` the reasons for what is proven go to FILE, schema
    `langone-budget-certificate/1`; `langone-plan --check FILE` derives the peaks
    from it again, and of planned code that no two buffers overlap. The file is
    written whole or not at all, and only if no budget is refuted. Passes that
    merge or move views belong behind it.
  }];
  let options = [
    Option<"remarks", "remarks", "bool", /*default=*/"true",
           "Tell verdicts that are no errors in remarks">,
    Option<"maxBuffers", "max-buffers", "unsigned", /*default=*/"10",
           "Buffers at the peak to name in a refusal; 0 for all">,
    Option<"certificate", "certificate", "std::string", /*default=*/"",
           "File for the certificate of what is proven; empty for none">,
    Option<"suggestions", "suggestions", "unsigned", /*default=*/"3",
           "Suggestions to make with a refusal at most">,
  ];
}

def ExpandRealloc : Pass<"langone-expand-realloc"> {
  let summary = "Make every realloc an allocation, a copy and a deallocation";
  let description = [{
    A `memref.realloc` that makes a buffer larger becomes `memref.alloc`,
    `memref.copy` and `memref.dealloc`; one that does not becomes another name of
    the same buffer. Where the sizes decide at run time, so does an `scf.if`.

    The pipelines do this before anything else: upstream's canonicalizer removes a
    `realloc` of which nothing is read, and with it the deallocation of its
    operand. Buffers that were reallocated can be planned afterwards.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

def InsertDeallocations : Pass<"langone-insert-deallocations", "::mlir::ModuleOp"> {
  let summary = "Free buffers, unless the module does so itself";
  let description = [{
    Runs upstream's `buffer-deallocation-pipeline` on a module in which nothing
    is freed yet; that pipeline refuses code with deallocations, whose owners it
    does not know. A module that frees buffers, or has arenas or pools, is left as
    it is.
  }];
}

def PlanMemory : Pass<"langone-plan-memory", "::mlir::ModuleOp"> {
  let summary = "Place all buffers of known size into one arena per entry";
  let description = [{
    Buffers of known size become `memref.view`s into one arena for each function
    that is called from outside; other functions get a slice of their caller's
    arena as an argument. Buffers that are never live together share memory. The
    plan is checked by an independent validator before the IR is changed, and
    recorded as `langone_resource.plan` on each function.

    A function that is called both from outside and from planned functions is
    split: the function itself keeps its signature, provides the arena and calls
    `<name>_in_arena`.

    What cannot be planned stays as it is; a missed-optimization remark
    (category `langone`) says why.

    With `report=FILE` the report of `langone-analyze-resources` on the code
    before planning goes to FILE, with where and when each buffer lies in the
    arena: what `langone-report` draws.
  }];
  let options = [
    Option<"arena", "arena", "::langone::resource::ArenaPlacement",
           /*default=*/"::langone::resource::ArenaPlacement::Runtime",
           "Where the memory of an arena comes from", [{::llvm::cl::values(
        clEnumValN(::langone::resource::ArenaPlacement::Runtime, "runtime",
                   "acquired from the runtime on entry"),
        clEnumValN(::langone::resource::ArenaPlacement::Argument, "argument",
                   "a scratch argument; <name>_arena_requirements() returns its "
                   "size and alignment in bytes"),
        clEnumValN(::langone::resource::ArenaPlacement::Static, "static",
                   "a global of the module, for machines without a heap; the "
                   "function is then not reentrant"))}]>,
    Option<"alignment", "alignment", "uint64_t", /*default=*/"0",
           "Bytes to align each buffer to, at least what its elements need; 0 for "
           "what its allocation asks for, at least 64">,
    Option<"effort", "effort", "::langone::planner::Effort",
           /*default=*/"::langone::planner::Effort::quick",
           "Work to spend on a lower plan; counted, not timed", [{::llvm::cl::values(
        clEnumValN(::langone::planner::Effort::quick, "quick",
                   "constructive heuristics"),
        clEnumValN(::langone::planner::Effort::standard, "standard",
                   "seconds where the problem is hard"),
        clEnumValN(::langone::planner::Effort::thorough, "thorough",
                   "minutes where the problem is hard"))}]>,
    Option<"dynamic", "dynamic", "::langone::resource::DynamicSizes",
           /*default=*/"::langone::resource::DynamicSizes::Bound",
           "What to do with buffers of dynamic shape", [{::llvm::cl::values(
        clEnumValN(::langone::resource::DynamicSizes::Bound, "bound",
                   "placed at the upper bound of their size; the arena has one "
                   "size"),
        clEnumValN(::langone::resource::DynamicSizes::Symbolic, "symbolic",
                   "placed at the size that they have, where that is known at "
                   "entry; <name>_arena_bytes(...) returns what the arena takes"),
        clEnumValN(::langone::resource::DynamicSizes::None, "none",
                   "not placed"))}]>,
    Option<"svg", "svg", "std::string", /*default=*/"",
           "File for a drawing of the largest plan; empty for none">,
    Option<"report", "report", "std::string", /*default=*/"",
           "File for the JSON report with the plans; empty for none">,
  ];
  let dependentDialects = ["::langone::resource::ResourceDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::func::FuncDialect",
                           "::mlir::memref::MemRefDialect"];
}

def PoolAllocations : Pass<"langone-pool-allocations", "::mlir::ModuleOp"> {
  let summary = "Allocate what no arena holds from the runtime's pool";
  let description = [{
    Turns `memref.alloc` and `memref.dealloc` into `pool.alloc` and
    `pool.dealloc`. Results of public functions then belong to the pool: their
    caller frees them with `langone_rt_pool_free`. Buffers that may be freed by
    code outside the module stay on the heap; a missed-optimization remark
    (category `langone`) says why.
  }];
  let dependentDialects = ["::langone::resource::ResourceDialect"];
}

def InsertGuards : Pass<"langone-insert-guards", "::mlir::ModuleOp"> {
  let summary = "Check at run time what no proof covers";
  let description = [{
    Adds checks only where a verdict leaves something open; code whose budgets
    are proven without assumptions stays as it is.

    * A function that is called from outside, and whose sizes are promised by
      `dim_bounds` or `range`, checks them at its entry, before anything else.
      Functions whose callers are all known get sizes that were checked.
    * A guarded budget on a function whose peak is an expression of the values at
      its entry is one `guard` there. The expression is evaluated without
      wrapping around; too large for 64 bits is above any limit.
    * Any other guarded budget becomes a `scope` around the body or the op, which
      enforces the limits as memory is taken; a budget with a soft limit that may
      be exceeded does so too. A budget of the module is watched in each public
      function.
    * A declared `recursion_depth` that is not proven is counted: the function
      is split into itself and `<name>_at_depth`, which has the depth as its last
      argument.

    What a check that does not hold means is said by the budget's `on_exceed`;
    sizes beyond what was promised are always errors. Limits of arenas, which
    this makes unnecessary, are removed.
  }];
  let dependentDialects = ["::langone::resource::ResourceDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::func::FuncDialect",
                           "::mlir::memref::MemRefDialect"];
}

def StripAnnotations : Pass<"langone-strip-annotations"> {
  let summary = "Remove all attributes of langone_resource";
  let description = [{
    What the attributes promise has been checked and planned; programs that do
    not know the dialect, such as a stock `mlir-translate`, can read the rest.
  }];
}

#endif // LANGONE_RESOURCE_TRANSFORMS_PASSES_TD
