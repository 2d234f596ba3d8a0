// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s -split-input-file -verify-diagnostics

// expected-error@+1 {{number does not fit into 64 bits}}
func.func private @f() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<18446744073709551616>}

// -----

// expected-error@+1 {{size does not fit into 64 bits}}
func.func private @f() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<17179869184 GiB>}

// -----

// expected-error@+1 {{size does not fit into 64 bits}}
func.func private @f() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 GiB, soft = 99999999999 GB>}

// -----

// expected-error@+1 {{expected a number that is not negative}}
func.func private @f() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<-1 KiB>}

// -----

// expected-error@+1 {{unknown unit 'kB', expected B, KiB, MiB, GiB, KB, MB or GB}}
func.func private @f() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<64 kB>}

// -----

// expected-error@+1 {{unknown unit 'TiB', expected B, KiB, MiB, GiB, KB, MB or GB}}
func.func private @f() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 TiB>}

// -----

// expected-error@+1 {{expected a number}}
func.func private @f() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1.5 MiB>}

// -----

// expected-error@+1 {{expected a number}}
func.func private @f() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<>}

// -----

// expected-error@+1 {{expected a number}}
func.func private @f() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<KiB>}
