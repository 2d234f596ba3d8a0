// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-insert-deallocations -split-input-file | FileCheck %s

// Buffers of a module that frees nothing are freed.

// CHECK-LABEL: func.func @local
// CHECK: %[[A:.*]] = memref.alloc
// CHECK: memref.load %[[A]]
// CHECK: memref.dealloc %[[A]]
// CHECK: return
func.func @local(%i: index) -> f32 {
  %a = memref.alloc() : memref<4xf32>
  %x = memref.load %a[%i] : memref<4xf32>
  return %x : f32
}

// CHECK-LABEL: func.func @returned
// CHECK-NOT: dealloc
// CHECK: return
func.func @returned() -> memref<4xf32> {
  %a = memref.alloc() : memref<4xf32>
  return %a : memref<4xf32>
}

// -----

// A module that frees anything is left as it is.

// CHECK-LABEL: func.func @freed
// CHECK: memref.alloc
// CHECK-NEXT: memref.dealloc
// CHECK-NEXT: return
func.func @freed() {
  %a = memref.alloc() : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  return
}

// CHECK-LABEL: func.func @not_freed
// CHECK: memref.alloc
// CHECK-NOT: dealloc
// CHECK: return
func.func @not_freed(%i: index) -> f32 {
  %a = memref.alloc() : memref<4xf32>
  %x = memref.load %a[%i] : memref<4xf32>
  return %x : f32
}

// -----

// What comes from a pool must not go to the heap.

// CHECK-LABEL: func.func @from_a_pool
// CHECK: langone_resource.pool.alloc
// CHECK-NOT: memref.dealloc
// CHECK: return
func.func @from_a_pool(%i: index) -> f32 {
  %a = langone_resource.pool.alloc() : memref<4xf32>
  %x = memref.load %a[%i] : memref<4xf32>
  return %x : f32
}
