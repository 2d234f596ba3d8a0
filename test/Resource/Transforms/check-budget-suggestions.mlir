// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-check-budget="max-buffers=1" -verify-diagnostics -split-input-file
// RUN: not langone-opt %s --langone-check-budget="suggestions=1" -split-input-file 2>&1 | grep -c 'note: suggestion:' | grep -x 2
// RUN: not langone-opt %s --langone-check-budget="suggestions=0" -split-input-file 2>&1 | FileCheck %s --check-prefix=NONE

// A refusal says by which single change the budget can hold, the best first.
// NONE-NOT: note: suggestion:

// expected-error@+1 {{REFUTED: memory budget of 100 bytes cannot hold, 144 bytes are needed}}
func.func @f(%x: f16, %y: f32, %i: index) attributes {langone_resource.memory_budget = #langone_resource.memory_budget<100>} {
  %a = memref.alloc() : memref<24xf16>
  // expected-note@+1 {{suggestion: free f#0 here, right after its last use: saves 48 bytes, the peak is then 96 bytes, within the budget}}
  memref.store %x, %a[%i] : memref<24xf16>
  // expected-note@+2 {{64 bytes: 'memref<16xf32>' allocated here (f#1)}}
  // expected-note@+1 {{suggestion: store f#1 as f16 instead of f32, if its values bear that precision (which is yours to check): saves 32 bytes, the peak is then 112 bytes, still 12 bytes above the budget}}
  %b = memref.alloc() : memref<16xf32>
  // expected-note@+2 {{the peak is reached here, with 3 buffers live}}
  // expected-note@+1 {{2 more buffers with 80 bytes}}
  %c = memref.alloc() : memref<16xf16>
  // expected-note@+1 {{last use of f#1 is here}}
  memref.store %y, %b[%i] : memref<16xf32>
  memref.store %x, %c[%i] : memref<16xf16>
  memref.dealloc %a : memref<24xf16>
  memref.dealloc %b : memref<16xf32>
  memref.dealloc %c : memref<16xf16>
  return
}

// -----

// The budget of a loop, with a buffer from outside that is not part of it.
func.func @scope(%x: f16, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %o = memref.alloc() : memref<64xf16>
  // expected-error@+1 {{REFUTED: memory budget of 70 bytes cannot hold, 96 bytes are needed}}
  scf.for %i = %c0 to %n step %c1 {
    memref.store %x, %o[%i] : memref<64xf16>
    %a = memref.alloc() : memref<16xf16>
    // expected-note@+1 {{suggestion: free scope#1 here, right after its last use: saves 32 bytes, the peak is then 64 bytes, within the budget}}
    memref.store %x, %a[%i] : memref<16xf16>
    // expected-note@+3 {{the peak is reached here}}
    // expected-note@+2 {{64 bytes}}
    // expected-note@+1 {{1 more buffers}}
    %b = memref.alloc() : memref<32xf16>
    // expected-note@+1 {{last use of scope#2 is here}}
    memref.store %x, %b[%i] : memref<32xf16>
    memref.dealloc %a : memref<16xf16>
    memref.dealloc %b : memref<32xf16>
  } {langone_resource.memory_budget = #langone_resource.memory_budget<70>}
  memref.dealloc %o : memref<64xf16>
  return
}
