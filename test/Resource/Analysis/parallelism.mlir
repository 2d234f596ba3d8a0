// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// How many bodies run at once: by the trip count, or as declared.

// CHECK-LABEL: {{^}}@affine 128 16
func.func @affine() {
  affine.parallel (%i, %j) = (0, 0) to (10, 2) step (3, 1) {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@affine_never_runs 0 0
func.func @affine_never_runs() {
  affine.parallel (%i) = (5) to (5) {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@on_the_op 64 16
func.func @on_the_op(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
  } {langone_resource.parallelism = 4 : i64}
  return
}

// CHECK-LABEL: {{^}}@fewer_iterations 32 16
func.func @fewer_iterations() attributes {langone_resource.parallelism = 4 : i64} {
  scf.forall (%i) in (2) {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
  }
  return
}

// The nearest declaration counts, and nested bodies multiply.
// CHECK-LABEL: {{^}}@nested 96 16
func.func @nested(%n: index) attributes {langone_resource.parallelism = 3 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    scf.parallel (%j) = (%c0) to (%n) step (%c1) {
      %a = memref.alloc() : memref<4xf32>
      memref.dealloc %a : memref<4xf32>
    } {langone_resource.parallelism = 2 : i64}
  }
  return
}

// Two at their peak of 48, the eight others have left their 16.
// CHECK-LABEL: {{^}}@leaves_behind 224 48
func.func @leaves_behind() attributes {langone_resource.parallelism = 2 : i64} {
  scf.forall (%i) in (10) {
    %a = memref.alloc() : memref<4xf32>
    %b = memref.alloc() : memref<8xf32>
    memref.dealloc %b : memref<8xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@leaves_unknown unbounded 16
// CHECK: unbounded: each body of 'scf.forall' leaves memory behind, and how many there are is not known
func.func @leaves_unknown(%n: index) attributes {langone_resource.parallelism = 2 : i64} {
  scf.forall (%i) in (%n) {
    %a = memref.alloc() : memref<4xf32>
  }
  return
}

// Until a task is awaited it may be at its peak.
// CHECK-LABEL: {{^}}@awaited 96 64
func.func @awaited() {
  %t = async.execute {
    %a = memref.alloc() : memref<8xf32>
    memref.dealloc %a : memref<8xf32>
    async.yield
  }
  %b = memref.alloc() : memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  async.await %t : !async.token
  %c = memref.alloc() : memref<16xf32>
  memref.dealloc %c : memref<16xf32>
  return
}

// The one that is awaited has waited for the other.
// CHECK-LABEL: {{^}}@depends 80 80
func.func @depends() {
  %t = async.execute {
    %a = memref.alloc() : memref<8xf32>
    memref.dealloc %a : memref<8xf32>
    async.yield
  }
  %u = async.execute [%t] {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
    async.yield
  }
  async.await %u : !async.token
  %c = memref.alloc() : memref<20xf32>
  memref.dealloc %c : memref<20xf32>
  return
}

// Started in each round, awaited after the last: they add up.
// CHECK-LABEL: {{^}}@awaited_elsewhere unbounded
func.func @awaited_elsewhere(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %g = async.create_group %n : !async.group
  scf.for %i = %c0 to %n step %c1 {
    %t = async.execute {
      %a = memref.alloc() : memref<8xf32>
      memref.dealloc %a : memref<8xf32>
      async.yield
    }
    %0 = async.add_to_group %t, %g : !async.token
  }
  async.await_all %g
  return
}
