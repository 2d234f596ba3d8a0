// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s | FileCheck %s
// RUN: langone-opt %s | langone-opt | FileCheck %s
// RUN: langone-opt %s --mlir-print-op-generic | langone-opt | FileCheck %s

// Numbers print in the shortest form that reads back bit for bit.

// CHECK-LABEL: @simple
// CHECK-SAME: range<-1.0, 1.0>
func.func private @simple(tensor<8xf32> {langone_resource.range = #langone_resource.range<-1.0, 1.0>})

// CHECK-LABEL: @integers
// CHECK-SAME: range<-128.0, 127.0>
func.func private @integers(i8 {langone_resource.range = #langone_resource.range<-128, 127>})

// CHECK-LABEL: @negative_zero
// CHECK-SAME: range<-0.0, 0.0>
func.func private @negative_zero(f32 {langone_resource.range = #langone_resource.range<-0.0, 0.0>})

// CHECK-LABEL: @point
// CHECK-SAME: range<2.5, 2.5>
func.func private @point(f32 {langone_resource.range = #langone_resource.range<2.5, 2.5>})

// CHECK-LABEL: @neighbours
// CHECK-SAME: range<0.3, 0.30000000000000004>
func.func private @neighbours(f64 {langone_resource.range = #langone_resource.range<0.3, 0.30000000000000004>})

// CHECK-LABEL: @more_digits_than_needed
// CHECK-SAME: range<0.1, 0.2>
func.func private @more_digits_than_needed(f64 {langone_resource.range = #langone_resource.range<0.1000000000000000055511, 2.00000000000000011e-1>})

// CHECK-LABEL: @extremes
// CHECK-SAME: range<-1.7976931348623157e+308, 1.7976931348623157e+308>
func.func private @extremes(f64 {langone_resource.range = #langone_resource.range<-1.7976931348623157e308, 1.7976931348623157e308>})

// CHECK-LABEL: @denormal
// CHECK-SAME: range<5.0e-324, 1.0e-320>
func.func private @denormal(f64 {langone_resource.range = #langone_resource.range<4.9406564584124654e-324, 1.0e-320>})

// CHECK-LABEL: @exponents
// CHECK-SAME: range<1.0e-07, 1.0e+22>
func.func private @exponents(f64 {langone_resource.range = #langone_resource.range<1.0e-7, 1.0e22>})

// CHECK-LABEL: @on_result
// CHECK-SAME: -> (i8 {langone_resource.range = #langone_resource.range<-128.0, 127.0>})
func.func private @on_result() -> (i8 {langone_resource.range = #langone_resource.range<-128.0, 127.0>})
