// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// A buffer that is allocated and freed in the body costs once.
// CHECK-LABEL: {{^}}@within_the_body 16 16
func.func @within_the_body(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
  }
  return
}

// Ping-pong: the old buffer is freed when the new one is there.
// CHECK-LABEL: {{^}}@rotation 32 32
func.func @rotation(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %first = memref.alloc() : memref<4xf32>
  %last = scf.for %i = %c0 to %n step %c1 iter_args(%old = %first) -> memref<4xf32> {
    %new = memref.alloc() : memref<4xf32>
    memref.dealloc %old : memref<4xf32>
    scf.yield %new : memref<4xf32>
  }
  memref.dealloc %last : memref<4xf32>
  return
}

// Two buffers that change places.
// CHECK-LABEL: {{^}}@swap 32 32
func.func @swap(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<4xf32>
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%x = %a, %y = %b) -> (memref<4xf32>, memref<4xf32>) {
    scf.yield %y, %x : memref<4xf32>, memref<4xf32>
  }
  memref.dealloc %r#0 : memref<4xf32>
  memref.dealloc %r#1 : memref<4xf32>
  return
}

// CHECK-LABEL: {{^}}@counted_leak 160 160
// CHECK: 144 counted_leak#iterations
// CHECK: 16 counted_leak#0
func.func @counted_leak() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  scf.for %i = %c0 to %c10 step %c1 {
    %a = memref.alloc() : memref<4xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@counted_leak_with_step 64 64
func.func @counted_leak_with_step() {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %c10 = arith.constant 10 : index
  scf.for %i = %c0 to %c10 step %c3 {
    %a = memref.alloc() : memref<4xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@nested_counted_leak 96 96
func.func @nested_counted_leak() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  scf.for %i = %c0 to %c2 step %c1 {
    scf.for %j = %c0 to %c3 step %c1 {
      %a = memref.alloc() : memref<4xf32>
    }
  }
  return
}

// CHECK-LABEL: {{^}}@leak_in_one_branch 160 16
func.func @leak_in_one_branch(%c: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  scf.for %i = %c0 to %c10 step %c1 {
    scf.if %c {
      %a = memref.alloc() : memref<4xf32>
    }
  }
  return
}

// CHECK-LABEL: {{^}}@never_runs 0 0
func.func @never_runs() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c1 to %c0 step %c1 {
    %a = memref.alloc() : memref<4xf32>
  }
  return
}

// The comparison decides: as unsigned numbers, 200 rounds; as signed, none.
// CHECK-LABEL: {{^}}@unsigned_bounds 200 200
func.func @unsigned_bounds() {
  %c0 = arith.constant 0 : i8
  %c1 = arith.constant 1 : i8
  %c200 = arith.constant 200 : i8
  scf.for unsigned %i = %c0 to %c200 step %c1 : i8 {
    %a = memref.alloc() : memref<1xi8>
  }
  return
}

// CHECK-LABEL: {{^}}@signed_bounds 0 0
func.func @signed_bounds() {
  %c0 = arith.constant 0 : i8
  %c1 = arith.constant 1 : i8
  %c200 = arith.constant 200 : i8
  scf.for %i = %c0 to %c200 step %c1 : i8 {
    %a = memref.alloc() : memref<1xi8>
  }
  return
}

// One round for sure counts for the lower bound.
// CHECK-LABEL: {{^}}@unknown_leak unbounded 16
// CHECK: unbounded: memory may grow with each round of this loop ({{.*}}loops.mlir:[[#@LINE+4]]:3)
func.func @unknown_leak(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %a = memref.alloc() : memref<4xf32>
  }
  return
}

// The size of what rotates changes: both generations count as the larger one.
// CHECK-LABEL: {{^}}@growing_rotation 128 80
// CHECK: 64 growing_rotation#0 memref<4xf32>
// CHECK: 64 growing_rotation#1 memref<16xf32>
func.func @growing_rotation(%n: index, %c: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc() : memref<4xf32>
  %first = memref.cast %a : memref<4xf32> to memref<?xf32>
  %last = scf.for %i = %c0 to %n step %c1 iter_args(%old = %first) -> memref<?xf32> {
    %b = memref.alloc() : memref<16xf32>
    %new = memref.cast %b : memref<16xf32> to memref<?xf32>
    memref.dealloc %old : memref<?xf32>
    scf.yield %new : memref<?xf32>
  }
  memref.dealloc %last : memref<?xf32>
  return
}

// CHECK-LABEL: {{^}}@affine_loop 64 64
func.func @affine_loop() {
  affine.for %i = 0 to 10 step 3 {
    %a = memref.alloc() : memref<4xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@affine_unknown unbounded 16
func.func @affine_unknown(%n: index) {
  affine.for %i = 0 to %n {
    %a = memref.alloc() : memref<4xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@while_rotation 32 32
func.func @while_rotation(%c: i1) {
  %first = memref.alloc() : memref<4xf32>
  %last = scf.while (%old = %first) : (memref<4xf32>) -> memref<4xf32> {
    scf.condition(%c) %old : memref<4xf32>
  } do {
  ^bb0(%old: memref<4xf32>):
    %new = memref.alloc() : memref<4xf32>
    memref.dealloc %old : memref<4xf32>
    scf.yield %new : memref<4xf32>
  }
  memref.dealloc %last : memref<4xf32>
  return
}

// Both regions of a loop count.
// CHECK-LABEL: {{^}}@while_condition_allocates 16 16
func.func @while_condition_allocates(%c: i1) {
  scf.while : () -> () {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
    scf.condition(%c)
  } do {
    %b = memref.alloc() : memref<2xf32>
    memref.dealloc %b : memref<2xf32>
    scf.yield
  }
  return
}

// CHECK-LABEL: {{^}}@while_leak unbounded 16
func.func @while_leak(%c: i1) {
  scf.while : () -> () {
    scf.condition(%c)
  } do {
    %b = memref.alloc() : memref<4xf32>
    scf.yield
  }
  return
}
