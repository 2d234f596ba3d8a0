// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: not langone-opt %s --langone-budget-pipeline > %t.out 2> %t.err
// RUN: FileCheck %s < %t.err
// RUN: count 0 < %t.out

// A refusal speaks of the user's buffers, not of arenas.

// CHECK: refusal.mlir:[[#@LINE+9]]:1: error: REFUTED: memory budget of 100 bytes cannot hold, 128 bytes are needed
// CHECK: refusal.mlir:[[#@LINE+14]]:{{[0-9]+}}: note: the peak is reached here, with 2 buffers live
// CHECK: note: 64 bytes: 'memref<16xf32>' allocated here
// CHECK: note: 64 bytes: 'memref<16xf32>' allocated here
// CHECK-NOT: arena
// CHECK-NOT: error:

#id = affine_map<(d0) -> (d0)>
#fixed = affine_map<(d0) -> (0)>
func.func @f(%x: tensor<16xf32>) -> tensor<16xf32> attributes {langone_resource.memory_budget = #langone_resource.memory_budget<100 B>} {
  %e = tensor.empty() : tensor<16xf32>
  %a = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%x : tensor<16xf32>) outs(%e : tensor<16xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<16xf32>
  %f = tensor.empty() : tensor<16xf32>
  %b = linalg.generic {indexing_maps = [#id, #fixed, #id], iterator_types = ["parallel"]} ins(%a, %a : tensor<16xf32>, tensor<16xf32>) outs(%f : tensor<16xf32>) {
  ^bb0(%in: f32, %first: f32, %out: f32):
    linalg.yield %first : f32
  } -> tensor<16xf32>
  return %b : tensor<16xf32>
}
