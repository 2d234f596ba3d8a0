// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// Where bounds of dynamic sizes come from. The upper estimate takes the upper
// bounds, the lower estimate the lower ones.

#half = affine_map<(d0) -> (d0 ceildiv 2)>
#clamped = affine_map<()[s0] -> (s0, 16)>
#twice = affine_map<()[s0] -> (s0 * 2)>

// CHECK-LABEL: {{^}}@declared 4096 64 0 2048
func.func @declared(%x: memref<?x4xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[2 .. 128, ?]>}) {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?x4xf32>
  %a = memref.alloc(%n) : memref<8x?xf32>
  memref.dealloc %a : memref<8x?xf32>
  return
}

// Exactly 4 bytes more than the 10 that are known.
// CHECK-LABEL: {{^}}@exact 14 14 0 10
func.func @exact(%x: memref<?xi8> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[10]>}) {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %n = memref.dim %x, %c0 : memref<?xi8>
  %m = arith.addi %n, %c4 : index
  %a = memref.alloc(%m) : memref<?xi8>
  memref.dealloc %a : memref<?xi8>
  return
}

// CHECK-LABEL: {{^}}@integer_argument 28 4 0 0
func.func @integer_argument(%n: i32 {langone_resource.range = #langone_resource.range<0.5, 7.9>}) {
  %m = arith.index_cast %n : i32 to index
  %a = memref.alloc(%m) : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return
}

// The type alone bounds it.
// CHECK-LABEL: {{^}}@narrow_integer 255 0 0 0
func.func @narrow_integer(%n: i8) {
  %m = arith.index_castui %n : i8 to index
  %a = memref.alloc(%m) : memref<?xi8>
  memref.dealloc %a : memref<?xi8>
  return
}

// Whatever wraps has no bound, whatever the numbers after it say.
// CHECK-LABEL: {{^}}@may_wrap unbounded 0
// CHECK: unbounded: a buffer has no known size: its shape is dynamic
func.func @may_wrap(%n: index) {
  %c2 = arith.constant 2 : index
  %m = arith.muli %n, %c2 : index
  %a = memref.alloc(%m) : memref<?xi8>
  memref.dealloc %a : memref<?xi8>
  return
}

// CHECK-LABEL: {{^}}@asserted 800 0
func.func @asserted(%n: index) {
  %c100 = arith.constant 100 : index
  %ok = arith.cmpi ule, %n, %c100 : index
  cf.assert %ok, "too large"
  %a = memref.alloc(%n) : memref<?xf64>
  memref.dealloc %a : memref<?xf64>
  return
}

// Both sides; the sum cannot wrap where the assertions hold.
// CHECK-LABEL: {{^}}@asserted_between 102 42
func.func @asserted_between(%n: index, %m: index) {
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c40 = arith.constant 40 : index
  %c100 = arith.constant 100 : index
  %0 = arith.cmpi sgt, %n, %c40 : index
  %1 = arith.cmpi slt, %n, %c100 : index
  %2 = arith.andi %0, %1 : i1
  cf.assert %2, "first"
  %3 = arith.cmpi sge, %m, %c1 : index
  cf.assert %3, "positive"
  %4 = arith.cmpi sle, %m, %c3 : index
  cf.assert %4, "small"
  %k = arith.addi %m, %n : index
  %a = memref.alloc(%k) : memref<?xi8>
  memref.dealloc %a : memref<?xi8>
  return
}

// An assertion says nothing of what comes before it.
// CHECK-LABEL: {{^}}@asserted_later unbounded 0
func.func @asserted_later(%n: index) {
  %c100 = arith.constant 100 : index
  %a = memref.alloc(%n) : memref<?xf64>
  %ok = arith.cmpi ule, %n, %c100 : index
  cf.assert %ok, "too large"
  memref.dealloc %a : memref<?xf64>
  return
}

// Nor does one in a branch say anything of what comes after.
// CHECK-LABEL: {{^}}@asserted_in_a_branch unbounded 0
func.func @asserted_in_a_branch(%n: index, %c: i1) {
  scf.if %c {
    %c100 = arith.constant 100 : index
    %ok = arith.cmpi ule, %n, %c100 : index
    cf.assert %ok, "too large"
  }
  %a = memref.alloc(%n) : memref<?xf64>
  memref.dealloc %a : memref<?xf64>
  return
}

// CHECK-LABEL: {{^}}@arithmetic 76 4
func.func @arithmetic(%x: memref<?xi8> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 50]>}) {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c20 = arith.constant 20 : index
  %n = memref.dim %x, %c0 : memref<?xi8>
  // min(n, 20) in 1 .. 20, twice that, half of n rounded up, n mod 4, max(n, 4)
  %m = arith.minsi %n, %c20 : index
  %a = memref.alloc(%m) : memref<?xi8>
  %h = affine.apply #half(%n)
  %b = memref.alloc(%h) : memref<?xi8>
  %r = arith.remui %n, %c4 : index
  %c = memref.alloc(%r) : memref<?xi8>
  %k = arith.maxui %n, %c4 : index
  %q = arith.divui %k, %c4 : index
  %d = memref.alloc(%q) : memref<?xi8>
  %l = affine.min #clamped()[%n]
  %e = memref.alloc(%l) : memref<?xi8>
  memref.dealloc %a : memref<?xi8>
  memref.dealloc %b : memref<?xi8>
  memref.dealloc %c : memref<?xi8>
  memref.dealloc %d : memref<?xi8>
  memref.dealloc %e : memref<?xi8>
  return
}

