// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-budget-pipeline 2> %t.err | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t.err

// From tosa to planned code; constants do not count.

// REMARK: remark: PROVEN: at most {{[0-9]+}} bytes of 65536
// CHECK: memref.global "private" constant
// CHECK-LABEL: func.func @conv
// CHECK-SAME: memref<1x8x8x3xf32>
// CHECK-SAME: -> memref<1x8x8x4xf32>
// CHECK-SAME: langone_resource.plan = #langone_resource.plan<arena =
// CHECK-SAME: langone_resource.verdict = #langone_resource.verdict<proven, peak =
// CHECK: langone_resource.arena.acquire :
// CHECK-NOT: memref.alloc
// CHECK: return
func.func @conv(%x: tensor<1x8x8x3xf32>) -> tensor<1x8x8x4xf32> attributes {langone_resource.memory_budget = #langone_resource.memory_budget<64 KiB>} {
  %w = "tosa.const"() <{values = dense<0.5> : tensor<4x3x3x3xf32>}> : () -> tensor<4x3x3x3xf32>
  %b = "tosa.const"() <{values = dense<0.25> : tensor<4xf32>}> : () -> tensor<4xf32>
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %c = tosa.conv2d %x, %w, %b, %zp, %zp {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x3xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8x8x4xf32>
  %r = tosa.clamp %c {max_val = 6.0 : f32, min_val = 0.0 : f32} : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  return %r : tensor<1x8x8x4xf32>
}
