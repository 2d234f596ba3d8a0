// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two layers of a network, as tosa.
func.func @forward(%x: tensor<1x16x32xf32>) -> tensor<1x16x8xf32> attributes {
  langone_resource.memory_budget = #langone_resource.memory_budget<64 KiB>
} {
  %w0 = "tosa.const"() <{values = dense<0.5> : tensor<1x32x64xf32>}> : () -> tensor<1x32x64xf32>
  %w1 = "tosa.const"() <{values = dense<0.25> : tensor<1x64x8xf32>}> : () -> tensor<1x64x8xf32>
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %0 = tosa.matmul %x, %w0, %zero, %zero
      : (tensor<1x16x32xf32>, tensor<1x32x64xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x16x64xf32>
  %1 = tosa.tanh %0 : (tensor<1x16x64xf32>) -> tensor<1x16x64xf32>
  %2 = tosa.matmul %1, %w1, %zero, %zero
      : (tensor<1x16x64xf32>, tensor<1x64x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x16x8xf32>
  return %2 : tensor<1x16x8xf32>
}
