// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-budget-pipeline | FileCheck %s
// RUN: langone-opt %s --langone-bufferization-pipeline | FileCheck %s --check-prefix=BUFFERS

// Upstream's canonicalizer removes a realloc of which nothing is read, and
// with it the free of its operand: the caller's buffer would leak.

// CHECK-LABEL: func.func @frees_argument
// CHECK-SAME: %[[A:.*]]: memref<4xf32>
// CHECK: memref.dealloc %[[A]]
// CHECK: return
// BUFFERS-LABEL: func.func @frees_argument
// BUFFERS: memref.dealloc %arg0
func.func @frees_argument(%a: memref<4xf32>) {
  %b = memref.realloc %a : memref<4xf32> to memref<8xf32>
  memref.dealloc %b : memref<8xf32>
  return
}

// Both buffers get a place in the arena: 64 bytes up to the second, and 16.

// CHECK-LABEL: func.func @planned
// CHECK-SAME: plan<arena = 80,
// CHECK-SAME: verdict<proven, peak = 80>
// CHECK-NOT: memref.alloc
// BUFFERS-LABEL: func.func @planned
// BUFFERS-COUNT-2: memref.dealloc
func.func @planned(%v: f32) attributes {langone_resource.memory_budget = #langone_resource.memory_budget<80>} {
  %c0 = arith.constant 0 : index
  %a = memref.alloc() : memref<4xf32>
  memref.store %v, %a[%c0] : memref<4xf32>
  %b = memref.realloc %a : memref<4xf32> to memref<8xf32>
  memref.store %v, %b[%c0] : memref<8xf32>
  memref.dealloc %b : memref<8xf32>
  return
}
