// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s -split-input-file -verify-diagnostics --allow-unregistered-dialect

// placement_c1: unknown names.
// expected-error@+1 {{has unknown attribute 'langone_resource.memory_bugdet'}}
func.func private @f() attributes {langone_resource.memory_bugdet = #langone_resource.memory_budget<1>}

// -----

// placement_c1
// expected-error@+1 {{has unknown attribute 'langone_resource.color'}}
func.func private @f(f32 {langone_resource.color = 1})

// -----

// placement_c1
// expected-error@+1 {{has unknown attribute 'langone_resource.color'}}
func.func private @f() -> (f32 {langone_resource.color = 1})

// -----

// placement_c1
// expected-error@+1 {{has unknown attribute 'langone_resource.color'}}
module attributes {langone_resource.color} {}

// -----

// placement_c1: wrong types.
// expected-error@+1 {{attribute 'langone_resource.memory_budget' must be a #langone_resource.memory_budget attribute, not 65536}}
func.func private @f() attributes {langone_resource.memory_budget = 65536}

// -----

// placement_c1
// expected-error@+1 {{attribute 'langone_resource.gpu_budget' must be a #langone_resource.gpu_budget attribute, not #langone_resource.memory_budget<1 B>}}
func.func private @f() attributes {langone_resource.gpu_budget = #langone_resource.memory_budget<1>}

// -----

// placement_c1
// expected-error@+1 {{attribute 'langone_resource.range' must be a #langone_resource.range attribute, not "0 .. 1"}}
func.func private @f(f32 {langone_resource.range = "0 .. 1"})

// -----

// placement_c1
// expected-error@+1 {{attribute 'langone_resource.precision' must be a #langone_resource.precision attribute}}
func.func private @f() -> (f32 {langone_resource.precision = "FP16"})

// -----

// placement_c1
// expected-error@+1 {{attribute 'langone_resource.cost' must be a #langone_resource.cost attribute}}
func.func private @f() attributes {langone_resource.cost = 4096}

// -----

// placement_c1
// expected-error@+1 {{attribute 'langone_resource.verdict' must be a #langone_resource.verdict attribute}}
func.func private @f() attributes {langone_resource.verdict = "proven"}

// -----

// placement_c1
// expected-error@+1 {{attribute 'langone_resource.plan' must be a #langone_resource.plan attribute}}
func.func private @f() attributes {langone_resource.plan}

// -----

// placement_c1: wrong places.
// expected-error@+1 {{attribute 'langone_resource.memory_budget' may not stand on an argument}}
func.func private @f(f32 {langone_resource.memory_budget = #langone_resource.memory_budget<1>})

// -----

// placement_c1
// expected-error@+1 {{attribute 'langone_resource.memory_budget' may not stand on a result}}
func.func private @f() -> (f32 {langone_resource.memory_budget = #langone_resource.memory_budget<1>})

// -----

// placement_c1
// expected-error@+1 {{attribute 'langone_resource.range' may not stand on an operation}}
func.func private @f(f32) attributes {langone_resource.range = #langone_resource.range<0.0, 1.0>}

// -----

// placement_c1
// expected-error@+1 {{attribute 'langone_resource.dim_bounds' may not stand on an operation}}
func.func private @f(memref<?xf32>) attributes {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1]>}

// -----

// placement_c1
// expected-error@+1 {{attribute 'langone_resource.dim_bounds' may not stand on a result}}
func.func private @f() -> (memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1]>})

// -----

// placement_c1
// expected-error@+1 {{attribute 'langone_resource.cost' may not stand on an argument}}
func.func private @f(f32 {langone_resource.cost = #langone_resource.cost<memory = 1>})

// -----

func.func @f(%x: f32) {
  // placement_c2
  // expected-error@+1 {{attribute 'langone_resource.memory_budget' needs an operation with a region}}
  %0 = arith.addf %x, %x {langone_resource.memory_budget = #langone_resource.memory_budget<1>} : f32
  return
}

// -----

func.func private @g()
func.func @f() {
  // placement_c2
  // expected-error@+1 {{attribute 'langone_resource.gpu_budget' needs an operation with a region}}
  call @g() {langone_resource.gpu_budget = #langone_resource.gpu_budget<1>} : () -> ()
  return
}

// -----

func.func @f(%x: f32) {
  // placement_c2
  // expected-error@+1 {{attribute 'langone_resource.precision' needs an operation with a region}}
  %0 = "test.op"(%x) {langone_resource.precision = #langone_resource.precision<FP16>} : (f32) -> f32
  return
}

// -----

// placement_c3
// expected-error@+1 {{attribute 'langone_resource.cost' needs a function}}
module attributes {langone_resource.cost = #langone_resource.cost<memory = 1>} {}

// -----

func.func @f(%n: index) {
  %c0 = arith.constant 0 : index
  // placement_c3
  // expected-error@+1 {{attribute 'langone_resource.plan' needs a function}}
  scf.for %i = %c0 to %n step %n {
  } {langone_resource.plan = #langone_resource.plan<arena = 1, alignment = 1, lower_bound = 1, placement = runtime, status = optimal>}
  return
}

// -----

// placement_c4
// expected-error@+1 {{attribute 'langone_resource.range' needs float or integer elements, but the value has type 'index'}}
func.func private @f(index {langone_resource.range = #langone_resource.range<0.0, 1.0>})

// -----

// placement_c4
// expected-error@+1 {{attribute 'langone_resource.range' needs float or integer elements, but the value has type 'memref<4xindex>'}}
func.func private @f(memref<4xindex> {langone_resource.range = #langone_resource.range<0.0, 1.0>})

// -----

// placement_c4
// expected-error@+1 {{attribute 'langone_resource.range' needs float or integer elements, but the value has type 'tensor<4xcomplex<f32>>'}}
func.func private @f() -> (tensor<4xcomplex<f32>> {langone_resource.range = #langone_resource.range<0.0, 1.0>})

// -----

// placement_c5
// expected-error@+1 {{attribute 'langone_resource.dim_bounds' bounds dimension 1 of 'memref<?x3xf32>', which is static; write '?' for it}}
func.func private @f(memref<?x3xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1, 3]>})

// -----

// placement_c5
// expected-error@+1 {{attribute 'langone_resource.dim_bounds' has 1 entries for 2 dimensions}}
func.func private @f(memref<?x3xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1]>})

// -----

// placement_c5
// expected-error@+1 {{attribute 'langone_resource.dim_bounds' has 2 entries for 0 dimensions}}
func.func private @f(memref<f32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1, ?]>})

// -----

// placement_c5
// expected-error@+1 {{attribute 'langone_resource.dim_bounds' needs a ranked shaped value, not 'memref<*xf32>'}}
func.func private @f(memref<*xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1]>})

// -----

// placement_c5
// expected-error@+1 {{attribute 'langone_resource.dim_bounds' needs a ranked shaped value, not 'i32'}}
func.func private @f(i32 {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1]>})

// -----

// placement_c1
// expected-error@+1 {{attribute 'langone_resource.stack_verdict' must be a #langone_resource.verdict attribute, not 1 : i64}}
func.func private @stack_verdict() attributes {langone_resource.stack_verdict = 1}
