//===- ResourceOps.td - arenas and pools -------------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the ops that compiled code uses to get its memory from the runtime.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_IR_RESOURCEOPS_TD
#define LANGONE_RESOURCE_IR_RESOURCEOPS_TD

include "langone/Resource/IR/ResourceAttributes.td"
include "mlir/Dialect/Bufferization/IR/AllocationOpInterface.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

// Arenas and pools are memory of their own: effects on one say nothing about
// the other, nor about the heap.
def Resource_ArenaMemory : Resource<"::langone::resource::ArenaMemory">;
def Resource_PoolMemory : Resource<"::langone::resource::PoolMemory">;

def Resource_ArenaType
    : TypeConstraint<And<[MemRefRankOf<[I8], [1]>.predicate,
                          CPred<"::llvm::cast<::mlir::MemRefType>($_self).getLayout().isIdentity()">,
                          CPred<"!::llvm::cast<::mlir::MemRefType>($_self).getMemorySpace()">]>,
                     "one-dimensional memref of i8 with identity layout and the default memory space",
                     "::mlir::MemRefType">;

def Resource_AlignmentAttr
    : ConfinedAttr<I64Attr, [IntPositive, IntPowerOf2]>;

class Resource_Op<string mnemonic, list<Trait> traits = []>
    : Op<Resource_Dialect, mnemonic, traits>;

def Resource_ArenaAcquireOp : Resource_Op<"arena.acquire"> {
  let summary = "acquire the memory of an arena from the runtime";
  let description = [{
    Gives a block of the bytes that the type says, or `size` says where the type
    leaves that open, aligned to `alignment`, and
    opens an account for it: until the release, what this thread takes from
    pools is charged to it. With a budget the account has a limit; a request
    above it does not return, the typed error reaches whoever made the protected
    call (`langone_rt_call`). An arena of no bytes opens the account alone.

    Example:

    ```mlir
    %arena = langone_resource.arena.acquire
        budget(#langone_resource.memory_budget<64 KiB>) alignment(64) : memref<40960xi8>
    %other = langone_resource.arena.acquire size(%bytes) alignment(64) : memref<?xi8>
    ```
  }];
  let arguments = (ins Optional<Index>:$size,
      OptionalAttr<Resource_MemoryBudgetAttr>:$budget,
      DefaultValuedAttr<Resource_AlignmentAttr, "64">:$alignment);
  let results = (outs Res<Resource_ArenaType, "the arena",
      [MemAlloc<Resource_ArenaMemory, 0, FullEffect>]>:$arena);
  let assemblyFormat = [{
    (`size` `(` $size^ `)`)? (`budget` `(` $budget^ `)`)? (`alignment` `(` $alignment^ `)`)? attr-dict `:` type($arena)
  }];
  let hasVerifier = 1;
}

def Resource_ArenaReleaseOp : Resource_Op<"arena.release"> {
  let summary = "give the memory of an arena back to the runtime";
  let description = [{
    Ends the life of the arena and of all buffers in it, and closes its account.

    Example: `langone_resource.arena.release %arena : memref<40960xi8>`
  }];
  let arguments = (ins Arg<Resource_ArenaType, "the arena",
      [MemFree<Resource_ArenaMemory, 0, FullEffect>]>:$arena);
  let assemblyFormat = "$arena attr-dict `:` type($arena)";
}

def Resource_ArenaPlanOp : Resource_Op<"arena.plan", [Pure,
    DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "plan an arena for sizes that are known at run time";
  let description = [{
    Gives each buffer an offset such that no two overlap whose lifetimes
    intersect, and the bytes of the arena. A lifetime is a pair `[begin, end)` of
    program points, an offset is a multiple of its alignment. Where there is no
    plan, `bytes` is the largest number of 64 bits and the offsets are anything.

    The planner is called at run time: link `langone_rt_planner`. The op stands
    where no order of the buffers, chosen at compile time, fits all sizes.

    Example:

    ```mlir
    %bytes, %offsets:2 = langone_resource.arena.plan sizes(%n, %m)
        lifetimes([0, 3, 2, 5]) alignments([64, 64])
    ```
  }];
  let arguments = (ins Variadic<Index>:$sizes, DenseI64ArrayAttr:$lifetimes,
      DenseI64ArrayAttr:$alignments);
  let results = (outs Index:$bytes, Variadic<Index>:$offsets);
  let assemblyFormat = [{
    `sizes` `(` $sizes `)` `lifetimes` `(` $lifetimes `)`
    `alignments` `(` $alignments `)` attr-dict
  }];
  let hasVerifier = 1;
}

def Resource_PoolAllocOp : Resource_Op<"pool.alloc", [
    DeclareOpInterfaceMethods<AllocationOpInterface,
                              ["buildDealloc", "buildClone"]>]> {
  let summary = "allocate a buffer from the runtime's pool";
  let description = [{
    As `memref.alloc`, with the memory from the pool of the runtime, charged to
    the account of the thread. A failure is a typed error, as for
    `arena.acquire`.

    Example: `%0 = langone_resource.pool.alloc(%n) {alignment = 64} : memref<?x4xf32>`
  }];
  let arguments = (ins Variadic<Index>:$dynamicSizes,
      OptionalAttr<Resource_AlignmentAttr>:$alignment);
  let results = (outs Res<AnyMemRef, "the buffer",
      [MemAlloc<Resource_PoolMemory, 0, FullEffect>]>:$memref);
  let assemblyFormat = "`(` $dynamicSizes `)` attr-dict `:` type($memref)";
  let hasVerifier = 1;
}

def Resource_PoolDeallocOp : Resource_Op<"pool.dealloc"> {
  let summary = "give a buffer back to the runtime's pool";
  let description = [{
    The operand must come from `pool.alloc`; anything else is a typed error at
    run time.

    Example: `langone_resource.pool.dealloc %0 : memref<?x4xf32>`
  }];
  let arguments = (ins Arg<AnyRankedOrUnrankedMemRef, "the buffer",
      [MemFree<Resource_PoolMemory, 0, FullEffect>]>:$memref);
  let assemblyFormat = "$memref attr-dict `:` type($memref)";
}

include "langone/Resource/IR/EnforcementOps.td"

#endif // LANGONE_RESOURCE_IR_RESOURCEOPS_TD
