// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-plan-memory --canonicalize --cse | FileCheck %s
// RUN: langone-opt %s --langone-plan-memory=arena=static --canonicalize --cse | FileCheck %s --check-prefix=STATIC
// RUN: langone-opt %s --langone-plan-memory=dynamic=none | FileCheck %s --check-prefix=NONE

// Buffers of dynamic shape lie in the arena at the bound of their size; a guard
// checks what the bound rests on.

// CHECK-LABEL: func.func @bounded
// CHECK-SAME: plan<arena = 2304, alignment = 64, lower_bound = 2304, placement = runtime, status = optimal>
// CHECK: %[[N:.*]] = memref.dim
// CHECK: %[[BELOW:.*]] = arith.cmpi slt, %[[N]], %c2
// CHECK: %[[CHECKED:.*]] = arith.select %[[BELOW]], %c-1, %[[N]]
// CHECK: langone_resource.guard size %[[CHECKED]] at_most %c128, "dimension 0 of argument 0 of '@bounded', at least 2"
// CHECK: %[[ARENA:.*]] = langone_resource.arena.acquire : memref<2304xi8>
// CHECK: memref.view %[[ARENA]][%{{.*}}][%[[N]]] : memref<2304xi8> to memref<4x?xf32>
// CHECK: memref.view %[[ARENA]][%{{.*}}][] : memref<2304xi8> to memref<64xf32>
// CHECK-NOT: memref.dealloc
// CHECK: langone_resource.arena.release
// STATIC: memref.global "private" @bounded_arena : memref<2304xi8>
// STATIC: guard size
// STATIC: memref.get_global @bounded_arena
// NONE-LABEL: func.func @bounded
// NONE-NOT: guard
// NONE: arena.acquire : memref<256xi8>
// NONE: memref.alloc(
func.func @bounded(%x: memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[2 .. 128]>}, %v: f32) {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  %a = memref.alloc(%n) : memref<4x?xf32>
  %b = memref.alloc() : memref<64xf32>
  memref.store %v, %a[%c0, %c0] : memref<4x?xf32>
  memref.store %v, %b[%c0] : memref<64xf32>
  memref.dealloc %a : memref<4x?xf32>
  memref.dealloc %b : memref<64xf32>
  return
}

// An assertion bounds what comes after it: nothing is left to check.
// CHECK-LABEL: func.func @asserted
// CHECK-SAME: plan<arena = 400,
// CHECK-NOT: guard
// CHECK: arena.acquire : memref<400xi8>
func.func @asserted(%n: index, %v: f32) {
  %c0 = arith.constant 0 : index
  %c100 = arith.constant 100 : index
  %ok = arith.cmpi ule, %n, %c100 : index
  cf.assert %ok, "too large"
  %a = memref.alloc(%n) : memref<?xf32>
  memref.store %v, %a[%c0] : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return
}

// Integers are checked as well, a lower bound below zero by a shift.
// CHECK-LABEL: func.func @integers
// CHECK-SAME: %[[N:.*]]: i32
// CHECK: %[[INDEX:.*]] = arith.index_cast %[[N]] : i32 to index
// CHECK: %[[SHIFTED:.*]] = arith.subi %[[INDEX]], %c-5 : index
// CHECK: langone_resource.guard size %[[SHIFTED]] at_most %c15, "argument 0 of '@integers', at least -5"
// CHECK: memref<40xi8>
func.func @integers(%n: i32 {langone_resource.range = #langone_resource.range<-5.0, 10.0>}, %v: f32) {
  %c0 = arith.constant 0 : index
  %m = arith.index_cast %n : i32 to index
  %a = memref.alloc(%m) : memref<?xf32>
  memref.store %v, %a[%c0] : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return
}

// Without a bound a buffer stays where it is.
// CHECK-LABEL: func.func @unbounded
// CHECK-NOT: arena.acquire
// CHECK: memref.alloc(
func.func @unbounded(%n: index, %v: f32) -> f32 {
  %c0 = arith.constant 0 : index
  %a = memref.alloc(%n) : memref<?xf32>
  memref.store %v, %a[%c0] : memref<?xf32>
  %r = memref.load %a[%c0] : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return %r : f32
}

// Static code has no guard, whatever is declared.
// CHECK-LABEL: func.func @nothing_dynamic
// CHECK-NOT: guard
// CHECK: arena.acquire : memref<16xi8>
func.func @nothing_dynamic(%x: memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[2 .. 128]>}, %v: f32) {
  %c0 = arith.constant 0 : index
  %a = memref.alloc() : memref<4xf32>
  memref.store %v, %a[%c0] : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  return
}

// What is guarded already is not guarded again.
// CHECK-LABEL: func.func @guarded
// CHECK-COUNT-1: langone_resource.guard size
// CHECK-NOT: langone_resource.guard
func.func @guarded(%x: memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[2 .. 128]>}, %v: f32) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  langone_resource.guard size %n at_most %c128, "dimension 0 of argument 0"
  %a = memref.alloc(%n) : memref<?xf32>
  memref.store %v, %a[%c0] : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return
}
