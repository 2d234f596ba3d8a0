// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A reallocation frees what it got, or leaves it where it is: the old buffer
// counts no longer, up to the size of the new one.
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// CHECK-LABEL: {{^}}@grown_in_each_round 32 32
func.func @grown_in_each_round(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %a = memref.alloc() : memref<2xf32>
    %b = memref.realloc %a : memref<2xf32> to memref<6xf32>
    memref.dealloc %b : memref<6xf32>
  }
  // Makes the peak one of all ways.
  %c = memref.alloc() : memref<8xf32>
  memref.dealloc %c : memref<8xf32>
  return
}
// The block may keep its 24 bytes.
// CHECK-LABEL: {{^}}@shrunk 32 24
func.func @shrunk() {
  %a = memref.alloc() : memref<6xf32>
  %b = memref.realloc %a : memref<6xf32> to memref<2xf32>
  %c = memref.alloc() : memref<2xf32>
  memref.dealloc %c : memref<2xf32>
  memref.dealloc %b : memref<2xf32>
  return
}
// It carries the buffer from round to round: 24 bytes, and 24 that it replaces.
// CHECK-LABEL: {{^}}@carried 48
func.func @carried(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c6 = arith.constant 6 : index
  %a = memref.alloc(%c2) : memref<?xf32>
  %last = scf.for %i = %c0 to %n step %c1 iter_args(%x = %a) -> (memref<?xf32>) {
    %b = memref.realloc %x(%c6) : memref<?xf32> to memref<?xf32>
    scf.yield %b : memref<?xf32>
  }
  memref.dealloc %last : memref<?xf32>
  return
}
