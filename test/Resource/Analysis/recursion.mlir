// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// At most N activations at once: (N - 1) times what is live at the recursive
// call, and the most within one.

// CHECK-LABEL: {{^}}@declared 144 80
// CHECK-DAG: 64 declared#1
// CHECK-DAG: 16 declared#0
// CHECK-DAG: 48 declared#recursion
// CHECK-DAG: 16 declared#0
func.func @declared(%c: i1) attributes {langone_resource.recursion_depth = 5 : i64} {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  scf.if %c {
    func.call @declared(%c) : (i1) -> ()
  }
  memref.dealloc %a : memref<4xf32>
  return
}

// One activation is no recursion at all.
// CHECK-LABEL: {{^}}@once 16 16
func.func @once(%c: i1) attributes {langone_resource.recursion_depth = 1 : i64} {
  %a = memref.alloc() : memref<4xf32>
  scf.if %c {
    func.call @once(%c) : (i1) -> ()
  }
  memref.dealloc %a : memref<4xf32>
  return
}

// One after the other: only one of the two is under way.
// CHECK-LABEL: {{^}}@twice 48 16
func.func @twice(%c: i1) attributes {langone_resource.recursion_depth = 3 : i64} {
  %a = memref.alloc() : memref<4xf32>
  scf.if %c {
    func.call @twice(%c) : (i1) -> ()
    func.call @twice(%c) : (i1) -> ()
  }
  memref.dealloc %a : memref<4xf32>
  return
}

// Each call has what its own caller has: 16 and 32 in turn, twice each.
// CHECK-LABEL: {{^}}@even 96 16
// CHECK-LABEL: {{^}}@odd 96 32
func.func @even(%c: i1) attributes {langone_resource.recursion_depth = 4 : i64} {
  %a = memref.alloc() : memref<4xf32>
  scf.if %c {
    func.call @odd(%c) : (i1) -> ()
  }
  memref.dealloc %a : memref<4xf32>
  return
}
func.func @odd(%c: i1) {
  %a = memref.alloc() : memref<8xf32>
  scf.if %c {
    func.call @even(%c) : (i1) -> ()
  }
  memref.dealloc %a : memref<8xf32>
  return
}

// CHECK-LABEL: {{^}}@nothing_live 16 16
func.func @nothing_live(%c: i1) {
  scf.if %c {
    func.call @nothing_live(%c) : (i1) -> ()
  } else {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
  }
  return
}

// Each gets its buffer from the one inside, and frees it.
// CHECK-LABEL: {{^}}@hands_back 16 16
func.func @hands_back(%c: i1) -> memref<4xf32> {
  %r = scf.if %c -> memref<4xf32> {
    %inner = func.call @hands_back(%c) : (i1) -> memref<4xf32>
    memref.dealloc %inner : memref<4xf32>
    %b = memref.alloc() : memref<4xf32>
    scf.yield %b : memref<4xf32>
  } else {
    %b = memref.alloc() : memref<4xf32>
    scf.yield %b : memref<4xf32>
  }
  return %r : memref<4xf32>
}

// Each leaves one more behind.
// CHECK-LABEL: {{^}}@leaves_more unbounded
func.func @leaves_more(%c: i1) {
  scf.if %c {
    func.call @leaves_more(%c) : (i1) -> ()
  }
  %a = memref.alloc() : memref<4xf32>
  return
}

// Iterations that run at the same time recurse at the same time.
// CHECK-LABEL: {{^}}@in_parallel unbounded
// CHECK: unbounded: the recursive call may run several times at once
func.func @in_parallel(%c: i1) attributes {langone_resource.recursion_depth = 2 : i64} {
  %a = memref.alloc() : memref<4xf32>
  scf.forall (%i) in (2) {
    func.call @in_parallel(%c) : (i1) -> ()
  }
  memref.dealloc %a : memref<4xf32>
  return
}

// A depth that nothing could check is none.
// CHECK-LABEL: {{^}}@not_countable unbounded
// CHECK: unbounded: the depth of its recursion is not known
func.func @not_countable(%c: i1) attributes {langone_resource.recursion_depth = 2 : i64} {
  %self = func.constant @not_countable : (i1) -> ()
  %other = func.constant @outside : (i1) -> ()
  %f = arith.select %c, %self, %other : (i1) -> ()
  %a = memref.alloc() : memref<4xf32>
  scf.if %c {
    func.call_indirect %f(%c) : (i1) -> ()
  }
  memref.dealloc %a : memref<4xf32>
  return
}

