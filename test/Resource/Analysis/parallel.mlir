// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// All iterations may be at their peak at the same time; one is for sure.

// CHECK-LABEL: {{^}}@parallel 160 16
func.func @parallel() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c5 = arith.constant 5 : index
  scf.parallel (%i, %j) = (%c0, %c0) to (%c2, %c5) step (%c1, %c1) {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@parallel_with_step 96 16
func.func @parallel_with_step() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c5 = arith.constant 5 : index
  scf.parallel (%i, %j) = (%c0, %c0) to (%c2, %c5) step (%c1, %c2) {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@parallel_around_live 176 32
func.func @parallel_around_live() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  %b = memref.alloc() : memref<4xf32>
  scf.parallel (%i) = (%c0) to (%c10) step (%c1) {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
  }
  memref.dealloc %b : memref<4xf32>
  return
}

// CHECK-LABEL: {{^}}@parallel_unknown unbounded 16
// CHECK: unbounded: the body of 'scf.parallel' allocates, and how many run at the same time is not known
func.func @parallel_unknown(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@parallel_without_allocation 0 0
func.func @parallel_without_allocation(%n: index, %m: memref<4xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    memref.store %x, %m[%i] : memref<4xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@parallel_never_runs 0 0
func.func @parallel_never_runs() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%c0) step (%c1) {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@forall 336 16
func.func @forall() {
  scf.forall (%i, %j) in (3, 7) {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@forall_unknown unbounded 16
func.func @forall_unknown(%n: index) {
  scf.forall (%i, %j) in (3, %n) {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@affine_parallel_unknown unbounded 16
func.func @affine_parallel_unknown(%n: index) {
  affine.parallel (%i) = (0) to (%n) {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
  }
  return
}

// Leaks of all iterations stay.
// CHECK-LABEL: {{^}}@parallel_leak 176 16
func.func @parallel_leak() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  scf.parallel (%i) = (%c0) to (%c10) step (%c1) {
    %a = memref.alloc() : memref<4xf32>
  }
  %b = memref.alloc() : memref<4xf32>
  memref.dealloc %b : memref<4xf32>
  return
}

// The body may go on after the op.
// CHECK-LABEL: {{^}}@asynchronous 16 16
// CHECK: 16 asynchronous#task
func.func @asynchronous() {
  %t = async.execute {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
    async.yield
  }
  return
}

// With a task, those are over that it has waited for, whatever it costs itself.
// CHECK-LABEL: {{^}}@awaited_by_a_task 16 16
func.func @awaited_by_a_task() {
  %t = async.execute {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
    async.yield
  }
  %u = async.execute [%t] {
    async.yield
  }
  async.await %u : !async.token
  %b = memref.alloc() : memref<4xf32>
  memref.dealloc %b : memref<4xf32>
  return
}

// To wait costs nothing. A task that is awaited in another block counts until the
// function is left.
// CHECK-LABEL: {{^}}@awaited_in_another_block 32 16
func.func @awaited_in_another_block(%c: i1) {
  %t = async.execute {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
    async.yield
  }
  scf.if %c {
    async.await %t : !async.token
  }
  %b = memref.alloc() : memref<4xf32>
  memref.dealloc %b : memref<4xf32>
  return
}

async.func @task() -> !async.token {
  %a = memref.alloc() : memref<25xf32>
  memref.dealloc %a : memref<25xf32>
  return
}

// Two tasks may be under way at the same time.
// CHECK-LABEL: {{^}}@asynchronous_calls 200 100
// CHECK: 100 asynchronous_calls#task
// CHECK: 100 task#0
func.func @asynchronous_calls() {
  %t = async.call @task() : () -> !async.token
  %u = async.call @task() : () -> !async.token
  return
}

// What bodies that never run do is of no account.
// CHECK-LABEL: {{^}}@never_run 16
func.func @never_run(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc() : memref<4xf32>
  scf.forall (%i) in (0) {
    scf.for %j = %c0 to %n step %c1 {
      %leak = memref.alloc() : memref<4xf32>
    }
  }
  memref.dealloc %a : memref<4xf32>
  return
}
