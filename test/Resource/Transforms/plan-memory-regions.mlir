// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-plan-memory -split-input-file | FileCheck %s

// Lifetimes across branches and loops.

// Branches never live together.
// CHECK-LABEL: func.func @branches
// CHECK-SAME: plan<arena = 64,
// CHECK-NOT: memref.alloc
func.func @branches(%c: i1, %i: index, %x: f32) {
  scf.if %c {
    %a = memref.alloc() : memref<16xf32>
    memref.store %x, %a[%i] : memref<16xf32>
    memref.dealloc %a : memref<16xf32>
  } else {
    %b = memref.alloc() : memref<16xf32>
    memref.store %x, %b[%i] : memref<16xf32>
    memref.dealloc %b : memref<16xf32>
  }
  return
}

// A buffer from before is live in both, if only one uses it.
// CHECK-LABEL: func.func @live_across_branches
// CHECK-SAME: plan<arena = 128,
func.func @live_across_branches(%c: i1, %i: index, %x: f32) {
  %a = memref.alloc() : memref<16xf32>
  scf.if %c {
    %b = memref.alloc() : memref<16xf32>
    memref.store %x, %b[%i] : memref<16xf32>
    memref.dealloc %b : memref<16xf32>
  } else {
    memref.store %x, %a[%i] : memref<16xf32>
  }
  memref.dealloc %a : memref<16xf32>
  return
}

// Two buffers that leave their branches under one name.
// CHECK-LABEL: func.func @yielded
// CHECK-NOT: memref.alloc
// CHECK-NOT: memref.dealloc
// CHECK: return
func.func @yielded(%c: i1, %i: index) -> f32 {
  %r = scf.if %c -> memref<16xf32> {
    %a = memref.alloc() : memref<16xf32>
    scf.yield %a : memref<16xf32>
  } else {
    %b = memref.alloc() : memref<16xf32>
    scf.yield %b : memref<16xf32>
  }
  %x = memref.load %r[%i] : memref<16xf32>
  memref.dealloc %r : memref<16xf32>
  return %x : f32
}

// -----

// One place for all rounds.
// CHECK-LABEL: func.func @in_a_loop
// CHECK-SAME: plan<arena = 64,
// CHECK: %[[ARENA:[a-z0-9_]+]] = langone_resource.arena.acquire : memref<64xi8>
// CHECK: scf.for
// CHECK-NEXT: memref.view %[[ARENA]]
func.func @in_a_loop(%n: index, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %a = memref.alloc() : memref<16xf32>
    memref.store %x, %a[%c0] : memref<16xf32>
    memref.dealloc %a : memref<16xf32>
  }
  return
}

// What comes from outside is needed again in the next round.
// CHECK-LABEL: func.func @live_through_a_loop
// CHECK-SAME: plan<arena = 128,
func.func @live_through_a_loop(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc() : memref<16xf32>
  scf.for %i = %c0 to %n step %c1 {
    %x = memref.load %a[%i] : memref<16xf32>
    %b = memref.alloc() : memref<16xf32>
    memref.store %x, %b[%i] : memref<16xf32>
  }
  return
}

// After the loop it is not.
// CHECK-LABEL: func.func @dead_after_a_loop
// CHECK-SAME: plan<arena = 64,
func.func @dead_after_a_loop(%n: index, %y: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc() : memref<16xf32>
  scf.for %i = %c0 to %n step %c1 {
    %x = memref.load %a[%i] : memref<16xf32>
  }
  %b = memref.alloc() : memref<16xf32>
  memref.store %y, %b[%c0] : memref<16xf32>
  return
}

// -----

// Buffers that change places from round to round, both from outside.
// CHECK-LABEL: func.func @ping_pong_from_outside
// CHECK-SAME: plan<arena = 128,
// CHECK-NOT: memref.alloc
func.func @ping_pong_from_outside(%n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc() : memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%x = %a, %y = %b) -> (memref<16xf32>, memref<16xf32>) {
    memref.copy %x, %y : memref<16xf32> to memref<16xf32>
    scf.yield %y, %x : memref<16xf32>, memref<16xf32>
  }
  %v = memref.load %r#0[%c0] : memref<16xf32>
  memref.dealloc %r#0 : memref<16xf32>
  memref.dealloc %r#1 : memref<16xf32>
  return %v : f32
}

// -----

// Blocks that run one after the other, or one or the other.
// CHECK-LABEL: func.func @blocks
// CHECK-SAME: plan<arena = 64,
// CHECK-NOT: memref.alloc
func.func @blocks(%c: i1, %i: index, %x: f32) {
  cf.cond_br %c, ^left, ^right
^left:
  %a = memref.alloc() : memref<16xf32>
  memref.store %x, %a[%i] : memref<16xf32>
  memref.dealloc %a : memref<16xf32>
  cf.br ^join
^right:
  %b = memref.alloc() : memref<16xf32>
  memref.store %x, %b[%i] : memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  cf.br ^join
^join:
  %d = memref.alloc() : memref<16xf32>
  memref.store %x, %d[%i] : memref<16xf32>
  memref.dealloc %d : memref<16xf32>
  return
}

// Blocks run in any order: what the entry allocates lives to the end.
// CHECK-LABEL: func.func @live_across_blocks
// CHECK-SAME: plan<arena = 128,
func.func @live_across_blocks(%c: i1, %i: index, %x: f32) {
  %a = memref.alloc() : memref<16xf32>
  cf.br ^head
^head:
  cf.cond_br %c, ^body, ^end
^body:
  memref.store %x, %a[%i] : memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  memref.store %x, %b[%i] : memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  cf.br ^head
^end:
  return
}

// -----

// CHECK-LABEL: func.func @region_in_between
// CHECK-SAME: plan<arena = 64,
// CHECK-NOT: memref.alloc
func.func @region_in_between(%i: index) -> f32 {
  %r = scf.execute_region -> memref<16xf32> {
    %a = memref.alloc() : memref<16xf32>
    scf.yield %a : memref<16xf32>
  }
  %x = memref.load %r[%i] : memref<16xf32>
  memref.dealloc %r : memref<16xf32>
  return %x : f32
}
