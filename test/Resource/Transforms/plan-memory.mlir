// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-plan-memory -split-input-file | FileCheck %s

// Buffers become views into one arena, deallocations go.

// CHECK-LABEL: func.func @disjoint_lifetimes_share
// CHECK-SAME: langone_resource.plan = #langone_resource.plan<arena = 64, alignment = 64, lower_bound = 64, placement = runtime, status = optimal>
// CHECK-DAG: %[[ARENA:[a-z0-9_]+]] = langone_resource.arena.acquire : memref<64xi8>
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : index
// CHECK: %[[A:[a-z0-9_]+]] = memref.view %[[ARENA]][%[[ZERO]]][] : memref<64xi8> to memref<16xf32>
// CHECK: memref.load %[[A]]
// CHECK: %[[B:.*]] = memref.view %[[ARENA]][%[[ZERO]]][] : memref<64xi8> to memref<4x4xf32>
// CHECK: memref.load %[[B]]
// CHECK-NOT: dealloc
// CHECK: langone_resource.arena.release %[[ARENA]] : memref<64xi8>
// CHECK-NEXT: return
func.func @disjoint_lifetimes_share(%i: index) -> (f32, f32) {
  %a = memref.alloc() : memref<16xf32>
  %x = memref.load %a[%i] : memref<16xf32>
  memref.dealloc %a : memref<16xf32>
  %b = memref.alloc() : memref<4x4xf32>
  %y = memref.load %b[%i, %i] : memref<4x4xf32>
  memref.dealloc %b : memref<4x4xf32>
  return %x, %y : f32, f32
}

// -----

// CHECK-LABEL: func.func @overlapping_lifetimes_do_not
// CHECK-SAME: plan<arena = 128, alignment = 64, lower_bound = 128
// CHECK-DAG: %[[ARENA:[a-z0-9_]+]] = langone_resource.arena.acquire : memref<128xi8>
// CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[C64:.*]] = arith.constant 64 : index
func.func @overlapping_lifetimes_do_not(%i: index) -> f32 {
  %a = memref.alloc() : memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  memref.copy %a, %b : memref<16xf32> to memref<16xf32>
  memref.dealloc %a : memref<16xf32>
  %y = memref.load %b[%i] : memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  return %y : f32
}

// -----

// Without deallocation, a buffer lives to its last use, through its views.
// CHECK-LABEL: func.func @last_use
// CHECK-SAME: plan<arena = 64,
// CHECK-NOT: memref.alloc
func.func @last_use(%i: index) -> (f32, f32) {
  %a = memref.alloc() : memref<16xf32>
  %a1 = memref.cast %a : memref<16xf32> to memref<?xf32>
  %x = memref.load %a1[%i] : memref<?xf32>
  %b = memref.alloc() : memref<16xf32>
  %y = memref.load %b[%i] : memref<16xf32>
  return %x, %y : f32, f32
}

// CHECK-LABEL: func.func @used_through_a_view
// CHECK-SAME: plan<arena = 128,
func.func @used_through_a_view(%i: index) -> (f32, f32) {
  %a = memref.alloc() : memref<16xf32>
  %a1 = memref.cast %a : memref<16xf32> to memref<?xf32>
  %b = memref.alloc() : memref<16xf32>
  %y = memref.load %b[%i] : memref<16xf32>
  %x = memref.load %a1[%i] : memref<?xf32>
  return %x, %y : f32, f32
}

// CHECK-LABEL: func.func @used_through_a_select
// CHECK-SAME: plan<arena = 192,
func.func @used_through_a_select(%i: index, %c: i1) -> (f32, f32) {
  %a = memref.alloc() : memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  %s = arith.select %c, %a, %b : memref<16xf32>
  %d = memref.alloc() : memref<16xf32>
  %y = memref.load %d[%i] : memref<16xf32>
  %x = memref.load %s[%i] : memref<16xf32>
  return %x, %y : f32, f32
}

// -----

// Elements of every kind; nothing of what has no bytes is left.
// CHECK-LABEL: func.func @element_types
// CHECK-NOT: memref.alloc
// CHECK: to memref<10xi1>
// CHECK: to memref<10xi4>
// CHECK: to memref<3xindex>
// CHECK: to memref<f64>
// CHECK: to memref<2xcomplex<f32>>
// CHECK: to memref<2xvector<4xf32>>
// CHECK: to memref<4x0xf32>
func.func @element_types() {
  %a = memref.alloc() : memref<10xi1>
  %b = memref.alloc() : memref<10xi4>
  %c = memref.alloc() : memref<3xindex>
  %d = memref.alloc() : memref<f64>
  %e = memref.alloc() : memref<2xcomplex<f32>>
  %f = memref.alloc() : memref<2xvector<4xf32>>
  %g = memref.alloc() : memref<4x0xf32>
  return
}

// -----

// CHECK-LABEL: func.func @nothing_to_plan
// CHECK-NOT: plan
// CHECK-NOT: arena
// CHECK: return
func.func @nothing_to_plan(%a: memref<4xf32>) {
  memref.dealloc %a : memref<4xf32>
  return
}

// -----

// The arena goes back before each return.
// CHECK-LABEL: func.func @several_returns
// CHECK: %[[ARENA:[a-z0-9_]+]] = langone_resource.arena.acquire
// CHECK: cf.cond_br
// CHECK: langone_resource.arena.release %[[ARENA]]
// CHECK-NEXT: return
// CHECK: langone_resource.arena.release %[[ARENA]]
// CHECK-NEXT: return
func.func @several_returns(%c: i1) {
  %a = memref.alloc() : memref<4xf32>
  cf.cond_br %c, ^one, ^two
^one:
  memref.dealloc %a : memref<4xf32>
  return
^two:
  memref.dealloc %a : memref<4xf32>
  return
}

// -----

// The budget goes to the account.
// CHECK-LABEL: func.func @budget
// CHECK: langone_resource.arena.acquire budget(<1 KiB, soft = 512 B>) : memref<16xi8>
func.func @budget() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB, soft = 512 B>} {
  %a = memref.alloc() : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  return
}

// -----

// A budget needs an account also where nothing is planned.
// CHECK-LABEL: func.func @account_only
// CHECK: %[[ARENA:[a-z0-9_]+]] = langone_resource.arena.acquire budget(<1 KiB>) {{(alignment\(1\) )?}}: memref<0xi8>
// CHECK: memref.alloc
// CHECK: langone_resource.arena.release %[[ARENA]]
// CHECK-NEXT: return
func.func @account_only(%n: index) attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB>} {
  %a = memref.alloc(%n) : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return
}
