// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// Views, casts and selects are the same buffer: freeing one frees it, once.

// CHECK-LABEL: {{^}}@casts 32 32
func.func @casts() {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.cast %a : memref<4xf32> to memref<?xf32>
  %c = memref.cast %b : memref<?xf32> to memref<*xf32>
  memref.dealloc %c : memref<*xf32>
  %d = memref.alloc() : memref<8xf32>
  memref.dealloc %d : memref<8xf32>
  return
}

// CHECK-LABEL: {{^}}@reshapes 64 64
func.func @reshapes() {
  %a = memref.alloc() : memref<4x4xf32>
  %b = memref.collapse_shape %a [[0, 1]] : memref<4x4xf32> into memref<16xf32>
  %c = memref.expand_shape %b [[0, 1]] output_shape [2, 8] : memref<16xf32> into memref<2x8xf32>
  %d = memref.reinterpret_cast %c to offset: [0], sizes: [16], strides: [1] : memref<2x8xf32> to memref<16xf32>
  %e = memref.transpose %a (i, j) -> (j, i) : memref<4x4xf32> to memref<4x4xf32, strided<[1, 4]>>
  memref.dealloc %d : memref<16xf32>
  %f = memref.alloc() : memref<16xf32>
  memref.dealloc %f : memref<16xf32>
  return
}

// Freeing a part frees the whole.
// CHECK-LABEL: {{^}}@part 64 64
func.func @part() {
  %a = memref.alloc() : memref<16xf32>
  %b = memref.subview %a[0] [4] [1] : memref<16xf32> to memref<4xf32, strided<[1]>>
  memref.dealloc %b : memref<4xf32, strided<[1]>>
  %f = memref.alloc() : memref<16xf32>
  memref.dealloc %f : memref<16xf32>
  return
}

// CHECK-LABEL: {{^}}@view_of_bytes 64 64
func.func @view_of_bytes(%i: index) {
  %a = memref.alloc() : memref<64xi8>
  %b = memref.view %a[%i][] : memref<64xi8> to memref<4xf32>
  memref.dealloc %b : memref<4xf32>
  %f = memref.alloc() : memref<16xf32>
  memref.dealloc %f : memref<16xf32>
  return
}

// CHECK-LABEL: {{^}}@metadata 64 64
func.func @metadata() {
  %a = memref.alloc() : memref<16xf32>
  %base, %offset, %size, %stride = memref.extract_strided_metadata %a : memref<16xf32> -> memref<f32>, index, index, index
  memref.dealloc %base : memref<f32>
  %f = memref.alloc() : memref<16xf32>
  memref.dealloc %f : memref<16xf32>
  return
}

// CHECK-LABEL: {{^}}@assumed_alignment 64 64
func.func @assumed_alignment() {
  %a = memref.alloc() : memref<16xf32>
  %b = memref.assume_alignment %a, 16 : memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  %f = memref.alloc() : memref<16xf32>
  memref.dealloc %f : memref<16xf32>
  return
}

// Either of two of the same size: one is gone, one is left.
// CHECK-LABEL: {{^}}@select_same_size 128 128
func.func @select_same_size(%c: i1) {
  %a = memref.alloc() : memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  %s = arith.select %c, %a, %b : memref<16xf32>
  memref.dealloc %s : memref<16xf32>
  %d = memref.alloc() : memref<16xf32>
  memref.dealloc %d : memref<16xf32>
  return
}

// Either of 16 and 64 bytes: at least 16 gone, at most 64.
// CHECK-LABEL: {{^}}@select_other_size 128 80
func.func @select_other_size(%c: i1) {
  %a = memref.alloc() : memref<4xf32>
  %a1 = memref.cast %a : memref<4xf32> to memref<?xf32>
  %b = memref.alloc() : memref<16xf32>
  %b1 = memref.cast %b : memref<16xf32> to memref<?xf32>
  %s = arith.select %c, %a1, %b1 : memref<?xf32>
  memref.dealloc %s : memref<?xf32>
  %d = memref.alloc() : memref<16xf32>
  memref.dealloc %d : memref<16xf32>
  return
}

// A select of one buffer is that buffer.
// CHECK-LABEL: {{^}}@select_of_one 64 64
func.func @select_of_one(%c: i1) {
  %a = memref.alloc() : memref<16xf32>
  %b = memref.cast %a : memref<16xf32> to memref<?xf32>
  %d = memref.cast %a : memref<16xf32> to memref<?xf32>
  %s = arith.select %c, %b, %d : memref<?xf32>
  memref.dealloc %s : memref<?xf32>
  %e = memref.alloc() : memref<16xf32>
  memref.dealloc %e : memref<16xf32>
  return
}

// Buffer or argument: the buffer may be there afterwards.
// CHECK-LABEL: {{^}}@select_argument 128 64 0 64
func.func @select_argument(%c: i1, %x: memref<16xf32>) {
  %a = memref.alloc() : memref<16xf32>
  %s = arith.select %c, %a, %x : memref<16xf32>
  memref.dealloc %s : memref<16xf32>
  %d = memref.alloc() : memref<16xf32>
  memref.dealloc %d : memref<16xf32>
  return
}

