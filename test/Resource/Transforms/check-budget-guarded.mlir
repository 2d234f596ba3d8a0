// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-check-budget -split-input-file -verify-diagnostics --allow-unregistered-dialect | FileCheck %s

// GUARDED: what is known, and why not more.

// CHECK-LABEL: func.func @dynamic
// CHECK-SAME: langone_resource.verdict = #langone_resource.verdict<guarded>
// expected-remark@+1 {{GUARDED: between 16 and an unknown number of bytes are needed, the budget is 1024 bytes}}
func.func @dynamic(%n: index) attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB>} {
  %a = memref.alloc() : memref<4xf32>
  // expected-note@+1 {{a buffer has no known size: its shape is dynamic}}
  %b = memref.alloc(%n) : memref<?xf32>
  return
}

// -----

// Between the estimates.
// CHECK-LABEL: func.func @between
// CHECK-SAME: verdict<guarded, peak = 80>
// expected-remark@+1 {{GUARDED: between 64 and 80 bytes are needed, the budget is 70 bytes}}
func.func @between(%c: i1) attributes {langone_resource.memory_budget = #langone_resource.memory_budget<70>} {
  scf.if %c {
    %a = memref.alloc() : memref<4xf32>
  }
  %b = memref.alloc() : memref<16xf32>
  return
}

// -----

// All reasons are told.
// CHECK-LABEL: func.func @several_reasons
// expected-remark@+1 {{GUARDED}}
func.func @several_reasons(%n: index) attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1>} {
  // expected-note@+1 {{'test.op' may allocate memory of unknown size}}
  "test.op"() : () -> ()
  // expected-note@+1 {{its shape is dynamic}}
  %b = memref.alloc(%n) : memref<?xf32>
  return
}

// -----

// CHECK-LABEL: func.func @recursive
// CHECK-SAME: verdict<guarded>
// expected-remark@+2 {{GUARDED}}
// expected-note@+1 {{the depth of its recursion is not known}}
func.func @recursive() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<4>} {
  %a = memref.alloc() : memref<4xi8>
  call @recursive() : () -> ()
  memref.dealloc %a : memref<4xi8>
  return
}

// -----

// CHECK-LABEL: func.func private @no_body
// CHECK-SAME: verdict<guarded>
// expected-remark@+1 {{GUARDED: the function has no body to check}}
func.func private @no_body() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1>}

// -----

// CHECK: module attributes
// CHECK-SAME: verdict<guarded>
// expected-remark@+1 {{GUARDED: between 16 and an unknown number of bytes are needed, the budget is 20 bytes}}
module attributes {langone_resource.memory_budget = #langone_resource.memory_budget<20>} {
  func.func @f() {
    %a = memref.alloc() : memref<4xf32>
    return
  }
  func.func @g(%n: index) {
    // expected-note@+1 {{its shape is dynamic}}
    %a = memref.alloc(%n) : memref<?xf32>
    return
  }
}

// -----

// The largest budget does not hold a sum beyond 64 bits.
// CHECK-LABEL: func.func @beyond_64_bits
// CHECK-SAME: verdict<guarded>
// expected-remark@+1 {{GUARDED: between 18446744073709551615 and an unknown number}}
func.func @beyond_64_bits() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<18446744073709551615>} {
  %a = memref.alloc() : memref<4611686018427387903xf32>
  // expected-note@+1 {{the bytes live here do not fit into 64 bits}}
  %b = memref.alloc() : memref<4611686018427387903xf32>
  return
}
