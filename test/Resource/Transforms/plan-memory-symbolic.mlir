// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-plan-memory=dynamic=symbolic --canonicalize --cse | FileCheck %s
// RUN: langone-opt %s --langone-plan-memory="dynamic=symbolic arena=argument" --canonicalize --cse | FileCheck %s --check-prefix=ARGUMENT
// RUN: langone-opt %s --langone-plan-memory=dynamic=symbolic --langone-check-budget 2>&1 | FileCheck %s --check-prefix=VERDICT
// RUN: not langone-opt %s --langone-plan-memory="dynamic=symbolic arena=static" 2>&1 | FileCheck %s --check-prefix=REFUSED

// The size of the arena and the offsets are computed at entry.

// REFUSED: error: a static arena has one size: dynamic=symbolic needs arena=runtime or arena=argument

// 4 * n and 8 * n bytes, one after the other in the same place, above 64 bytes
// that stay.
// VERDICT: remark: PROVEN: at most 8064 bytes of 8192
// CHECK-LABEL: func.func @shares
// CHECK-SAME: plan<arena = 8064, alignment = 64, lower_bound = 8064, placement = runtime, status = optimal, least = 72>
// CHECK-DAG: %[[N:.*]] = memref.dim
// CHECK: langone_resource.guard size
// CHECK-DAG: %[[FOUR:.*]] = arith.muli %[[N]], %c4
// CHECK-DAG: %[[EIGHT:.*]] = arith.muli %[[N]], %c8
// CHECK: %[[ARENA:.*]] = langone_resource.arena.acquire size(%[[BYTES:.*]]) budget(<8 KiB>) : memref<?xi8>
// CHECK: memref.view %[[ARENA]][%c0][] : memref<?xi8> to memref<16xf32>
// CHECK: memref.view %[[ARENA]][%c64][%[[N]]] : memref<?xi8> to memref<?xf32>
// CHECK: memref.view %[[ARENA]][%c64][%[[N]]] : memref<?xi8> to memref<?xf64>
// CHECK: langone_resource.arena.release %[[ARENA]] : memref<?xi8>
// CHECK-LABEL: func.func @shares_arena_bytes(
// CHECK-SAME: index) -> index
// ARGUMENT-LABEL: func.func @shares(
// ARGUMENT-SAME: memref<?xi8>)
// ARGUMENT-NOT: arena.acquire
// ARGUMENT: func.func @shares_arena_requirements(%[[N:.*]]: index) -> (index, index)
// ARGUMENT: %[[BYTES:.*]] = call @shares_arena_bytes(%[[N]])
// ARGUMENT: return %[[BYTES]], %c64
func.func @shares(%x: memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 1000]>}, %v: f32, %w: f64) attributes {
    langone_resource.memory_budget = #langone_resource.memory_budget<8 KiB>} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  %s = memref.alloc() : memref<16xf32>
  %a = memref.alloc(%n) : memref<?xf32>
  memref.store %v, %a[%c0] : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  %b = memref.alloc(%n) : memref<?xf64>
  memref.store %w, %b[%c0] : memref<?xf64>
  memref.dealloc %b : memref<?xf64>
  memref.store %v, %s[%c0] : memref<16xf32>
  memref.dealloc %s : memref<16xf32>
  return
}

// A callee's slice has the size that it takes for the arguments of the call.
// CHECK-LABEL: func.func @caller
// CHECK: %[[BYTES:.*]] = call @callee_arena_bytes(%[[M:.*]]) : (index) -> index
// CHECK: %[[SLICE:.*]] = arith.minui %[[BYTES]], %c404
// CHECK: memref.view %{{.*}}[%{{.*}}][%[[SLICE]]] : memref<?xi8> to memref<?xi8>
// CHECK: call @callee(
func.func @caller(%x: memref<?xi8>) {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xi8>
  %c100 = arith.constant 100 : index
  %c1 = arith.constant 1 : index
  %0 = arith.minui %n, %c100 : index
  %m = arith.addi %0, %c1 : index
  %v = arith.constant 0.0 : f32
  call @callee(%m, %v) : (index, f32) -> ()
  return
}
// CHECK-LABEL: func.func private @callee(
// CHECK-SAME: memref<?xi8>)
// CHECK-SAME: placement = argument
// CHECK-LABEL: func.func private @callee_arena_bytes(
func.func private @callee(%n: index, %v: f32) {
  %c0 = arith.constant 0 : index
  %a = memref.alloc(%n) : memref<?xf32>
  memref.store %v, %a[%c0] : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return
}

// Without a bound the numbers are cut where no arena can be had.
// CHECK-LABEL: func.func @without_bound
// CHECK-SAME: plan<arena = 18446744073709551615,
// CHECK-NOT: guard
// CHECK: arith.mului_extended
// CHECK: arith.minui %{{.*}}, %c2305843009213693952
// CHECK: arena.acquire size(
func.func @without_bound(%x: memref<?x?xf32>, %v: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %x, %c0 : memref<?x?xf32>
  %m = memref.dim %x, %c1 : memref<?x?xf32>
  %a = memref.alloc(%n, %m) : memref<?x?xf32>
  memref.store %v, %a[%c0, %c0] : memref<?x?xf32>
  memref.dealloc %a : memref<?x?xf32>
  return
}

// What is not known at entry lies at its bound, between the others.
// CHECK-LABEL: func.func @not_known_at_entry
// CHECK: arena.acquire size(
// CHECK: memref.view {{.*}} : memref<?xi8> to memref<?xi8>
func.func @not_known_at_entry(%x: memref<?xi8> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 1000]>}, %p: memref<index>, %v: i8) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %n = memref.dim %x, %c0 : memref<?xi8>
  %l = memref.load %p[] : memref<index>
  %k = arith.minui %l, %c64 : index
  %a = memref.alloc(%n) : memref<?xi8>
  %b = memref.alloc(%k) : memref<?xi8>
  memref.store %v, %a[%c0] : memref<?xi8>
  memref.store %v, %b[%c0] : memref<?xi8>
  memref.dealloc %a : memref<?xi8>
  memref.dealloc %b : memref<?xi8>
  return
}

// What an index cannot hold, and tensors, are not known at entry.
// CHECK-LABEL: func.func @other_arguments
// CHECK-SAME: plan<arena = 95,
// CHECK: arena.acquire : memref<95xi8>
func.func @other_arguments(%t: tensor<?xf32>, %w: i128, %v: i8) {
  %c0 = arith.constant 0 : index
  %c31 = arith.constant 31 : index
  %n = tensor.dim %t, %c0 : tensor<?xf32>
  %k = arith.minsi %n, %c31 : index
  %a = memref.alloc(%k) : memref<?xi8>
  %l = arith.trunci %w : i128 to i5
  %m = arith.index_castui %l : i5 to index
  %b = memref.alloc(%m) : memref<?xi8>
  memref.store %v, %a[%c0] : memref<?xi8>
  memref.store %v, %b[%c0] : memref<?xi8>
  memref.dealloc %a : memref<?xi8>
  memref.dealloc %b : memref<?xi8>
  return
}
