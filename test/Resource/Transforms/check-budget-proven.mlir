// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-check-budget -split-input-file -verify-diagnostics | FileCheck %s

// PROVEN: told in a remark, recorded as an attribute.

// CHECK-LABEL: func.func @below
// CHECK-SAME: langone_resource.verdict = #langone_resource.verdict<proven, peak = 16>
// expected-remark@+1 {{PROVEN: at most 16 bytes of 65536}}
func.func @below() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<64 KiB>} {
  %a = memref.alloc() : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  return
}

// -----

// To the byte.
// CHECK-LABEL: func.func @exactly
// CHECK-SAME: verdict<proven, peak = 16>
// expected-remark@+1 {{PROVEN: at most 16 bytes of 16}}
func.func @exactly() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<16>} {
  %a = memref.alloc() : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  return
}

// -----

// CHECK-LABEL: func.func @nothing
// CHECK-SAME: verdict<proven, peak = 0>
// expected-remark@+1 {{PROVEN: at most 0 bytes of 1}}
func.func @nothing() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1>} {
  return
}

// -----

// A function without a budget has no verdict.
// CHECK-LABEL: func.func @no_budget
// CHECK-NOT: verdict
func.func @no_budget() {
  return
}

// -----

// A budget on a loop is about the loop: neither what came before, nor what its
// function does after.
// CHECK-LABEL: func.func @loop
// CHECK-NOT: verdict
func.func @loop(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %before = memref.alloc() : memref<100xf32>
  // CHECK: scf.for
  // CHECK: } {langone_resource.memory_budget = {{.*}}, langone_resource.verdict = #langone_resource.verdict<proven, peak = 32>}
  // expected-remark@+1 {{PROVEN: at most 32 bytes of 32}}
  scf.for %i = %c0 to %n step %c1 {
    %a = memref.alloc() : memref<4xf32>
    %b = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
    memref.dealloc %b : memref<4xf32>
  } {langone_resource.memory_budget = #langone_resource.memory_budget<32 B>}
  memref.dealloc %before : memref<100xf32>
  return
}

// -----

// A budget on a module is about each of its functions.
// CHECK: module attributes
// CHECK-SAME: verdict<proven, peak = 32>
// expected-remark@+1 {{PROVEN: at most 32 bytes of 40}}
module attributes {langone_resource.memory_budget = #langone_resource.memory_budget<40 B>} {
  func.func @f() {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
    return
  }
  func.func @g() {
    %a = memref.alloc() : memref<8xf32>
    memref.dealloc %a : memref<8xf32>
    return
  }
}

// -----

// A verdict of an earlier run is replaced.
// CHECK-LABEL: func.func @again
// CHECK-SAME: verdict<proven, peak = 16>
// expected-remark@+1 {{PROVEN}}
func.func @again() attributes {
    langone_resource.memory_budget = #langone_resource.memory_budget<16>,
    langone_resource.verdict = #langone_resource.verdict<refuted, peak = 99>} {
  %a = memref.alloc() : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  return
}
