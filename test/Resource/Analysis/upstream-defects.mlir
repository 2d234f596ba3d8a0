// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-budget-pipeline 2>&1 | FileCheck %s
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s --check-prefix=BYTES

// What upstream passes get wrong, ours do not.

// An allocation is not hoisted out of a body that runs in parallel, where its
// iterations would share it; each counts (llvm-project#225149).
// CHECK-LABEL: func.func @parallel
// CHECK: affine.parallel
// CHECK-NEXT: pool.alloc
// BYTES-LABEL: {{^}}@parallel 256 64
func.func @parallel(%x: memref<4x16xf32>) {
  affine.parallel (%i) = (0) to (4) {
    %a = memref.alloc() : memref<16xf32>
    %c0 = arith.constant 0 : index
    %v = memref.load %x[%i, %c0] : memref<4x16xf32>
    memref.store %v, %a[%c0] : memref<16xf32>
    %w = memref.load %a[%c0] : memref<16xf32>
    memref.store %w, %x[%i, %c0] : memref<4x16xf32>
    memref.dealloc %a : memref<16xf32>
  }
  return
}

// A buffer of an scf.while's body has one place, outside of the loop
// (llvm-project#223944).
// CHECK-LABEL: func.func @while
// CHECK-SAME: plan<arena = 64
// CHECK: arena.acquire
// CHECK: scf.while
// CHECK-NOT: alloc
// CHECK: return
// BYTES-LABEL: {{^}}@while 64 64
func.func @while(%x: memref<16xf32>, %n: index) attributes {langone_resource.memory_budget = #langone_resource.memory_budget<64>} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.while (%i = %n) : (index) -> index {
    %more = arith.cmpi ugt, %i, %c0 : index
    scf.condition(%more) %i : index
  } do {
  ^bb0(%i: index):
    %a = memref.alloc() : memref<16xf32>
    memref.copy %x, %a : memref<16xf32> to memref<16xf32>
    memref.copy %a, %x : memref<16xf32> to memref<16xf32>
    memref.dealloc %a : memref<16xf32>
    %less = arith.subi %i, %c1 : index
    scf.yield %less : index
  }
  return
}

// A bit in memory is a byte.
// CHECK-LABEL: func.func @bits
// CHECK-SAME: plan<arena = 228, alignment = 64, lower_bound = 228
// BYTES-LABEL: {{^}}@bits 200 200
func.func @bits(%x: memref<100xi1>) {
  %a = memref.alloc() : memref<100xi1>
  %b = memref.alloc() : memref<100xi1>
  memref.copy %x, %a : memref<100xi1> to memref<100xi1>
  memref.copy %a, %b : memref<100xi1> to memref<100xi1>
  memref.copy %b, %x : memref<100xi1> to memref<100xi1>
  memref.dealloc %b : memref<100xi1>
  memref.dealloc %a : memref<100xi1>
  return
}

// Used two regions further in: live until those are left, and branches that
// exclude each other share a place.
// CHECK-LABEL: func.func @regions
// CHECK-SAME: plan<arena = 192
// BYTES-LABEL: {{^}}@regions 192 192
func.func @regions(%x: memref<16xf32>, %c: i1, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc() : memref<16xf32>
  memref.copy %x, %a : memref<16xf32> to memref<16xf32>
  scf.for %i = %c0 to %n step %c1 {
    scf.if %c {
      %b = memref.alloc() : memref<32xf32>
      %v = memref.load %a[%i] : memref<16xf32>
      memref.store %v, %b[%i] : memref<32xf32>
      %w = memref.load %b[%c0] : memref<32xf32>
      memref.store %w, %x[%i] : memref<16xf32>
      memref.dealloc %b : memref<32xf32>
    } else {
      %b = memref.alloc() : memref<32xf32>
      %v = memref.load %x[%i] : memref<16xf32>
      memref.store %v, %b[%i] : memref<32xf32>
      %w = memref.load %b[%c1] : memref<32xf32>
      memref.store %w, %x[%i] : memref<16xf32>
      memref.dealloc %b : memref<32xf32>
    }
    memref.copy %a, %x : memref<16xf32> to memref<16xf32>
  }
  memref.dealloc %a : memref<16xf32>
  return
}
