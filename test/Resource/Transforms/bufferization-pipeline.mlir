// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-bufferization-pipeline | FileCheck %s
// RUN: langone-opt %s --pass-pipeline="builtin.module(langone-bufferization-pipeline)" | FileCheck %s

// Buffers with deallocations, right after the last use.

// CHECK-LABEL: func.func @f
// CHECK-SAME: %{{.*}}: memref<4x4xf32>
// CHECK-SAME: -> memref<4x4xf32>
// CHECK: %[[A:.*]] = memref.alloc() {{.*}}: memref<4x4xf32>
// CHECK: %[[B:.*]] = memref.alloc() {{.*}}: memref<4x4xf32>
// CHECK: linalg.matmul ins(%[[A]], %[[A]]
// CHECK: memref.dealloc %[[A]]
// CHECK: return %[[B]]
func.func @f(%x: tensor<4x4xf32>, %z: f32) -> tensor<4x4xf32> {
  %e = tensor.empty() : tensor<4x4xf32>
  %a = linalg.fill ins(%z : f32) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  %m = linalg.matmul ins(%x, %x : tensor<4x4xf32>, tensor<4x4xf32>) outs(%a : tensor<4x4xf32>) -> tensor<4x4xf32>
  %g = tensor.empty() : tensor<4x4xf32>
  %b = linalg.fill ins(%z : f32) outs(%g : tensor<4x4xf32>) -> tensor<4x4xf32>
  %r = linalg.matmul ins(%m, %m : tensor<4x4xf32>, tensor<4x4xf32>) outs(%b : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %r : tensor<4x4xf32>
}
