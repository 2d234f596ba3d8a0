// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// Loops whose number of rounds has bounds: memory that grows with each round is
// bounded by the most, and at least what the fewest leave.

// CHECK-LABEL: {{^}}@grows 160 64
func.func @grows(%x: memref<?xi8> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[4 .. 10]>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %x, %c0 : memref<?xi8>
  scf.for %i = %c0 to %n step %c1 {
    %a = memref.alloc() : memref<4xf32>
  }
  return
}

// Eight rounds of three at most, one at least.
// CHECK-LABEL: {{^}}@steps 128 16
func.func @steps(%x: memref<?xi8> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 22]>}) {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %n = memref.dim %x, %c0 : memref<?xi8>
  scf.for %i = %c0 to %n step %c3 {
    %a = memref.alloc() : memref<4xf32>
  }
  return
}

// What comes after a loop that may be skipped has nothing of it for sure.
// CHECK-LABEL: {{^}}@may_be_skipped 168 16
func.func @may_be_skipped(%x: memref<?xi8> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[0 .. 10]>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %x, %c0 : memref<?xi8>
  scf.for %i = %c0 to %n step %c1 {
    %a = memref.alloc() : memref<4xf32>
  }
  %b = memref.alloc() : memref<2xf32>
  memref.dealloc %b : memref<2xf32>
  return
}

// The distance counts, not where it begins.
// CHECK-LABEL: {{^}}@distance 64 64
func.func @distance(%x: memref<?xi8> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 1000]>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %n = memref.dim %x, %c0 : memref<?xi8>
  %m = arith.addi %n, %c4 : index
  scf.for %i = %n to %m step %c1 {
    %a = memref.alloc() : memref<4xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@affine 160 64
func.func @affine(%x: memref<?xi8> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[4 .. 100]>}) {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xi8>
  affine.for %i = 0 to min affine_map<(d0) -> (d0, 10)>(%n) {
    %a = memref.alloc() : memref<4xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@parallel 160 16
func.func @parallel(%x: memref<?xi8> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[4 .. 10]>}) {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xi8>
  scf.forall (%i) in (%n) {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
  }
  return
}

// Nothing bounds the rounds.
// CHECK-LABEL: {{^}}@no_bound unbounded
// CHECK: unbounded: memory may grow with each round of this loop
func.func @no_bound(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %a = memref.alloc() : memref<4xf32>
  }
  return
}

// A buffer of an outer region is there throughout the inner one, a nested
// buffer is gone with each round.
// CHECK-LABEL: {{^}}@nested_regions 140 7
func.func @nested_regions(%x: memref<?xi8> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 20]>}, %c: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %x, %c0 : memref<?xi8>
  %a = memref.alloc(%n) : memref<?xi8>
  scf.for %i = %c0 to %n step %c1 {
    scf.if %c {
      %b = memref.alloc(%n) : memref<?xf32>
      memref.dealloc %b : memref<?xf32>
      %d = memref.alloc(%n) : memref<2x?xi8>
      %e = memref.alloc(%n) : memref<4x?xi8>
      memref.dealloc %d : memref<2x?xi8>
      memref.dealloc %e : memref<4x?xi8>
    }
  }
  memref.dealloc %a : memref<?xi8>
  return
}
