// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// Who owns a buffer after a call, and what that means for both estimates.

// CHECK-LABEL: {{^}}@make 64 64
func.func private @make() -> memref<16xf32> {
  %a = memref.alloc() : memref<16xf32>
  return %a : memref<16xf32>
}

// CHECK-LABEL: {{^}}@make_twice_removed 64 64
func.func private @make_twice_removed() -> memref<16xf32> {
  %a = call @make() : () -> memref<16xf32>
  return %a : memref<16xf32>
}

// A result counts in the caller until it is freed there.
// CHECK-LABEL: {{^}}@use_result 64 64
func.func @use_result() {
  %a = call @make() : () -> memref<16xf32>
  memref.dealloc %a : memref<16xf32>
  %b = call @make_twice_removed() : () -> memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  return
}

// CHECK-LABEL: {{^}}@two_results 128
// CHECK: 64 two_results#make_twice_removed
func.func @two_results() {
  %a = call @make_twice_removed() : () -> memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  memref.dealloc %a : memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  return
}

// CHECK-LABEL: {{^}}@result_in_a_loop 64
func.func @result_in_a_loop(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %a = func.call @make() : () -> memref<16xf32>
    memref.dealloc %a : memref<16xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@lost_result_in_a_loop 640
func.func @lost_result_in_a_loop() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  scf.for %i = %c0 to %c10 step %c1 {
    %a = func.call @make() : () -> memref<16xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@free_it 64 64 0 64
func.func private @free_it(%a: memref<16xf32>) {
  memref.dealloc %a : memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  return
}

// The callee frees the argument before its own peak: 64 at a time.
// CHECK-LABEL: {{^}}@callee_frees 64 64
func.func @callee_frees() {
  %a = memref.alloc() : memref<16xf32>
  call @free_it(%a) : (memref<16xf32>) -> ()
  return
}

// The same through one more call.
func.func private @pass_on(%a: memref<16xf32>) {
  call @free_it(%a) : (memref<16xf32>) -> ()
  return
}
// CHECK-LABEL: {{^}}@callee_of_callee_frees 64 64
func.func @callee_of_callee_frees() {
  %a = memref.alloc() : memref<16xf32>
  call @pass_on(%a) : (memref<16xf32>) -> ()
  return
}

func.func private @free_from_memory(%m: memref<memref<16xf32>>) {
  %a = memref.load %m[] : memref<memref<16xf32>>
  memref.dealloc %a : memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  return
}

// The same through memory, which the upper estimate does not see; the lower one
// must.
// CHECK-LABEL: {{^}}@callee_frees_from_memory 128 64
func.func @callee_frees_from_memory(%m: memref<memref<16xf32>>) {
  %a = memref.alloc() : memref<16xf32>
  memref.store %a, %m[] : memref<memref<16xf32>>
  call @free_from_memory(%m) : (memref<memref<16xf32>>) -> ()
  return
}

func.func private @same(%a: memref<16xf32>) -> memref<16xf32> {
  return %a : memref<16xf32>
}

// A callee that gives its argument back makes nothing new.
// CHECK-LABEL: {{^}}@argument_comes_back 64 64
func.func @argument_comes_back() {
  %a = memref.alloc() : memref<16xf32>
  %b = call @same(%a) : (memref<16xf32>) -> memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  %c = memref.alloc() : memref<16xf32>
  memref.dealloc %c : memref<16xf32>
  return
}

func.func private @either(%c: i1, %a: memref<16xf32>) -> memref<16xf32> {
  %b = memref.alloc() : memref<16xf32>
  %r = arith.select %c, %a, %b : memref<16xf32>
  return %r : memref<16xf32>
}

// Argument or fresh buffer: 128, and one of both stays.
// CHECK-LABEL: {{^}}@argument_or_fresh 192 128
func.func @argument_or_fresh(%c: i1) {
  %a = memref.alloc() : memref<16xf32>
  %b = call @either(%c, %a) : (i1, memref<16xf32>) -> memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  %d = memref.alloc() : memref<16xf32>
  %e = memref.alloc() : memref<16xf32>
  memref.dealloc %e : memref<16xf32>
  return
}

// The type of the result does not tell its size; the callee does.
func.func private @make_dynamic() -> memref<?xf32> {
  %a = memref.alloc() : memref<16xf32>
  %b = memref.cast %a : memref<16xf32> to memref<?xf32>
  return %b : memref<?xf32>
}
// CHECK-LABEL: {{^}}@dynamic_result 64 64
func.func @dynamic_result(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %a = func.call @make_dynamic() : () -> memref<?xf32>
    memref.dealloc %a : memref<?xf32>
  }
  return
}

// One of two sizes: only the smaller one surely goes, 48 bytes may stay.
func.func private @make_either(%c: i1) -> memref<?xf32> {
  %r = scf.if %c -> memref<?xf32> {
    %a = memref.alloc() : memref<16xf32>
    %b = memref.cast %a : memref<16xf32> to memref<?xf32>
    scf.yield %b : memref<?xf32>
  } else {
    %a = memref.alloc() : memref<4xf32>
    %b = memref.cast %a : memref<4xf32> to memref<?xf32>
    scf.yield %b : memref<?xf32>
  }
  return %r : memref<?xf32>
}
// CHECK-LABEL: {{^}}@either_size 112
func.func @either_size(%c: i1) {
  %a = call @make_either(%c) : (i1) -> memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  %b = call @make_either(%c) : (i1) -> memref<?xf32>
  memref.dealloc %b : memref<?xf32>
  return
}
