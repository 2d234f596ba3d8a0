// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-check-budget=suggestions=0 -split-input-file -verify-diagnostics | FileCheck %s

// A budget that cannot hold is a warning if it says so; compilation goes on.

// CHECK-LABEL: func.func @warn
// CHECK-SAME: verdict<refuted, peak = 16>
// expected-warning@+1 {{REFUTED: memory budget of 8 bytes cannot hold, 16 bytes are needed}}
func.func @warn() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<8, on_exceed = warn>} {
  // expected-note@+2 {{the peak is reached here, with 1 buffers live}}
  // expected-note@+1 {{16 bytes}}
  %a = memref.alloc() : memref<4xf32>
  return
}

// -----

// CHECK-LABEL: func.func @fallback
// CHECK-SAME: verdict<refuted, peak = 16>
// expected-warning@+1 {{REFUTED: memory budget of 8 bytes cannot hold, 16 bytes are needed}}
func.func @fallback() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<8, on_exceed = fallback>} {
  // expected-note@+2 {{the peak is reached here, with 1 buffers live}}
  // expected-note@+1 {{16 bytes}}
  %a = memref.alloc() : memref<4xf32>
  return
}