func.func private @outside(%c: i1) {
  %a = memref.alloc() : memref<64xf32>
  memref.dealloc %a : memref<64xf32>
  return
}

// Another activation, or a function that is no part of the cycle.
// CHECK-LABEL: {{^}}@either unbounded
// CHECK-LABEL: {{^}}@either_of_nothing 256 0
func.func @either(%c: i1) {
  %f = func.constant @either : (i1) -> ()
  %g = func.constant @outside : (i1) -> ()
  %h = arith.select %c, %f, %g : (i1) -> ()
  %a = memref.alloc() : memref<4xf32>
  call_indirect %h(%c) : (i1) -> ()
  memref.dealloc %a : memref<4xf32>
  return
}
func.func @either_of_nothing(%c: i1) {
  %f = func.constant @either_of_nothing : (i1) -> ()
  %g = func.constant @outside : (i1) -> ()
  %h = arith.select %c, %f, %g : (i1) -> ()
  call_indirect %h(%c) : (i1) -> ()
  return
}

// From 7 down to 1 by at least 2: 7, 5, 3, 1.
// CHECK-LABEL: {{^}}@goes_down 64 16
func.func private @goes_down(%n: index, %c: i1) {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %a = memref.alloc() : memref<4xf32>
  %more = arith.cmpi ugt, %n, %c1 : index
  scf.if %more {
    %less = arith.subi %n, %c2 : index
    func.call @goes_down(%less, %c) : (index, i1) -> ()
  }
  memref.dealloc %a : memref<4xf32>
  return
}
// CHECK-LABEL: {{^}}@starts_at_seven 64 16
func.func @starts_at_seven(%c: i1) {
  %c7 = arith.constant 7 : index
  %c3 = arith.constant 3 : index
  call @goes_down(%c7, %c) : (index, i1) -> ()
  call @goes_down(%c3, %c) : (index, i1) -> ()
  return
}

// Unsigned, below zero is far up.
// CHECK-LABEL: {{^}}@passes_zero unbounded
func.func private @passes_zero(%n: index) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %a = memref.alloc() : memref<4xf32>
  %more = arith.cmpi ugt, %n, %c0 : index
  scf.if %more {
    %less = arith.subi %n, %c2 : index
    func.call @passes_zero(%less) : (index) -> ()
  }
  memref.dealloc %a : memref<4xf32>
  return
}
func.func @starts_at_odd() {
  %c7 = arith.constant 7 : index
  call @passes_zero(%c7) : (index) -> ()
  return
}

// Two ways down, which may follow each other: from 20 by 1 above 10, by 5 above
// 0, and the slower step to the lower floor bounds them both.
// CHECK-LABEL: {{^}}@two_ways 336 16
func.func private @two_ways(%n: i64) {
  %c0 = arith.constant 0 : i64
  %c1 = arith.constant 1 : i64
  %c5 = arith.constant 5 : i64
  %c10 = arith.constant 10 : i64
  %a = memref.alloc() : memref<4xf32>
  %slow = arith.cmpi sgt, %n, %c10 : i64
  scf.if %slow {
    %less = arith.subi %n, %c1 : i64
    func.call @two_ways(%less) : (i64) -> ()
  } else {
    %fast = arith.cmpi sgt, %n, %c0 : i64
    scf.if %fast {
      %less = arith.subi %n, %c5 : i64
      func.call @two_ways(%less) : (i64) -> ()
    }
  }
  memref.dealloc %a : memref<4xf32>
  return
}
func.func @starts_at_twenty() {
  %c20 = arith.constant 20 : i64
  call @two_ways(%c20) : (i64) -> ()
  return
}

// Nothing is live at the call in the first round, but what the rounds before the
// last one left is: 3 * (16 + 64). The peak is in the call, before its loop.
// CHECK-LABEL: {{^}}@grows_before_the_call 1240 1000
func.func @grows_before_the_call(%c: i1) attributes {langone_resource.recursion_depth = 2 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %t = memref.alloc() : memref<1000xi8>
  memref.dealloc %t : memref<1000xi8>
  scf.for %i = %c0 to %c4 step %c1 {
    scf.if %c {
      func.call @grows_before_the_call(%c) : (i1) -> ()
    }
    %a = memref.alloc() : memref<16xi8>
  }
  return
}