// More names than are followed: the answer gets weaker, and there is one.
// CHECK-LABEL: {{^}}@many_selects 656 640
func.func @many_selects(%c: i1) {
  %a0 = memref.alloc() : memref<4xf32>
  %a1 = memref.alloc() : memref<4xf32>
  %a2 = memref.alloc() : memref<4xf32>
  %a3 = memref.alloc() : memref<4xf32>
  %a4 = memref.alloc() : memref<4xf32>
  %a5 = memref.alloc() : memref<4xf32>
  %a6 = memref.alloc() : memref<4xf32>
  %a7 = memref.alloc() : memref<4xf32>
  %a8 = memref.alloc() : memref<4xf32>
  %a9 = memref.alloc() : memref<4xf32>
  %a10 = memref.alloc() : memref<4xf32>
  %a11 = memref.alloc() : memref<4xf32>
  %a12 = memref.alloc() : memref<4xf32>
  %a13 = memref.alloc() : memref<4xf32>
  %a14 = memref.alloc() : memref<4xf32>
  %a15 = memref.alloc() : memref<4xf32>
  %a16 = memref.alloc() : memref<4xf32>
  %a17 = memref.alloc() : memref<4xf32>
  %a18 = memref.alloc() : memref<4xf32>
  %a19 = memref.alloc() : memref<4xf32>
  %a20 = memref.alloc() : memref<4xf32>
  %a21 = memref.alloc() : memref<4xf32>
  %a22 = memref.alloc() : memref<4xf32>
  %a23 = memref.alloc() : memref<4xf32>
  %a24 = memref.alloc() : memref<4xf32>
  %a25 = memref.alloc() : memref<4xf32>
  %a26 = memref.alloc() : memref<4xf32>
  %a27 = memref.alloc() : memref<4xf32>
  %a28 = memref.alloc() : memref<4xf32>
  %a29 = memref.alloc() : memref<4xf32>
  %a30 = memref.alloc() : memref<4xf32>
  %a31 = memref.alloc() : memref<4xf32>
  %a32 = memref.alloc() : memref<4xf32>
  %a33 = memref.alloc() : memref<4xf32>
  %a34 = memref.alloc() : memref<4xf32>
  %a35 = memref.alloc() : memref<4xf32>
  %a36 = memref.alloc() : memref<4xf32>
  %a37 = memref.alloc() : memref<4xf32>
  %a38 = memref.alloc() : memref<4xf32>
  %a39 = memref.alloc() : memref<4xf32>
  %s1 = arith.select %c, %a0, %a1 : memref<4xf32>
  %s2 = arith.select %c, %s1, %a2 : memref<4xf32>
  %s3 = arith.select %c, %s2, %a3 : memref<4xf32>
  %s4 = arith.select %c, %s3, %a4 : memref<4xf32>
  %s5 = arith.select %c, %s4, %a5 : memref<4xf32>
  %s6 = arith.select %c, %s5, %a6 : memref<4xf32>
  %s7 = arith.select %c, %s6, %a7 : memref<4xf32>
  %s8 = arith.select %c, %s7, %a8 : memref<4xf32>
  %s9 = arith.select %c, %s8, %a9 : memref<4xf32>
  %s10 = arith.select %c, %s9, %a10 : memref<4xf32>
  %s11 = arith.select %c, %s10, %a11 : memref<4xf32>
  %s12 = arith.select %c, %s11, %a12 : memref<4xf32>
  %s13 = arith.select %c, %s12, %a13 : memref<4xf32>
  %s14 = arith.select %c, %s13, %a14 : memref<4xf32>
  %s15 = arith.select %c, %s14, %a15 : memref<4xf32>
  %s16 = arith.select %c, %s15, %a16 : memref<4xf32>
  %s17 = arith.select %c, %s16, %a17 : memref<4xf32>
  %s18 = arith.select %c, %s17, %a18 : memref<4xf32>
  %s19 = arith.select %c, %s18, %a19 : memref<4xf32>
  %s20 = arith.select %c, %s19, %a20 : memref<4xf32>
  %s21 = arith.select %c, %s20, %a21 : memref<4xf32>
  %s22 = arith.select %c, %s21, %a22 : memref<4xf32>
  %s23 = arith.select %c, %s22, %a23 : memref<4xf32>
  %s24 = arith.select %c, %s23, %a24 : memref<4xf32>
  %s25 = arith.select %c, %s24, %a25 : memref<4xf32>
  %s26 = arith.select %c, %s25, %a26 : memref<4xf32>
  %s27 = arith.select %c, %s26, %a27 : memref<4xf32>
  %s28 = arith.select %c, %s27, %a28 : memref<4xf32>
  %s29 = arith.select %c, %s28, %a29 : memref<4xf32>
  %s30 = arith.select %c, %s29, %a30 : memref<4xf32>
  %s31 = arith.select %c, %s30, %a31 : memref<4xf32>
  %s32 = arith.select %c, %s31, %a32 : memref<4xf32>
  %s33 = arith.select %c, %s32, %a33 : memref<4xf32>
  %s34 = arith.select %c, %s33, %a34 : memref<4xf32>
  %s35 = arith.select %c, %s34, %a35 : memref<4xf32>
  %s36 = arith.select %c, %s35, %a36 : memref<4xf32>
  %s37 = arith.select %c, %s36, %a37 : memref<4xf32>
  %s38 = arith.select %c, %s37, %a38 : memref<4xf32>
  %s39 = arith.select %c, %s38, %a39 : memref<4xf32>
  memref.dealloc %s39 : memref<4xf32>
  %d = memref.alloc() : memref<4xf32>
  memref.dealloc %d : memref<4xf32>
  return
}
