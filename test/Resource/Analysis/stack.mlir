// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rm -f %t.json
// RUN: langone-opt %s --allow-unregistered-dialect --langone-check-budget --langone-analyze-resources="report=%t.json table=false" -o %t.mlir
// RUN: %python %S/Inputs/stack_table.py %t.json | FileCheck %s

// Automatic memory: upper estimate, lower estimate, why there is no upper one.
//
// CHECK-LABEL: function upper lower budget verdict
module {
// Allocations add up; nothing is freed before the return.
// CHECK-NEXT: straight 96 96 4096 guarded
func.func @straight() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB, stack = 4 KiB>} {
  %a = memref.alloca() : memref<16xf32>
  %b = memref.alloca() : memref<8xf32>
  return
}

// A scope gives back what it took.
// CHECK-NEXT: scopes 128 128
func.func @scopes() {
  memref.alloca_scope {
    %a = memref.alloca() : memref<32xf32>
  }
  memref.alloca_scope {
    %b = memref.alloca() : memref<16xf32>
  }
  return
}

// scf.for is a scope of its own, one for each iteration.
// CHECK-NEXT: scoped_loop 64 64
func.func @scoped_loop(%n: index, %one: index) {
  scf.for %i = %one to %n step %one {
    %a = memref.alloca() : memref<16xf32>
  }
  return
}

// scf.while is none: each round may add.
// CHECK-NEXT: growing_loop none 64 automatic memory may grow with each round of this loop
func.func @growing_loop(%c: i1) {
  scf.while : () -> () {
    %a = memref.alloca() : memref<16xf32>
    scf.condition(%c)
  } do {
    scf.yield
  }
  return
}

// CHECK-NEXT: growing_graph none 64 automatic memory may grow with each round of this loop
func.func @growing_graph(%c: i1) {
  cf.br ^loop
^loop:
  %a = memref.alloca() : memref<16xf32>
  cf.cond_br %c, ^loop, ^end
^end:
  return
}

// What is needed for sure is what every path to a point has.
// CHECK-NEXT: branches 192 160
func.func @branches(%c: i1) {
  scf.if %c {
    %a = memref.alloca() : memref<16xf32>
  } else {
    %b = memref.alloca() : memref<8xf32>
  }
  %d = memref.alloca() : memref<32xf32>
  return
}

// CHECK-NEXT: calls 160 160
func.func @calls() {
  %a = memref.alloca() : memref<16xf32>
  call @straight() : () -> ()
  call @straight() : () -> ()
  return
}

// CHECK-NEXT: recursive none 64 the stack of '@recursive' is not known: it is recursive or has no body
func.func @recursive() {
  %a = memref.alloca() : memref<16xf32>
  call @recursive() : () -> ()
  return
}

// The bodies of a parallel loop may run on other threads' stacks: nothing adds up for sure.
// CHECK-NEXT: parallel 96 64
func.func @parallel(%n: index, %one: index) {
  %a = memref.alloca() : memref<16xf32>
  scf.parallel (%i) = (%one) to (%n) step (%one) {
    %b = memref.alloca() : memref<8xf32>
  }
  return
}

// CHECK-NEXT: asynchronous none 0 the body may run on another stack
func.func @asynchronous() {
  %token = async.execute {
    %a = memref.alloca() : memref<16xf32>
    async.yield
  }
  return
}

// CHECK-NEXT: unknown none 0 'test.op' may allocate automatic memory of unknown size
func.func @unknown() {
  "test.op"() : () -> ()
  return
}

// CHECK-NEXT: dynamic none 0 automatic memory of unknown size
func.func @dynamic(%n: index) {
  %a = memref.alloca(%n) : memref<?xf32>
  return
}

// Memory of another space may lie elsewhere.
// CHECK-NEXT: other_space 64 0
func.func @other_space() {
  %a = memref.alloca() : memref<16xf32, 5>
  return
}

// CHECK-NEXT: beyond_64_bits none 18446744073709551615 the bytes live here do not fit into 64 bits
func.func @beyond_64_bits() {
  %a = memref.alloca() : memref<4611686018427387903xf32>
  %b = memref.alloca() : memref<4611686018427387903xf32>
  return
}

// CHECK-NEXT: llvm_alloca 40 40
llvm.func @llvm_alloca() {
  %three = llvm.mlir.constant(3 : i64) : i64
  %a = llvm.alloca %three x !llvm.struct<(i32, i64)> : (i64) -> !llvm.ptr
  %saved = llvm.intr.stacksave : !llvm.ptr
  %one = llvm.mlir.constant(1 : i64) : i64
  llvm.br ^loop
^loop:
  %b = llvm.alloca %one x i32 : (i64) -> !llvm.ptr
  llvm.intr.stackrestore %saved : !llvm.ptr
  %c = llvm.icmp "eq" %b, %saved : !llvm.ptr
  llvm.cond_br %c, ^loop, ^end
^end:
  llvm.return
}

// CHECK-NEXT: llvm_dynamic none 0 automatic memory of unknown size
llvm.func @llvm_dynamic(%n: i64) {
  %a = llvm.alloca %n x i32 : (i64) -> !llvm.ptr
  llvm.return
}

// What is restored from elsewhere may be anything.
// CHECK-NEXT: unknown_restore 8 4
llvm.func @unknown_restore(%to: !llvm.ptr) {
  %one = llvm.mlir.constant(1 : i64) : i64
  %a = llvm.alloca %one x i32 : (i64) -> !llvm.ptr
  llvm.intr.stackrestore %to : !llvm.ptr
  %b = llvm.alloca %one x i32 : (i64) -> !llvm.ptr
  llvm.return
}
}
