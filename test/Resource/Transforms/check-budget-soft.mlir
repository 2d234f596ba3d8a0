// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-check-budget=remarks=false -split-input-file -verify-diagnostics | FileCheck %s

// Above the soft limit is a warning; the budget still holds.

// CHECK-LABEL: func.func @above_soft
// CHECK-SAME: verdict<proven, peak = 16>
// expected-warning@+1 {{memory may exceed the soft limit of 15 bytes: needs up to 16 bytes}}
func.func @above_soft() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<20, soft = 15>} {
  %a = memref.alloc() : memref<4xf32>
  return
}

// -----

// CHECK-LABEL: func.func @at_soft
// CHECK-SAME: verdict<proven, peak = 16>
func.func @at_soft() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<20, soft = 16>} {
  %a = memref.alloc() : memref<4xf32>
  return
}
