//===- EnforcementOps.td - guards and scopes ---------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the ops that check at run time what could not be proven. It is a part of
// ResourceOps.td.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_IR_ENFORCEMENTOPS_TD
#define LANGONE_RESOURCE_IR_ENFORCEMENTOPS_TD

include "mlir/Interfaces/ControlFlowInterfaces.td"

// The counters of the runtime: a guard may end the execution, so it is not to
// be removed, repeated or executed without need.
def Resource_AccountMemory : Resource<"::langone::resource::AccountMemory">;

def Resource_GuardOp : Resource_Op<"guard", [
    MemoryEffects<[MemWrite<Resource_AccountMemory>]>]> {
  let summary = "check at run time that a value stays within its bound";
  let description = [{
    Holds if `value <= bound`, both read as unsigned numbers. The subject says
    what the value is, and with it the typed error of a guard that does not hold:

    * `size`: a dimension of a buffer that is promised by `dim_bounds`;
    * `footprint`: bytes that an execution needs; the bound is a budget;
    * `depth`: activations of a recursive function.

    With `on_exceed(error)`, the default, a guard that does not hold does not
    return: the typed error reaches whoever made the protected call
    (`langone_rt_call`), else the process's error handler. With `warn` the
    runtime warns, with `fallback` it counts, and the execution goes on. What was
    planned for a size relies on it, so a `size` guard is always an error.

    Example:

    ```mlir
    langone_resource.guard footprint %bytes at_most %limit,
        "memory of '@infer'" on_exceed(warn)
    ```
  }];
  let arguments = (ins Resource_GuardSubjectAttr:$subject, Index:$value,
      Index:$bound, StrAttr:$message,
      DefaultValuedAttr<Resource_OnExceedAttr,
                        "::langone::resource::OnExceed::Error">:$on_exceed);
  let assemblyFormat = [{
    custom<Keyword>($subject) $value `at_most` $bound `,` $message
    (`on_exceed` `(` custom<Keyword>($on_exceed)^ `)`)? attr-dict
  }];
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
}

def Resource_ScopeOp : Resource_Op<"scope", [RecursiveMemoryEffects,
    DeclareOpInterfaceMethods<RegionBranchOpInterface,
                              ["getRegionInvocationBounds"]>]> {
  let summary = "enforce a budget at run time while a region executes";
  let description = [{
    Opens an account with the limits of `budget` for this thread, executes the
    region once, and closes the account where the region yields. Arenas and pool
    buffers that the region takes are charged to the account; what a charge
    beyond the limit means is said by the budget's `on_exceed`.

    `predicted` is the largest footprint that the analysis knows, in bytes, and
    `sites` names the allocations inside: by these the runtime's measurements
    find what was predicted. The region may have several blocks, each of which
    branches or yields.

    Example:

    ```mlir
    %sum = langone_resource.scope "infer"
        budget(#langone_resource.memory_budget<64 KiB>) predicted(40960)
        sites(["infer#0", "infer#1"]) -> f32 {
      ...
      langone_resource.yield %0 : f32
    }
    ```
  }];
  let arguments = (ins StrAttr:$name, Resource_MemoryBudgetAttr:$budget,
      OptionalAttr<ConfinedAttr<I64Attr, [IntNonNegative]>>:$predicted,
      OptionalAttr<StrArrayAttr>:$sites);
  let results = (outs Variadic<AnyType>:$results);
  let regions = (region MinSizedRegion<1>:$body);
  let assemblyFormat = [{
    $name `budget` `(` $budget `)` (`predicted` `(` $predicted^ `)`)?
    (`sites` `(` $sites^ `)`)? (`->` type($results)^)? $body
    attr-dict-with-keyword
  }];
  let hasVerifier = 1;
}

def Resource_YieldOp : Resource_Op<"yield", [
    Pure, Terminator, ReturnLike, HasParent<"ScopeOp">]> {
  let summary = "leave a scope with its results";
  let description = [{
    Example: `langone_resource.yield %0, %1 : f32, index`
  }];
  let arguments = (ins Variadic<AnyType>:$results);
  let assemblyFormat = "($results^ `:` type($results))? attr-dict";
}

#endif // LANGONE_RESOURCE_IR_ENFORCEMENTOPS_TD
