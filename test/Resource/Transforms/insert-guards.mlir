// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-check-budget=remarks=0 --langone-insert-guards | FileCheck %s
// RUN: langone-opt %s --langone-check-budget=remarks=0 --langone-insert-guards -o %t.once
// RUN: langone-opt %t.once --langone-insert-guards | diff %t.once -
// RUN: langone-opt %s --langone-plan-memory --langone-pool-allocations --langone-check-budget=remarks=0 --langone-insert-guards --langone-lower-to-llvm | FileCheck %s --check-prefix=LOWERED

// What is proven without assumptions carries no check.
// CHECK-LABEL: func.func @proven
// CHECK-NOT: langone_resource.{{guard|scope}}
// CHECK: return
// LOWERED-LABEL: llvm.func @proven
// LOWERED-NOT: @langone_rt_{{require|scope}}
// LOWERED: llvm.call @langone_rt_arena_acquire_or_raise
// LOWERED-NOT: @langone_rt_{{require|scope}}
// LOWERED: llvm.return
func.func @proven() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<64>} {
  %a = memref.alloc() : memref<16xf32>
  memref.dealloc %a : memref<16xf32>
  return
}

// What is proven under a promise checks it once, before anything else.
// CHECK-LABEL: func.func @promised
// CHECK-SAME: %[[X:.*]]: memref<?xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0
// CHECK-NEXT: %[[N:.*]] = memref.dim %[[X]], %[[C0]]
// CHECK: %[[BELOW:.*]] = arith.cmpi ult, %[[N]], %{{.*}}
// CHECK: %[[CHECKED:.*]] = arith.select %[[BELOW]], %{{.*}}, %[[N]]
// CHECK: %[[BOUND:.*]] = arith.constant 512
// CHECK: langone_resource.guard size %[[CHECKED]] at_most %[[BOUND]], "dimension 0 of argument 0 of '@promised' (1 .. 512)"
// CHECK-NOT: langone_resource.{{guard|scope}}
// CHECK: return
// LOWERED-LABEL: llvm.func @promised
// LOWERED: llvm.call @langone_rt_require_or_raise
// LOWERED-NOT: @langone_rt_{{require|scope}}
// LOWERED: llvm.return
func.func @promised(%x: memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 512]>}) attributes {langone_resource.memory_budget = #langone_resource.memory_budget<2 KiB>} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  call @inside(%x) : (memref<?xf32>) -> ()
  %a = memref.alloc(%n) : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return
}

// All its callers are known, and checked.
// CHECK-LABEL: func.func private @inside
// CHECK-NOT: langone_resource.{{guard|scope}}
// CHECK: return
func.func private @inside(%x: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  %a = memref.alloc(%n) : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return
}

// A private function whose callers are known, but not to keep the promise.
// CHECK-LABEL: func.func private @promised_inside
// CHECK: langone_resource.guard size %{{.*}} at_most %{{.*}}, "argument 0 of '@promised_inside' (1 .. 4)"
// CHECK: memref.alloc
func.func private @promised_inside(%m: i32 {langone_resource.range = #langone_resource.range<1.0, 4.0>}) {
  %n = arith.index_cast %m : i32 to index
  %a = memref.alloc(%n) : memref<?xi64>
  memref.dealloc %a : memref<?xi64>
  return
}
// CHECK-LABEL: func.func @relies
// CHECK-NOT: langone_resource.{{guard|scope}}
// CHECK: return
func.func @relies(%n: i32) attributes {langone_resource.memory_budget = #langone_resource.memory_budget<64>} {
  call @promised_inside(%n) : (i32) -> ()
  return
}

// A promise on which nothing relies is not checked.
// CHECK-LABEL: func.func @irrelevant
// CHECK-NOT: langone_resource.{{guard|scope}}
// CHECK: return
func.func @irrelevant(%x: memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 512]>}) attributes {langone_resource.memory_budget = #langone_resource.memory_budget<64>} {
  %a = memref.alloc() : memref<16xf32>
  memref.dealloc %a : memref<16xf32>
  return
}

// The peak is an expression of the arguments: one guard, none in the loop.
// CHECK-LABEL: func.func @at_entry
// CHECK-SAME: %[[N:.*]]: index, %[[M:.*]]: index
// CHECK: arith.muli %{{.*}} : i128
// CHECK: %[[BYTES:.*]] = arith.index_cast %{{.*}} : i64 to index
// CHECK: %[[LIMIT:.*]] = arith.constant 2048
// CHECK: langone_resource.guard footprint %[[BYTES]] at_most %[[LIMIT]], "memory of '@at_entry'" on_exceed(warn)
// CHECK: scf.for
// CHECK-NOT: langone_resource.{{guard|scope}}
// CHECK: return
func.func @at_entry(%n: index, %m: index) attributes {langone_resource.memory_budget = #langone_resource.memory_budget<2 KiB, on_exceed = warn>} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc(%n) : memref<?xf32>
  scf.for %i = %c0 to %n step %c1 {
    %b = memref.alloc(%m, %n) : memref<?x?xf32>
    memref.dealloc %b : memref<?x?xf32>
  }
  memref.dealloc %a : memref<?xf32>
  return
}

