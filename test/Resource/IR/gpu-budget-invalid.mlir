// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s -split-input-file -verify-diagnostics

// expected-error@+1 {{budget must be positive}}
func.func private @f() attributes {langone_resource.gpu_budget = #langone_resource.gpu_budget<0>}

// -----

// expected-error@+1 {{soft limit must be positive}}
func.func private @f() attributes {langone_resource.gpu_budget = #langone_resource.gpu_budget<1, soft = 0>}

// -----

// expected-error@+1 {{soft limit of 2 bytes is above the limit of 1 bytes}}
func.func private @f() attributes {langone_resource.gpu_budget = #langone_resource.gpu_budget<1, soft = 2>}

// -----

// expected-error@+1 {{unknown option 'stack', expected soft, device}}
func.func private @f() attributes {langone_resource.gpu_budget = #langone_resource.gpu_budget<1, stack = 2>}

// -----

// expected-error@+1 {{option 'device' given twice}}
func.func private @f() attributes {langone_resource.gpu_budget = #langone_resource.gpu_budget<1, device = 0, device = 0>}

// -----

// expected-error@+1 {{expected a number that is not negative}}
func.func private @f() attributes {langone_resource.gpu_budget = #langone_resource.gpu_budget<1, device = -1>}

// -----

// A device has no unit.
// expected-error@+1 {{expected '>'}}
func.func private @f() attributes {langone_resource.gpu_budget = #langone_resource.gpu_budget<1, device = 1 KiB>}
