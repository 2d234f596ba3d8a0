// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-pool-allocations -split-input-file | FileCheck %s

// CHECK-LABEL: func.func @plain
// CHECK: %[[A:.*]] = langone_resource.pool.alloc() {alignment = 128 : i64} : memref<4xf32>
// CHECK: langone_resource.pool.dealloc %[[A]] : memref<4xf32>
func.func @plain() {
  %a = memref.alloc() {alignment = 128} : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  return
}

// CHECK-LABEL: func.func @dynamic
// CHECK-SAME: %[[N:.*]]: index, %[[M:.*]]: index
// CHECK: %[[A:.*]] = langone_resource.pool.alloc(%[[N]], %[[M]]) : memref<?x4x?xf32>
// CHECK: langone_resource.pool.dealloc %[[A]] : memref<?x4x?xf32>
func.func @dynamic(%n: index, %m: index) {
  %a = memref.alloc(%n, %m) : memref<?x4x?xf32>
  memref.dealloc %a : memref<?x4x?xf32>
  return
}

// Through views, selects and loops.
// CHECK-LABEL: func.func @rotation
// CHECK-NOT: memref.alloc
// CHECK-COUNT-2: pool.alloc
// CHECK: pool.dealloc
// CHECK: pool.dealloc
// CHECK-NOT: memref.dealloc
// CHECK: return
func.func @rotation(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %first = memref.alloc() : memref<16xf32>
  %last = scf.for %i = %c0 to %n step %c1 iter_args(%old = %first) -> memref<16xf32> {
    %new = memref.alloc() : memref<16xf32>
    memref.dealloc %old : memref<16xf32>
    scf.yield %new : memref<16xf32>
  }
  %u = memref.cast %last : memref<16xf32> to memref<*xf32>
  memref.dealloc %u : memref<*xf32>
  return
}

// The stack stays the stack.
// CHECK-LABEL: func.func @stack
// CHECK: memref.alloca()
func.func @stack() {
  %a = memref.alloca() : memref<4xf32>
  return
}

// -----

// A result of a public function belongs to the pool.
// CHECK-LABEL: func.func @result
// CHECK: pool.alloc
func.func @result() -> memref<4xf32> {
  %a = memref.alloc() : memref<4xf32>
  return %a : memref<4xf32>
}

// -----

// A family of two functions: one allocates, the other frees.
// CHECK-LABEL: func.func private @make
// CHECK: pool.alloc
func.func private @make() -> memref<4xf32> {
  %a = memref.alloc() : memref<4xf32>
  return %a : memref<4xf32>
}
// CHECK-LABEL: func.func private @free_it
// CHECK: pool.dealloc
func.func private @free_it(%a: memref<4xf32>) {
  memref.dealloc %a : memref<4xf32>
  return
}
// CHECK-LABEL: func.func @caller
// CHECK: call @make
// CHECK: pool.dealloc
// CHECK: pool.alloc
// CHECK: call @free_it
func.func @caller() {
  %a = call @make() : () -> memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  %b = memref.alloc() : memref<4xf32>
  call @free_it(%b) : (memref<4xf32>) -> ()
  return
}

// -----

// Buffers with nothing in common are decided one by one.
// CHECK-LABEL: func.func @separate
// CHECK: pool.alloc() : memref<4xf32>
// CHECK: memref.alloc() : memref<4xf32, 1>
// CHECK: pool.dealloc %{{.*}} : memref<4xf32>
// CHECK: memref.dealloc %{{.*}} : memref<4xf32, 1>
func.func @separate() {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<4xf32, 1>
  memref.dealloc %a : memref<4xf32>
  memref.dealloc %b : memref<4xf32, 1>
  return
}
