// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources="table=false suggestions=2" -split-input-file -verify-diagnostics

// Each kind of change, with what it saves.

func.func @free_earlier(%x: f16, %i: index) {
  %a = memref.alloc() : memref<16xf16>
  // expected-remark@+1 {{suggestion: free free_earlier#0 here, right after its last use: saves 32 bytes, the peak is then 64 bytes}}
  memref.store %x, %a[%i] : memref<16xf16>
  %b = memref.alloc() : memref<32xf16>
  memref.store %x, %b[%i] : memref<32xf16>
  memref.dealloc %a : memref<16xf16>
  memref.dealloc %b : memref<32xf16>
  return
}

// -----

// The last use is by another name, within a branch.
func.func @by_another_name(%x: f16, %i: index, %c: i1) {
  %a = memref.alloc() : memref<16xf16>
  %v = memref.subview %a[0] [8] [1] : memref<16xf16> to memref<8xf16, strided<[1]>>
  // expected-remark@+1 {{suggestion: free by_another_name#0 here, right after its last use: saves 32 bytes, the peak is then 64 bytes}}
  scf.if %c {
    memref.store %x, %v[%i] : memref<8xf16, strided<[1]>>
  }
  %b = memref.alloc() : memref<32xf16>
  memref.store %x, %b[%i] : memref<32xf16>
  memref.dealloc %b : memref<32xf16>
  memref.dealloc %a : memref<16xf16>
  return
}

// -----

// It may still be read by code that is not seen: nothing is said.
func.func private @keep(memref<16xf16>)
func.func @captured(%x: f16, %i: index) {
  %a = memref.alloc() : memref<16xf16>
  func.call @keep(%a) : (memref<16xf16>) -> ()
  %b = memref.alloc() : memref<32xf16>
  memref.store %x, %b[%i] : memref<32xf16>
  memref.dealloc %a : memref<16xf16>
  memref.dealloc %b : memref<32xf16>
  return
}

// -----

// The same by an address, which nobody follows.
func.func @by_address(%x: f16, %i: index) -> index {
  %a = memref.alloc() : memref<16xf16>
  %p = memref.extract_aligned_pointer_as_index %a : memref<16xf16> -> index
  %b = memref.alloc() : memref<32xf16>
  memref.store %x, %b[%i] : memref<32xf16>
  memref.dealloc %a : memref<16xf16>
  memref.dealloc %b : memref<32xf16>
  return %p : index
}

// -----

// Nothing would be saved: nothing is said.
func.func @tight(%x: f16, %i: index) {
  %a = memref.alloc() : memref<16xf16>
  memref.store %x, %a[%i] : memref<16xf16>
  memref.dealloc %a : memref<16xf16>
  %b = memref.alloc() : memref<16xf16>
  memref.store %x, %b[%i] : memref<16xf16>
  memref.dealloc %b : memref<16xf16>
  return
}

// -----

func.func @leak_in_loop(%x: f16) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  scf.for %i = %c0 to %c10 step %c1 {
    %a = memref.alloc() : memref<16xf16>
    // expected-remark@+1 {{suggestion: free leak_in_loop#0 here, right after its last use; nothing frees it: saves 288 bytes, the peak is then 32 bytes}}
    memref.store %x, %a[%i] : memref<16xf16>
  }
  return
}

// -----

func.func @allocate_later(%x: f16, %i: index) {
  %a = memref.alloc() : memref<16xf16>
  %b = memref.alloc() : memref<32xf16>
  memref.store %x, %b[%i] : memref<32xf16>
  memref.dealloc %b : memref<32xf16>
  // expected-remark@+1 {{suggestion: allocate allocate_later#0 here, right before its first use: saves 32 bytes, the peak is then 64 bytes}}
  memref.store %x, %a[%i] : memref<16xf16>
  memref.dealloc %a : memref<16xf16>
  return
}

// -----

func.func @into_branch(%x: f16, %i: index, %c: i1) {
  %a = memref.alloc() : memref<16xf16>
  scf.if %c {
    // expected-remark@+1 {{suggestion: allocate and free into_branch#0 within this branch, the only one that uses it: saves 32 bytes, the peak is then 64 bytes}}
    memref.store %x, %a[%i] : memref<16xf16>
  } else {
    %b = memref.alloc() : memref<32xf16>
    memref.store %x, %b[%i] : memref<32xf16>
    memref.dealloc %b : memref<32xf16>
  }
  memref.dealloc %a : memref<16xf16>
  return
}

// -----

// What the buffer holds goes from one iteration to the next: it stays outside.
func.func @not_into_loop(%x: f16, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc() : memref<16xf16>
  scf.for %i = %c0 to %n step %c1 {
    %b = memref.alloc() : memref<32xf16>
    memref.store %x, %b[%i] : memref<32xf16>
    memref.dealloc %b : memref<32xf16>
    memref.store %x, %a[%i] : memref<16xf16>
  }
  memref.dealloc %a : memref<16xf16>
  return
}

// -----

func.func @in_place(%x: f16, %i: index) -> f16 {
  %a = memref.alloc() : memref<16xf16>
  linalg.fill ins(%x : f16) outs(%a : memref<16xf16>)
  %b = memref.alloc() : memref<16xf16>
  // expected-remark@+1 {{suggestion: write the result of this op into in_place#0, which it reads last, instead of in_place#1: saves 32 bytes, the peak is then 32 bytes}}
  linalg.exp ins(%a : memref<16xf16>) outs(%b : memref<16xf16>)
  memref.dealloc %a : memref<16xf16>
  %y = memref.load %b[%i] : memref<16xf16>
  memref.dealloc %b : memref<16xf16>
  return %y : f16
}