// What is known on the way only is enforced by a scope, results pass through.
// CHECK-LABEL: func.func @scoped
// CHECK-SAME: %[[X:.*]]: memref<4xindex>
// CHECK-NEXT: %[[R:.*]] = langone_resource.scope "scoped" budget(<2 KiB>) sites(["scoped#0"]) -> memref<?xf32> {
// CHECK: %[[B:.*]] = memref.alloc
// CHECK: langone_resource.yield %[[B]]
// CHECK: return %[[R]]
func.func @scoped(%x: memref<4xindex>) -> memref<?xf32> attributes {langone_resource.memory_budget = #langone_resource.memory_budget<2 KiB>} {
  %c0 = arith.constant 0 : index
  %k = memref.load %x[%c0] : memref<4xindex>
  %a = memref.alloc(%k) : memref<?xf32>
  return %a : memref<?xf32>
}

// Several returns, several yields.
// CHECK-LABEL: func.func @returns_early
// CHECK: langone_resource.scope "returns_early"
// CHECK-COUNT-2: langone_resource.yield
// CHECK: return
func.func @returns_early(%x: memref<4xindex>, %c: i1) attributes {langone_resource.memory_budget = #langone_resource.memory_budget<2 KiB>} {
  cf.cond_br %c, ^a, ^b
^a:
  return
^b:
  %c0 = arith.constant 0 : index
  %k = memref.load %x[%c0] : memref<4xindex>
  %a = memref.alloc(%k) : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return
}

// A soft limit that may be exceeded needs an account too.
// CHECK-LABEL: func.func @soft
// CHECK: langone_resource.scope "soft" budget(<2 KiB, soft = 32 B>) predicted(64) sites(["soft#0"]) {
func.func @soft() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<2 KiB, soft = 32>} {
  %a = memref.alloc() : memref<16xf32>
  memref.dealloc %a : memref<16xf32>
  return
}

// Part of a function: outside of the loop.
// CHECK-LABEL: func.func @part
// CHECK: langone_resource.scope "part" budget(<2 KiB>) sites(["part#0"]) {
// CHECK-NEXT: scf.for
func.func @part(%n: index, %x: memref<4xindex>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %k = memref.load %x[%i] : memref<4xindex>
    %a = memref.alloc(%k) : memref<?xf32>
    memref.dealloc %a : memref<?xf32>
  } {langone_resource.memory_budget = #langone_resource.memory_budget<2 KiB>}
  return
}

// A declared depth is counted by an argument; a proven one is not.
// CHECK-LABEL: func.func @deep(
// CHECK-SAME: %[[C:.*]]: i1
// CHECK-NEXT: %[[ONE:.*]] = arith.constant 1
// CHECK-NEXT: call @deep_at_depth(%[[C]], %[[ONE]])
// CHECK-LABEL: func.func private @deep_at_depth
// CHECK-SAME: %{{.*}}: i1, %[[DEPTH:.*]]: index
// CHECK-SAME: langone_resource.recursion_depth = 5 : i64
// CHECK: %[[FIVE:.*]] = arith.constant 5
// CHECK: langone_resource.guard depth %[[DEPTH]] at_most %[[FIVE]], "recursion depth of '@deep'"
// CHECK: %[[DEEPER:.*]] = arith.addi %[[DEPTH]], %{{.*}}
// CHECK: func.call @deep_at_depth(%{{.*}}, %[[DEEPER]])
func.func @deep(%c: i1) attributes {langone_resource.recursion_depth = 5 : i64, langone_resource.memory_budget = #langone_resource.memory_budget<80>} {
  %a = memref.alloc() : memref<4xf32>
  scf.if %c {
    func.call @deep(%c) : (i1) -> ()
  }
  memref.dealloc %a : memref<4xf32>
  return
}

// CHECK-LABEL: func.func private @goes_down
// CHECK-NOT: langone_resource.guard
// CHECK: func.call @goes_down
// CHECK-NOT: at_depth
func.func private @goes_down(%n: index) attributes {langone_resource.recursion_depth = 5 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %more = arith.cmpi ugt, %n, %c0 : index
  scf.if %more {
    %less = arith.subi %n, %c1 : index
    func.call @goes_down(%less) : (index) -> ()
  }
  return
}
func.func @starts() {
  %c4 = arith.constant 4 : index
  call @goes_down(%c4) : (index) -> ()
  return
}
