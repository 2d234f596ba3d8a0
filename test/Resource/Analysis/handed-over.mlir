// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// Arguments that a function frees: who hands one over has less afterwards, but
// only as much as is gone on every path.

func.func private @consume(%a: memref<16xf32>) {
  memref.dealloc %a : memref<16xf32>
  return
}

// CHECK-LABEL: {{^}}@one_after_the_other 64 64
func.func @one_after_the_other() {
  %a = memref.alloc() : memref<16xf32>
  call @consume(%a) : (memref<16xf32>) -> ()
  %b = memref.alloc() : memref<16xf32>
  call @consume(%b) : (memref<16xf32>) -> ()
  return
}

// CHECK-LABEL: {{^}}@in_a_loop 64 64
func.func @in_a_loop(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %a = memref.alloc() : memref<16xf32>
    func.call @consume(%a) : (memref<16xf32>) -> ()
  }
  return
}

func.func private @may_consume(%c: i1, %a: memref<16xf32>) {
  scf.if %c {
    memref.dealloc %a : memref<16xf32>
  }
  %b = memref.alloc() : memref<8xf32>
  memref.dealloc %b : memref<8xf32>
  return
}

// Freed on one of two paths: both buffers may be there afterwards, and during
// the call.
// CHECK-LABEL: {{^}}@freed_on_one_path 128
// CHECK-LABEL: {{^}}@during_the_call 96
func.func @freed_on_one_path(%c: i1) {
  %a = memref.alloc() : memref<16xf32>
  call @may_consume(%c, %a) : (i1, memref<16xf32>) -> ()
  %b = memref.alloc() : memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  return
}
func.func @during_the_call(%c: i1) {
  %a = memref.alloc() : memref<16xf32>
  call @may_consume(%c, %a) : (i1, memref<16xf32>) -> ()
  return
}

func.func private @consume_first(%a: memref<16xf32>, %b: memref<16xf32>) {
  memref.dealloc %a : memref<16xf32>
  return
}
func.func private @consume_either(%c: i1, %a: memref<16xf32>, %b: memref<16xf32>) {
  %one = arith.select %c, %a, %b : memref<16xf32>
  memref.dealloc %one : memref<16xf32>
  return
}

// Of two, one is freed, whichever it is: 64 stay, with 64 more 128.
// CHECK-LABEL: {{^}}@frees_one_of_two 128
func.func @frees_one_of_two(%c: i1) {
  %a = memref.alloc() : memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  call @consume_either(%c, %a, %b) : (i1, memref<16xf32>, memref<16xf32>) -> ()
  %d = memref.alloc() : memref<16xf32>
  return
}

// One buffer under two names goes once: the other one stays.
// CHECK-LABEL: {{^}}@two_names 128
func.func @two_names(%c: i1) {
  %a = memref.alloc() : memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  call @consume_either(%c, %a, %a) : (i1, memref<16xf32>, memref<16xf32>) -> ()
  %d = memref.alloc() : memref<16xf32>
  return
}

// Of an argument whose size has no bound nothing is known to go.
// CHECK-LABEL: {{^}}@larger_or_smaller 144
func.func @larger_or_smaller(%c: i1) {
  %a = memref.alloc() : memref<16xf32>
  %b = memref.alloc() : memref<4xf32>
  %av = memref.cast %a : memref<16xf32> to memref<?xf32>
  %bv = memref.cast %b : memref<4xf32> to memref<?xf32>
  %one = arith.select %c, %av, %bv : memref<?xf32>
  call @consume_dynamic(%one) : (memref<?xf32>) -> ()
  %d = memref.alloc() : memref<16xf32>
  return
}
func.func private @consume_dynamic(%a: memref<?xf32>) {
  memref.dealloc %a : memref<?xf32>
  return
}

// The caller's own argument is nothing that this function has.
// CHECK-LABEL: {{^}}@hands_on_an_argument 64 64
func.func @hands_on_an_argument(%a: memref<16xf32>) {
  %b = memref.alloc() : memref<16xf32>
  call @consume_first(%a, %b) : (memref<16xf32>, memref<16xf32>) -> ()
  return
}

// A buffer from elsewhere may be one that somebody else counts.
func.func private @consume_larger(%a: memref<16xf32>) -> memref<16xf32> {
  memref.dealloc %a : memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  return %b : memref<16xf32>
}
// CHECK-LABEL: {{^}}@from_memory 128
func.func @from_memory(%m: memref<memref<16xf32>>) {
  %a = memref.alloc() : memref<16xf32>
  memref.store %a, %m[] : memref<memref<16xf32>>
  %x = memref.load %m[] : memref<memref<16xf32>>
  %b = call @consume_larger(%x) : (memref<16xf32>) -> memref<16xf32>
  return
}

// Each round gives back what the round before it made; the first one what the
// caller made. Without the caller's 64 bytes, 64 in each round were too many.
// CHECK-LABEL: {{^}}@rotates 64
func.func @rotates(%a: memref<16xf32>, %n: index) -> memref<16xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %last = scf.for %i = %c0 to %n step %c1 iter_args(%old = %a) -> memref<16xf32> {
    %new = func.call @consume_larger(%old) : (memref<16xf32>) -> memref<16xf32>
    scf.yield %new : memref<16xf32>
  }
  return %last : memref<16xf32>
}

// A small argument is replaced by a large buffer once, not each round.
// CHECK-LABEL: {{^}}@grows_once 128
func.func @grows_once(%a: memref<4xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %av = memref.cast %a : memref<4xf32> to memref<?xf32>
  %last = scf.for %i = %c0 to %n step %c1 iter_args(%old = %av) -> memref<?xf32> {
    %new = memref.alloc() : memref<16xf32>
    memref.dealloc %old : memref<?xf32>
    %newv = memref.cast %new : memref<16xf32> to memref<?xf32>
    scf.yield %newv : memref<?xf32>
  }
  memref.dealloc %last : memref<?xf32>
  return
}

// Nothing is handed over in a round that only makes one more.
// CHECK-LABEL: {{^}}@leaks_each_round unbounded
func.func @leaks_each_round(%a: memref<16xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  memref.dealloc %a : memref<16xf32>
  scf.for %i = %c0 to %n step %c1 {
    %new = memref.alloc() : memref<16xf32>
  }
  return
}

// A value that may be two functions: it frees its argument only if both do.
func.func private @consume_nothing(%a: memref<16xf32>) {
  return
}
// CHECK-LABEL: {{^}}@one_of_two_functions 128
func.func @one_of_two_functions(%c: i1) {
  %f = func.constant @consume : (memref<16xf32>) -> ()
  %g = func.constant @consume_nothing : (memref<16xf32>) -> ()
  %h = arith.select %c, %f, %g : (memref<16xf32>) -> ()
  %a = memref.alloc() : memref<16xf32>
  call_indirect %h(%a) : (memref<16xf32>) -> ()
  %b = memref.alloc() : memref<16xf32>
  return
}

// Bodies at the same time: each has its buffer until it hands it over.
// CHECK-LABEL: {{^}}@in_parallel 256
func.func @in_parallel() {
  scf.forall (%i) in (4) {
    %a = memref.alloc() : memref<16xf32>
    func.call @consume(%a) : (memref<16xf32>) -> ()
  }
  return
}