// -----

// A transposition reads elsewhere than it writes.
func.func @not_in_place(%x: f16, %i: index) -> f16 {
  %a = memref.alloc() : memref<4x4xf16>
  linalg.fill ins(%x : f16) outs(%a : memref<4x4xf16>)
  %b = memref.alloc() : memref<4x4xf16>
  linalg.transpose ins(%a : memref<4x4xf16>) outs(%b : memref<4x4xf16>) permutation = [1, 0]
  memref.dealloc %a : memref<4x4xf16>
  %y = memref.load %b[%i, %i] : memref<4x4xf16>
  memref.dealloc %b : memref<4x4xf16>
  return %y : f16
}

// -----

// The original is not used any more; the copy may be written.
func.func @copy_of_dead(%x: f16, %i: index) {
  %a = memref.alloc() : memref<16xf16>
  memref.store %x, %a[%i] : memref<16xf16>
  %b = memref.alloc() : memref<16xf16>
  // expected-remark@+1 {{suggestion: drop this copy, and use copy_of_dead#0 instead of copy_of_dead#1: saves 32 bytes, the peak is then 32 bytes}}
  memref.copy %a, %b : memref<16xf16> to memref<16xf16>
  memref.dealloc %a : memref<16xf16>
  memref.store %x, %b[%i] : memref<16xf16>
  memref.dealloc %b : memref<16xf16>
  return
}

// -----

// Both are only read.
func.func @copy_to_read(%x: f16, %i: index) -> (f16, f16) {
  %a = memref.alloc() : memref<16xf16>
  memref.store %x, %a[%i] : memref<16xf16>
  %b = memref.alloc() : memref<16xf16>
  // expected-remark@+1 {{suggestion: drop this copy, and use copy_to_read#0 instead of copy_to_read#1: saves 32 bytes, the peak is then 32 bytes}}
  memref.copy %a, %b : memref<16xf16> to memref<16xf16>
  %y = memref.load %a[%i] : memref<16xf16>
  memref.dealloc %a : memref<16xf16>
  %z = memref.load %b[%i] : memref<16xf16>
  memref.dealloc %b : memref<16xf16>
  return %y, %z : f16, f16
}

// -----

// The original changes while the copy is needed.
func.func @needed_copy(%x: f16, %i: index) -> f16 {
  %a = memref.alloc() : memref<16xf16>
  %b = memref.alloc() : memref<16xf16>
  memref.store %x, %a[%i] : memref<16xf16>
  memref.copy %a, %b : memref<16xf16> to memref<16xf16>
  memref.store %x, %a[%i] : memref<16xf16>
  %z = memref.load %b[%i] : memref<16xf16>
  memref.dealloc %a : memref<16xf16>
  memref.dealloc %b : memref<16xf16>
  return %z : f16
}

// -----

func.func @split_parallel(%x: f16) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  // expected-remark@+1 {{suggestion: run this parallel loop as two halves, one after the other, split at 4 in dimension 0: saves 96 bytes, the peak is then 128 bytes}}
  scf.parallel (%i) = (%c0) to (%c7) step (%c1) {
    %a = memref.alloc() : memref<16xf16>
    memref.store %x, %a[%i] : memref<16xf16>
    memref.dealloc %a : memref<16xf16>
  }
  return
}

// -----

func.func @split_forall(%x: f16) {
  // expected-remark@+1 {{split at 5 in dimension 1: saves 320 bytes, the peak is then 320 bytes}}
  scf.forall (%i, %j) in (2, 10) {
    %a = memref.alloc() : memref<16xf16>
    memref.store %x, %a[%i] : memref<16xf16>
    memref.dealloc %a : memref<16xf16>
  }
  return
}

// -----

// Of several buffers, the one with the most to save.
func.func @precision(%x: f64, %y: f32, %i: index) {
  // expected-remark@+1 {{suggestion: store precision#0 as f32 instead of f64, if its values bear that precision (which is yours to check): saves 64 bytes, the peak is then 128 bytes}}
  %a = memref.alloc() : memref<16xf64>
  %b = memref.alloc() : memref<16xf32>
  memref.store %x, %a[%i] : memref<16xf64>
  memref.store %y, %b[%i] : memref<16xf32>
  memref.dealloc %a : memref<16xf64>
  memref.dealloc %b : memref<16xf32>
  return
}

// -----

// The change is in a callee, and both of its callers have it to save.
func.func private @callee(%x: f16, %i: index) {
  %a = memref.alloc() : memref<16xf16>
  // expected-remark@+2 {{free callee#0 here, right after its last use: saves 32 bytes, the peak is then 64 bytes}}
  // expected-remark@+1 {{free callee#0 here, right after its last use: saves 32 bytes, the peak is then 80 bytes}}
  memref.store %x, %a[%i] : memref<16xf16>
  %b = memref.alloc() : memref<32xf16>
  memref.store %x, %b[%i] : memref<32xf16>
  memref.dealloc %a : memref<16xf16>
  memref.dealloc %b : memref<32xf16>
  return
}
func.func @caller(%x: f16, %i: index) {
  %a = memref.alloc() : memref<8xf16>
  memref.store %x, %a[%i] : memref<8xf16>
  call @callee(%x, %i) : (f16, index) -> ()
  %y = memref.load %a[%i] : memref<8xf16>
  memref.dealloc %a : memref<8xf16>
  return
}
