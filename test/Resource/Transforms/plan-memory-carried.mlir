// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-plan-memory | FileCheck %s

// A buffer that is allocated in each round and known in the next must not have
// one place: two generations of it are alive.

// CHECK-LABEL: func.func @rotation
// CHECK-NOT: plan
// CHECK: memref.alloc
// CHECK: scf.for
// CHECK: memref.alloc
// CHECK: memref.dealloc
// CHECK: return
func.func @rotation(%n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %first = memref.alloc() : memref<16xf32>
  %last = scf.for %i = %c0 to %n step %c1 iter_args(%old = %first) -> memref<16xf32> {
    %new = memref.alloc() : memref<16xf32>
    memref.copy %old, %new : memref<16xf32> to memref<16xf32>
    memref.dealloc %old : memref<16xf32>
    scf.yield %new : memref<16xf32>
  }
  %v = memref.load %last[%c0] : memref<16xf32>
  memref.dealloc %last : memref<16xf32>
  return %v : f32
}

// CHECK-LABEL: func.func @while_rotation
// CHECK: scf.while
// CHECK: memref.alloc
func.func @while_rotation(%c: i1) -> memref<16xf32> {
  %first = memref.alloc() : memref<16xf32>
  %last = scf.while (%old = %first) : (memref<16xf32>) -> memref<16xf32> {
    scf.condition(%c) %old : memref<16xf32>
  } do {
  ^bb0(%old: memref<16xf32>):
    %new = memref.alloc() : memref<16xf32>
    memref.copy %old, %new : memref<16xf32> to memref<16xf32>
    scf.yield %new : memref<16xf32>
  }
  return %last : memref<16xf32>
}

// The block reads the buffer of the last round after it has written that of
// this one.
// CHECK-LABEL: func.func @block_of_its_own_loop
// CHECK: ^[[LOOP:.*]](%[[OLD:[a-z0-9_]+]]: memref<16xf32>):
// CHECK: %[[NEW:[a-z0-9_]+]] = memref.alloc
// CHECK: cf.cond_br %{{.*}}, ^[[LOOP]](%[[NEW]]
func.func @block_of_its_own_loop(%c: i1, %i: index, %x: f32) {
  %first = memref.alloc() : memref<16xf32>
  memref.store %x, %first[%i] : memref<16xf32>
  cf.br ^loop(%first : memref<16xf32>)
^loop(%old: memref<16xf32>):
  %new = memref.alloc() : memref<16xf32>
  memref.store %x, %new[%i] : memref<16xf32>
  %y = memref.load %old[%i] : memref<16xf32>
  cf.cond_br %c, ^loop(%new : memref<16xf32>), ^end
^end:
  return
}

// The last generation leaves the loop.
// CHECK-LABEL: func.func @last_of_all_rounds
// CHECK: scf.for
// CHECK: memref.alloc
func.func @last_of_all_rounds(%n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %first = memref.alloc() : memref<16xf32>
  %last = scf.for %i = %c0 to %n step %c1 iter_args(%unused = %first) -> memref<16xf32> {
    %new = memref.alloc() : memref<16xf32>
    scf.yield %new : memref<16xf32>
  }
  %v = memref.load %last[%c0] : memref<16xf32>
  return %v : f32
}

// Carried by the inner loop only, within one round of the outer.
// CHECK-LABEL: func.func @inner_loop
// CHECK-COUNT-2: scf.for
// CHECK: memref.alloc
func.func @inner_loop(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %first = memref.alloc() : memref<16xf32>
    %last = scf.for %j = %c0 to %n step %c1 iter_args(%old = %first) -> memref<16xf32> {
      %new = memref.alloc() : memref<16xf32>
      memref.copy %old, %new : memref<16xf32> to memref<16xf32>
      memref.dealloc %old : memref<16xf32>
      scf.yield %new : memref<16xf32>
    }
    memref.dealloc %last : memref<16xf32>
  }
  return
}
