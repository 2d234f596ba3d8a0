// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-plan-memory | FileCheck %s

// The copy reads its source until it is waited for: no other buffer takes its place.
// CHECK-LABEL: func.func @f
// CHECK: %[[A:.*]] = memref.alloc() : memref<16xf32>
// CHECK: gpu.memcpy async {{.*}}, %[[A]]
func.func @f(%d: memref<16xf32, 1>, %x: f32) {
  %c0 = arith.constant 0 : index
  %a = memref.alloc() : memref<16xf32>
  memref.store %x, %a[%c0] : memref<16xf32>
  %t0 = gpu.wait async
  %t = gpu.memcpy async [%t0] %d, %a : memref<16xf32, 1>, memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  memref.store %x, %b[%c0] : memref<16xf32>
  gpu.wait [%t]
  return
}
