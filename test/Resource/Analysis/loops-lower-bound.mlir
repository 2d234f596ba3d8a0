// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// What a loop frees makes the lower bound weaker, never too large.

// Each round frees the buffer of the round before; the first frees the caller's.
// CHECK-LABEL: {{^}}@rotates_an_argument 100 100 0 100
func.func @rotates_an_argument(%first: memref<25xf32>) -> memref<25xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  %last = scf.for %i = %c0 to %c10 step %c1 iter_args(%old = %first) -> memref<25xf32> {
    memref.dealloc %old : memref<25xf32>
    %new = memref.alloc() : memref<25xf32>
    scf.yield %new : memref<25xf32>
  }
  return %last : memref<25xf32>
}

// After one round the buffer from outside is gone.
// CHECK-LABEL: {{^}}@frees_what_came_before {{[0-9]+}} {{(100|200)}} 0
func.func @frees_what_came_before(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc() : memref<25xf32>
  scf.for %i = %c0 to %n step %c1 {
    %b = memref.alloc() : memref<25xf32>
    memref.dealloc %b : memref<25xf32>
    %first = arith.cmpi eq, %i, %c0 : index
    scf.if %first {
      memref.dealloc %a : memref<25xf32>
    }
  }
  return
}
