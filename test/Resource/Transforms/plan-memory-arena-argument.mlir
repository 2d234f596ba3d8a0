// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-plan-memory=arena=argument -split-input-file | FileCheck %s

// The caller provides the arena, and learns what it has to be like.

// CHECK-LABEL: func.func @infer
// CHECK-SAME: %[[X:[a-z0-9_]+]]: memref<4xf32>, %[[ARENA:[a-z0-9_]+]]: memref<67xi8>) -> f32
// CHECK-SAME: plan<arena = 67, alignment = 64, lower_bound = {{[0-9]+}}, placement = argument
// CHECK-NOT: arena.acquire
// CHECK: memref.view %[[ARENA]]
// CHECK-NOT: arena.release
// CHECK: return
// CHECK-LABEL: func.func @infer_arena_requirements() -> (index, index)
// CHECK-SAME: llvm.emit_c_interface
// CHECK-NOT: plan
// CHECK-DAG: %[[SIZE:.*]] = arith.constant 67 : index
// CHECK-DAG: %[[ALIGNMENT:.*]] = arith.constant 64 : index
// CHECK: return %[[SIZE]], %[[ALIGNMENT]] : index, index
func.func @infer(%x: memref<4xf32>) -> f32 attributes {llvm.emit_c_interface} {
  %c0 = arith.constant 0 : index
  %a = memref.alloc() : memref<3xi8>
  %b = memref.alloc() : memref<3xi8>
  memref.copy %a, %b : memref<3xi8> to memref<3xi8>
  %v = memref.load %x[%c0] : memref<4xf32>
  return %v : f32
}

// -----

// One argument serves callers of both kinds: nothing is split.
// CHECK-LABEL: func.func @shared
// CHECK-SAME: memref<64xi8>
// CHECK-NOT: in_arena
// CHECK-LABEL: func.func @shared_arena_requirements
func.func @shared() {
  %a = memref.alloc() : memref<16xf32>
  return
}
// CHECK-LABEL: func.func @caller
// CHECK-SAME: %[[ARENA:[a-z0-9_]+]]: memref<64xi8>
// CHECK: %[[SLICE:[a-z0-9_]+]] = memref.view %[[ARENA]]
// CHECK: call @shared(%[[SLICE]])
func.func @caller() {
  call @shared() : () -> ()
  return
}

// -----

// Nothing to plan, nothing to provide.
// CHECK-LABEL: func.func @nothing()
// CHECK-NOT: requirements
func.func @nothing() {
  return
}

// -----

// A private callee has no requirements of its own.
// CHECK-LABEL: func.func private @callee
// CHECK-NOT: callee_arena_requirements
func.func private @callee() {
  %a = memref.alloc() : memref<16xf32>
  return
}
// CHECK: @entry_arena_requirements
func.func @entry() {
  call @callee() : () -> ()
  return
}

// -----

// A function that some callers cannot hand an arena to stays as it is.
// CHECK-LABEL: func.func private @by_address()
// CHECK: memref.alloc
func.func private @by_address() {
  %a = memref.alloc() : memref<16xf32>
  return
}
func.func @takes_address() {
  %f = func.constant @by_address : () -> ()
  call_indirect %f() : () -> ()
  return
}

// -----

// CHECK-LABEL: func.func @in_parallel()
// CHECK: memref.alloc
func.func @in_parallel() {
  %a = memref.alloc() : memref<16xf32>
  return
}
func.func @parallel(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    func.call @in_parallel() : () -> ()
  }
  return
}

// -----

// CHECK-LABEL: func.func @by_recursion()
// CHECK: memref.alloc
func.func @by_recursion() {
  %a = memref.alloc() : memref<16xf32>
  return
}
func.func @recursive() {
  call @by_recursion() : () -> ()
  call @recursive() : () -> ()
  return
}
