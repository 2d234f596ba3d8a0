// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-check-budget -split-input-file -verify-diagnostics | FileCheck %s

// The stack limit's verdict stands beside the memory's; IR alone refutes it, with the buffers live and
// the calls that lead there, or leaves it to machine code.

// CHECK-LABEL: func.func @fits
// CHECK-SAME: langone_resource.stack_verdict = #langone_resource.verdict<guarded>
// CHECK-SAME: langone_resource.verdict = #langone_resource.verdict<proven, peak = 0>
// expected-remark@+2 {{PROVEN: at most 0 bytes of 1024}}
// expected-remark@+1 {{GUARDED: a stack limit of 64 bytes is proven of machine code only (langone-stack); in the IR, 64 bytes of automatic memory are live at once}}
func.func @fits() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB, stack = 64>} {
  %a = memref.alloca() : memref<16xf32>
  return
}

// No stack limit, no verdict.
// CHECK-LABEL: func.func @no_limit
// CHECK-NOT: stack_verdict
// CHECK-LABEL: func.func @warns
// expected-remark@+1 {{PROVEN}}
func.func @no_limit() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB>} {
  %a = memref.alloca() : memref<16xf32>
  return
}

// CHECK-SAME: langone_resource.stack_verdict = #langone_resource.verdict<refuted, peak = 64>
// expected-remark@+2 {{PROVEN}}
// expected-warning@+1 {{REFUTED: stack limit of 63 bytes cannot hold, 64 bytes of automatic memory are needed (1 too many)}}
func.func @warns() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB, stack = 63, on_exceed = warn>} {
  // expected-note@+2 {{the peak is reached here, with 1 buffers live}}
  // expected-note@+1 {{64 bytes: 'memref<16xf32>' allocated here (warns#alloca0)}}
  %a = memref.alloca() : memref<16xf32>
  return
}

// CHECK-LABEL: func.func private @outside
// CHECK-SAME: langone_resource.stack_verdict = #langone_resource.verdict<guarded>
// expected-remark@+1 {{GUARDED: the function has no body to check}}
func.func private @outside() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB, stack = 63>}

// -----

func.func private @leaf() {
  // expected-note@+2 {{the peak is reached here, with 2 buffers live}}
  // expected-note@+1 {{80 bytes: 'memref<20xf32>' allocated here (leaf#alloca0)}}
  %a = memref.alloca() : memref<20xf32>
  return
}

// expected-remark@+2 {{PROVEN}}
// expected-error@+1 {{REFUTED: stack limit of 100 bytes cannot hold, 144 bytes of automatic memory are needed (44 too many)}}
func.func @through_a_call() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB, stack = 100>} {
  // expected-note@+1 {{64 bytes: 'memref<16xf32>' allocated here (through_a_call#alloca0)}}
  %a = memref.alloca() : memref<16xf32>
  // expected-note@+1 {{called from here}}
  call @leaf() : () -> ()
  return
}

// -----

// A scope inside a function, and a module.
// expected-remark@+3 {{PROVEN}}
// expected-remark@+2 {{GUARDED: a stack limit of 48 bytes is proven of machine code only (langone-stack); in the IR, between 32 and an unknown number of bytes of automatic memory are live at once}}
// CHECK: module attributes {{.*}}stack_verdict = #langone_resource.verdict<guarded>
module attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB, stack = 48>} {
  func.func @f(%n: index) {
    %outside = memref.alloca() : memref<8xf32>
    // CHECK: memref.alloca_scope
    // CHECK: } {langone_resource{{.*}}stack_verdict = #langone_resource.verdict<guarded>
    // expected-remark@+2 {{PROVEN}}
    // expected-remark@+1 {{between 0 and an unknown number of bytes of automatic memory}}
    memref.alloca_scope {
      // expected-note@+1 {{automatic memory of unknown size}}
      %a = memref.alloca(%n) : memref<?xf32>
    } {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB, stack = 16>}
    return
  }
}
