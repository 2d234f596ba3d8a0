// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-plan-memory --langone-check-budget -split-input-file -verify-diagnostics | FileCheck %s

// The promise is about the planned code: arena, padding, and what stays outside.

// CHECK-LABEL: func.func @padding
// CHECK-SAME: verdict<proven, peak = 67>
// expected-remark@+1 {{PROVEN: at most 67 bytes of 67}}
func.func @padding() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<67>} {
  %a = memref.alloc() : memref<3xi8>
  %b = memref.alloc() : memref<3xi8>
  memref.copy %a, %b : memref<3xi8> to memref<3xi8>
  return
}

// -----

// CHECK-LABEL: func.func @with_result
// CHECK-SAME: verdict<proven, peak = 128>
// expected-remark@+1 {{PROVEN: at most 128 bytes of 1024}}
func.func @with_result() -> memref<16xf32> attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB>} {
  %a = memref.alloc() : memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  memref.copy %a, %b : memref<16xf32> to memref<16xf32>
  memref.dealloc %a : memref<16xf32>
  return %b : memref<16xf32>
}

// -----

// Padding that breaks the budget is told as such.
// expected-error@+2 {{REFUTED: memory budget of 66 bytes cannot hold, 67 bytes are needed}}
// expected-note@+1 {{the plan takes an arena of 67 bytes, no plan takes less than}}
func.func @too_much_padding() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<66>} {
  // expected-note@-1 {{the peak is reached here, with 1 buffers live}}
  // expected-note@-2 {{67 bytes: 'memref<67xi8>' allocated here (too_much_padding#0)}}
  // expected-note@+3 {{last use of too_much_padding#0 is here}}
  %a = memref.alloc() : memref<3xi8>
  %b = memref.alloc() : memref<3xi8>
  memref.copy %a, %b : memref<3xi8> to memref<3xi8>
  return
}
