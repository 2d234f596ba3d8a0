// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --allow-unregistered-dialect | FileCheck %s
// RUN: langone-opt %s --allow-unregistered-dialect | langone-opt --allow-unregistered-dialect | FileCheck %s

// Where the attributes may stand.

// CHECK: module @on_module attributes
// CHECK-SAME: langone_resource.memory_budget = #langone_resource.memory_budget<1 MiB>
module @on_module attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 MiB>} {
  // CHECK-LABEL: func.func @on_function
  // CHECK-SAME: %{{.*}}: memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 64]>, langone_resource.range = #langone_resource.range<0.0, 1.0>}
  // CHECK-SAME: -> (f32 {langone_resource.range = #langone_resource.range<0.0, 1.0>})
  // CHECK-SAME: langone_resource.gpu_budget = #langone_resource.gpu_budget<1 GiB>
  // CHECK-SAME: langone_resource.memory_budget = #langone_resource.memory_budget<64 KiB>
  // CHECK-SAME: langone_resource.precision = #langone_resource.precision<FP16>
  // CHECK-SAME: langone_resource.verdict = #langone_resource.verdict<guarded>
  func.func @on_function(
      %x: memref<?xf32> {langone_resource.range = #langone_resource.range<0.0, 1.0>,
                         langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 64]>},
      %c: i1, %n: index)
      -> (f32 {langone_resource.range = #langone_resource.range<0.0, 1.0>})
      attributes {langone_resource.memory_budget = #langone_resource.memory_budget<64 KiB>,
                  langone_resource.gpu_budget = #langone_resource.gpu_budget<1 GiB>,
                  langone_resource.precision = #langone_resource.precision<FP16>,
                  langone_resource.verdict = #langone_resource.verdict<guarded>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    // CHECK: scf.for
    // CHECK: } {langone_resource.memory_budget = #langone_resource.memory_budget<32 KiB>}
    scf.for %i = %c0 to %n step %c1 {
    } {langone_resource.memory_budget = #langone_resource.memory_budget<32 KiB>}
    // CHECK: scf.if
    // CHECK: } {langone_resource.memory_budget = #langone_resource.memory_budget<16 KiB>}
    scf.if %c {
      "test.op"() : () -> ()
    } {langone_resource.memory_budget = #langone_resource.memory_budget<16 KiB>}
    %v = memref.load %x[%c0] : memref<?xf32>
    return %v : f32
  }

  // CHECK: module @nested attributes
  // CHECK-SAME: memory_budget<2 KiB>
  module @nested attributes {langone_resource.memory_budget = #langone_resource.memory_budget<2 KiB>} {
  }

  // CHECK-LABEL: llvm.func @other_kind_of_function
  // CHECK-SAME: f32 {langone_resource.range =
  llvm.func @other_kind_of_function(f32 {langone_resource.range = #langone_resource.range<0.0, 1.0>}) attributes {langone_resource.cost = #langone_resource.cost<memory = 1>}
}