// Each caller calls itself, or the other: then the larger may follow itself.
// CHECK-LABEL: {{^}}@small 112 16
// CHECK-LABEL: {{^}}@large 128 32
func.func @small(%c: i1) attributes {langone_resource.recursion_depth = 4 : i64} {
  %a = memref.alloc() : memref<4xf32>
  scf.if %c {
    func.call @large(%c) : (i1) -> ()
  }
  memref.dealloc %a : memref<4xf32>
  return
}
func.func @large(%c: i1) {
  %a = memref.alloc() : memref<8xf32>
  scf.if %c {
    func.call @small(%c) : (i1) -> ()
  } else {
    func.call @large(%c) : (i1) -> ()
  }
  memref.dealloc %a : memref<8xf32>
  return
}

// More levels than are followed one by one: each has at most 32.
// CHECK-LABEL: {{^}}@deep_even 30951424 16
func.func @deep_even(%c: i1) attributes {langone_resource.recursion_depth = 1000000 : i64} {
  %a = memref.alloc() : memref<4xf32>
  scf.if %c {
    func.call @deep_odd(%c) : (i1) -> ()
  }
  memref.dealloc %a : memref<4xf32>
  return
}
func.func @deep_odd(%c: i1) {
  %a = memref.alloc() : memref<8xf32>
  scf.if %c {
    func.call @deep_even(%c) : (i1) -> ()
  }
  memref.dealloc %a : memref<8xf32>
  return
}

// Each frees what it got before it makes another one for the next: never two,
// however deep.
// CHECK-LABEL: {{^}}@passes_on 16
func.func @passes_on(%c: i1, %a: memref<4xf32>) {
  memref.dealloc %a : memref<4xf32>
  scf.if %c {
    %b = memref.alloc() : memref<4xf32>
    func.call @passes_on(%c, %b) : (i1, memref<4xf32>) -> ()
  }
  return
}

// Each frees what it got when the call is over: one for each activation, and the
// last one makes one more.
// CHECK-LABEL: {{^}}@frees_late unbounded
// CHECK-LABEL: {{^}}@frees_late_to_depth 64
func.func @frees_late(%c: i1, %a: memref<4xf32>) {
  scf.if %c {
    %b = memref.alloc() : memref<4xf32>
    func.call @frees_late(%c, %b) : (i1, memref<4xf32>) -> ()
  }
  memref.dealloc %a : memref<4xf32>
  return
}
func.func @frees_late_to_depth(%c: i1, %a: memref<4xf32>) attributes {langone_resource.recursion_depth = 4 : i64} {
  scf.if %c {
    %b = memref.alloc() : memref<4xf32>
    func.call @frees_late_to_depth(%c, %b) : (i1, memref<4xf32>) -> ()
  }
  memref.dealloc %a : memref<4xf32>
  return
}

// It frees the argument, or leaves it: more is left the deeper it goes.
// CHECK-LABEL: {{^}}@frees_on_one_path unbounded
func.func @frees_on_one_path(%c: i1, %a: memref<4xf32>) {
  scf.if %c {
    %b = memref.alloc() : memref<4xf32>
    func.call @frees_on_one_path(%c, %b) : (i1, memref<4xf32>) -> ()
  } else {
    memref.dealloc %a : memref<4xf32>
  }
  return
}

// The size of what comes back is that of the function itself, whatever its type.
// CHECK-LABEL: {{^}}@hands_back_dynamic 16
func.func @hands_back_dynamic(%c: i1) -> memref<?xf32> {
  scf.if %c {
    %inner = func.call @hands_back_dynamic(%c) : (i1) -> memref<?xf32>
    memref.dealloc %inner : memref<?xf32>
  }
  %a = memref.alloc() : memref<4xf32>
  %b = memref.cast %a : memref<4xf32> to memref<?xf32>
  return %b : memref<?xf32>
}

// The smaller of two comes back from below: what is left of the larger one grows.
// CHECK-LABEL: {{^}}@hands_back_either unbounded
func.func @hands_back_either(%c: i1) -> memref<?xf32> {
  scf.if %c {
    %inner = func.call @hands_back_either(%c) : (i1) -> memref<?xf32>
    memref.dealloc %inner : memref<?xf32>
  }
  %r = scf.if %c -> memref<?xf32> {
    %a = memref.alloc() : memref<4xf32>
    %b = memref.cast %a : memref<4xf32> to memref<?xf32>
    scf.yield %b : memref<?xf32>
  } else {
    %a = memref.alloc() : memref<8xf32>
    %b = memref.cast %a : memref<8xf32> to memref<?xf32>
    scf.yield %b : memref<?xf32>
  }
  return %r : memref<?xf32>
}