// The dimensions of views are those of the operations that make them.
// CHECK-LABEL: {{^}}@views 200 4
func.func @views(%x: memref<?x4xi8> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 50, ?]>}) {
  %c0 = arith.constant 0 : index
  %flat = memref.collapse_shape %x [[0, 1]] : memref<?x4xi8> into memref<?xi8>
  %n = memref.dim %flat, %c0 : memref<?xi8>
  %a = memref.alloc(%n) : memref<?xi8>
  memref.dealloc %a : memref<?xi8>
  return
}

// Integer ranges know induction variables and selects.
// CHECK-LABEL: {{^}}@integer_ranges 70 0
func.func @integer_ranges(%c: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %c11 = arith.constant 11 : index
  scf.for %i = %c0 to %c11 step %c1 {
    %n = arith.select %c, %i, %c0 : index
    %a = memref.alloc(%n) : memref<7x?xi8>
    memref.dealloc %a : memref<7x?xi8>
  }
  return
}

// So does the affine dialect.
// CHECK-LABEL: {{^}}@affine_loop 9 0
func.func @affine_loop(%x: memref<?xi8> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 10]>}) {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xi8>
  affine.for %i = 0 to %n {
    %a = memref.alloc(%i) : memref<?xi8>
    memref.dealloc %a : memref<?xi8>
  }
  return
}

// A byte for each i1.
// CHECK-LABEL: {{^}}@i1 100 1
func.func @i1(%x: memref<?xi1> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 100]>}) {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xi1>
  %a = memref.alloc(%n) : memref<?xi1>
  memref.dealloc %a : memref<?xi1>
  return
}

// CHECK-LABEL: {{^}}@overflow unbounded 8
// CHECK: unbounded: a buffer has no known size: its size does not fit into 64 bits
func.func @overflow(%x: memref<?xi8> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 9223372036854775806]>}) {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xi8>
  %a = memref.alloc(%n) : memref<?xf64>
  memref.dealloc %a : memref<?xf64>
  return
}

// CHECK-LABEL: {{^}}@overflow_of_sum unbounded
// CHECK: unbounded: the bytes live here do not fit into 64 bits
func.func @overflow_of_sum(%x: memref<?xi8> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 9223372036854775806]>}) {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xi8>
  %a = memref.alloc(%n) : memref<?xi8>
  %b = memref.alloc(%n) : memref<?xi8>
  %c = memref.alloc(%n) : memref<?xi8>
  memref.dealloc %a : memref<?xi8>
  memref.dealloc %b : memref<?xi8>
  memref.dealloc %c : memref<?xi8>
  return
}

// A size below zero is no size: what the bounds leave of it counts.
// CHECK-LABEL: {{^}}@negative 5 0
func.func @negative(%x: memref<?xi8> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 10]>}) {
  %c0 = arith.constant 0 : index
  %c5 = arith.constant 5 : index
  %n = memref.dim %x, %c0 : memref<?xi8>
  %m = arith.subi %n, %c5 : index
  %a = memref.alloc(%m) : memref<?xi8>
  memref.dealloc %a : memref<?xi8>
  return
}

// The empty dimension wins over the one without bound.
// CHECK-LABEL: {{^}}@empty 0 0
func.func @empty(%n: index) {
  %a = memref.alloc(%n) : memref<?x0xi8>
  memref.dealloc %a : memref<?x0xi8>
  return
}

// Without an upper bound the lower one still counts.
// CHECK-LABEL: {{^}}@lower_only unbounded 12
func.func @lower_only(%n: index) {
  %c3 = arith.constant 3 : index
  %m = arith.maxsi %n, %c3 : index
  %a = memref.alloc(%m) : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return
}
