// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s | FileCheck %s
// RUN: langone-opt %s | langone-opt | FileCheck %s

// CHECK-LABEL: @every_form
// CHECK-SAME: dim_bounds<[1 .. 64, 768, ?]>
func.func private @every_form(memref<?x?x3xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 64, 768, ?]>})

// CHECK-LABEL: @unknown_dynamic
// CHECK-SAME: dim_bounds<[?, 0 .. 1]>
func.func private @unknown_dynamic(tensor<?x?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[?, 0 .. 1]>})

// CHECK-LABEL: @dense
// CHECK-SAME: dim_bounds<[1 .. 2, 3]>
func.func private @dense(memref<?x?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1..2,3]>})

// CHECK-LABEL: @sparse
// CHECK-SAME: dim_bounds<[1 .. 2, 3]>
func.func private @sparse(memref<?x?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds< [ 1 ..
    2 , 3 ] >})

// One number and a range of one number are the same.
// CHECK-LABEL: @point
// CHECK-SAME: dim_bounds<[5]>
func.func private @point(memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[5 .. 5]>})

// CHECK-LABEL: @zero
// CHECK-SAME: dim_bounds<[0]>
func.func private @zero(memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[0]>})

// CHECK-LABEL: @large
// CHECK-SAME: dim_bounds<[0 .. 9223372036854775806]>
func.func private @large(memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[0 .. 9223372036854775806]>})

// Also as a part of something else.
// CHECK-LABEL: @nested
// CHECK-SAME: test.list = [#langone_resource.dim_bounds<[1 .. 2]>, 1]
func.func private @nested() attributes {test.list = [#langone_resource.dim_bounds<[1 .. 2]>, 1]}
