// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s | FileCheck %s
// RUN: langone-opt %s | langone-opt | FileCheck %s

// CHECK-LABEL: @formats
// CHECK-SAME: f16 {{{.*}}precision<FP16>}
// CHECK-SAME: bf16 {{{.*}}precision<BF16>}
// CHECK-SAME: f32 {{{.*}}precision<FP32>}
// CHECK-SAME: f64 {{{.*}}precision<FP64>}
// CHECK-SAME: i8 {{{.*}}precision<INT8>}
// CHECK-SAME: i16 {{{.*}}precision<INT16>}
// CHECK-SAME: i32 {{{.*}}precision<INT32>}
func.func private @formats(
  f16 {langone_resource.precision = #langone_resource.precision<FP16>},
  bf16 {langone_resource.precision = #langone_resource.precision<BF16>},
  f32 {langone_resource.precision = #langone_resource.precision<FP32>},
  f64 {langone_resource.precision = #langone_resource.precision<FP64>},
  i8 {langone_resource.precision = #langone_resource.precision<INT8>},
  i16 {langone_resource.precision = #langone_resource.precision<INT16>},
  i32 {langone_resource.precision = #langone_resource.precision<INT32>})

// CHECK-LABEL: @all_options
// CHECK-SAME: precision<FP16, accumulate = FP32, max_error = 0.125, allow_downgrade = true>
func.func private @all_options() attributes {langone_resource.precision = #langone_resource.precision<FP16, accumulate = FP32, max_error = 0.125, allow_downgrade = true>}

// CHECK-LABEL: @any_order
// CHECK-SAME: precision<FP16, accumulate = FP32, max_error = 0.125, allow_downgrade = true>
func.func private @any_order() attributes {langone_resource.precision = #langone_resource.precision<FP16, allow_downgrade = true, max_error = 1.25e-1, accumulate = FP32>}

// The default is not printed.
// CHECK-LABEL: @no_downgrade
// CHECK-SAME: precision<FP64>
func.func private @no_downgrade() attributes {langone_resource.precision = #langone_resource.precision<FP64, allow_downgrade = false>}

// CHECK-LABEL: @no_error
// CHECK-SAME: precision<INT32, max_error = 0.0>
func.func private @no_error() attributes {langone_resource.precision = #langone_resource.precision<INT32, max_error = 0.0>}

// CHECK-LABEL: @on_result
// CHECK-SAME: -> (f32 {{{.*}}precision<FP32>})
func.func private @on_result() -> (f32 {langone_resource.precision = #langone_resource.precision<FP32>})
