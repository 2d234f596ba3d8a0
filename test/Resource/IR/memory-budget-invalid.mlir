// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s -split-input-file -verify-diagnostics

// expected-error@+1 {{budget must be positive}}
func.func private @f() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<0>}

// -----

// expected-error@+1 {{budget must be positive}}
func.func private @f() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<0 GiB>}

// -----

// expected-error@+1 {{soft limit must be positive}}
func.func private @f() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB, soft = 0>}

// -----

// expected-error@+1 {{stack limit must be positive}}
func.func private @f() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB, stack = 0 B>}

// -----

// expected-error@+1 {{soft limit of 1025 bytes is above the limit of 1024 bytes}}
func.func private @f() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB, soft = 1025>}

// -----

// expected-error@+1 {{unknown option 'hard', expected soft, stack, on_exceed}}
func.func private @f() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB, hard = 1 KiB>}

// -----

// expected-error@+1 {{option 'soft' given twice}}
func.func private @f() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB, soft = 10, soft = 20>}

// -----

// expected-error@+1 {{expected one of [error, warn, fallback]}}
func.func private @f() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB, on_exceed = crash>}

// -----

// expected-error@+1 {{expected '='}}
func.func private @f() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB, soft>}

// -----

// expected-error@+1 {{expected '>'}}
func.func private @f() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB soft = 1>}

// -----

// expected-error@+1 {{expected valid keyword}}
func.func private @f() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB, >}

// -----

// expected-error@+1 {{expected '<'}}
func.func private @f() attributes {langone_resource.memory_budget = #langone_resource.memory_budget}
