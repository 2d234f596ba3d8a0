// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// A call of a value costs the worst of what it may call.

func.func private @small() {
  %a = memref.alloc() : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  return
}
func.func private @large() {
  %a = memref.alloc() : memref<16xf32>
  memref.dealloc %a : memref<16xf32>
  return
}
func.func private @outside()

// CHECK-LABEL: {{^}}@constant 64 64
func.func @constant() {
  %f = func.constant @large : () -> ()
  call_indirect %f() : () -> ()
  return
}

// CHECK-LABEL: {{^}}@select 64 16
func.func @select(%c: i1) {
  %f = func.constant @small : () -> ()
  %g = func.constant @large : () -> ()
  %h = arith.select %c, %f, %g : () -> ()
  call_indirect %h() : () -> ()
  return
}

// CHECK-LABEL: {{^}}@blocks 64 16
func.func @blocks(%c: i1) {
  %f = func.constant @small : () -> ()
  %g = func.constant @large : () -> ()
  cf.cond_br %c, ^a(%f : () -> ()), ^a(%g : () -> ())
^a(%h: () -> ()):
  call_indirect %h() : () -> ()
  cf.cond_br %c, ^a(%h : () -> ()), ^b
^b:
  return
}

// CHECK-LABEL: {{^}}@regions 64 16
func.func @regions(%c: i1, %n: index) {
  %f = func.constant @small : () -> ()
  %g = func.constant @large : () -> ()
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %h = scf.for %i = %c0 to %n step %c1 iter_args(%old = %f) -> (() -> ()) {
    func.call_indirect %old() : () -> ()
    %new = scf.if %c -> (() -> ()) {
      scf.yield %g : () -> ()
    } else {
      scf.yield %old : () -> ()
    }
    scf.yield %new : () -> ()
  }
  call_indirect %h() : () -> ()
  return
}

// One that nobody knows spoils them all.
// CHECK-LABEL: {{^}}@unknown_target unbounded 0
// CHECK: unbounded: the callee is not known
func.func @unknown_target(%c: i1) {
  %f = func.constant @small : () -> ()
  %g = func.constant @outside : () -> ()
  %h = arith.select %c, %f, %g : () -> ()
  call_indirect %h() : () -> ()
  return
}

// CHECK-LABEL: {{^}}@from_a_caller unbounded 0
// CHECK: unbounded: the callee is not known
func.func @from_a_caller(%c: i1, %f: () -> ()) {
  %g = func.constant @small : () -> ()
  %h = arith.select %c, %f, %g : () -> ()
  call_indirect %h() : () -> ()
  return
}

func.func private @keep(%m: memref<4xf32>) {
  return
}
func.func private @free(%m: memref<4xf32>) {
  memref.dealloc %m : memref<4xf32>
  return
}

// What one of them may free is not there for sure, nor gone for sure.
// CHECK-LABEL: {{^}}@may_free 48 32
func.func @may_free(%c: i1) {
  %f = func.constant @keep : (memref<4xf32>) -> ()
  %g = func.constant @free : (memref<4xf32>) -> ()
  %h = arith.select %c, %f, %g : (memref<4xf32>) -> ()
  %a = memref.alloc() : memref<4xf32>
  call_indirect %h(%a) : (memref<4xf32>) -> ()
  %b = memref.alloc() : memref<4xf32>
  memref.dealloc %b : memref<4xf32>
  %d = memref.alloc() : memref<8xf32>
  memref.dealloc %d : memref<8xf32>
  return
}

// A cycle through a value is recursion.
// CHECK-LABEL: {{^}}@through_a_value unbounded 16
// CHECK: unbounded: the depth of its recursion is not known
func.func @through_a_value(%c: i1) {
  %f = func.constant @through_a_value : (i1) -> ()
  %a = memref.alloc() : memref<4xf32>
  scf.if %c {
    func.call_indirect %f(%c) : (i1) -> ()
  }
  memref.dealloc %a : memref<4xf32>
  return
}
