// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s -split-input-file -verify-diagnostics

// expected-error@+1 {{expected '['}}
func.func private @f(memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<1 .. 2>})

// -----

// expected-error@+1 {{expected '<'}}
func.func private @f(memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds})

// -----

// expected-error@+1 {{expected a number}}
func.func private @f(memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[]>})

// -----

// expected-error@+1 {{expected a number}}
func.func private @f(memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. ]>})

// -----

// expected-error@+1 {{expected a number}}
func.func private @f(memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[.. 64]>})

// -----

// expected-error@+1 {{expected a number}}
func.func private @f(memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. ?]>})

// -----

// expected-error@+1 {{expected a number}}
func.func private @f(memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[-1 .. 4]>})

// -----

// expected-error@+1 {{expected a number}}
func.func private @f(memref<?x?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1, ]>})

// -----

// expected-error@+1 {{expected ']'}}
func.func private @f(memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 . 4]>})

// -----

// expected-error@+1 {{expected ']'}}
func.func private @f(memref<?x?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 2]>})

// -----

// expected-error@+1 {{expected '>'}}
func.func private @f(memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1] 2>})

// -----

// expected-error@+1 {{dimension does not fit into 63 bits}}
func.func private @f(memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[9223372036854775808]>})

// -----

// expected-error@+1 {{lower bound 5 of dimension 1 is above its upper bound 1}}
func.func private @f(memref<?x?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[?, 5 .. 1]>})

// -----

// expected-error@+1 {{unexpected text after the attribute}}
func.func private @f(memref<?xf32> {langone_resource.dim_bounds = #langone_resource<dim_bounds<[1 .. 2]> more>})
