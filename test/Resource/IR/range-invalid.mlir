// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s -split-input-file -verify-diagnostics

// expected-error@+1 {{lower end of the range is above its upper end}}
func.func private @f(f32 {langone_resource.range = #langone_resource.range<1.0, -1.0>})

// -----

// expected-error@+1 {{lower end of the range is above its upper end}}
func.func private @f(f64 {langone_resource.range = #langone_resource.range<0.30000000000000004, 0.3>})

// -----

// expected-error@+2 {{expected a finite decimal number}}
// expected-error@+1 {{failed to parse Resource_RangeAttr parameter 'lower'}}
func.func private @f(f32 {langone_resource.range = #langone_resource.range<-1.0e400, 0.0>})

// -----

// expected-error@+2 {{expected a finite decimal number}}
// expected-error@+1 {{failed to parse Resource_RangeAttr parameter 'upper'}}
func.func private @f(f32 {langone_resource.range = #langone_resource.range<0.0, 1.0e400>})

// -----

// expected-error@+2 {{expected a finite decimal number}}
// expected-error@+1 {{failed to parse Resource_RangeAttr parameter 'upper'}}
func.func private @f(f32 {langone_resource.range = #langone_resource.range<0.0, "one">})

// -----

// expected-error@+2 {{expected a finite decimal number}}
// expected-error@+1 {{failed to parse Resource_RangeAttr parameter 'upper'}}
func.func private @f(f32 {langone_resource.range = #langone_resource.range<0, true>})

// -----

// expected-error@+2 {{expected a finite decimal number}}
// expected-error@+1 {{failed to parse Resource_RangeAttr parameter 'upper'}}
func.func private @f(f32 {langone_resource.range = #langone_resource.range<0, 5 : i8>})

// -----

// expected-error@+2 {{expected a finite decimal number}}
// expected-error@+1 {{failed to parse Resource_RangeAttr parameter 'upper'}}
func.func private @f(f32 {langone_resource.range = #langone_resource.range<0, 0x10>})

// -----

// expected-error@+2 {{expected a finite decimal number}}
// expected-error@+1 {{failed to parse Resource_RangeAttr parameter 'upper'}}
func.func private @f(f32 {langone_resource.range = #langone_resource.range<0.0, 1.0 : f32>})
