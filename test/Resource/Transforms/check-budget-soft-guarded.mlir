// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-check-budget=remarks=false -verify-diagnostics

// expected-warning@+1 {{soft limit of 8 bytes}}
func.func @guarded(%n: index) attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB, soft = 8>} {
  %a = memref.alloc() : memref<16xf32>
  %b = memref.alloc(%n) : memref<?xf32>
  return
}
