// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// Functions at every depth have a row; a module costs its worst function.

// CHECK-LABEL: {{^}}@outer 16 16
func.func @outer() {
  %a = memref.alloc() : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  return
}

module @inner {
  // CHECK-LABEL: {{^}}@in_inner 64 64
  func.func @in_inner() {
    call @helper() : () -> ()
    return
  }
  // CHECK-LABEL: {{^}}@helper 64 64
  func.func private @helper() {
    %a = memref.alloc() : memref<16xf32>
    memref.dealloc %a : memref<16xf32>
    return
  }
}

// CHECK: {{^}}module 64 64
