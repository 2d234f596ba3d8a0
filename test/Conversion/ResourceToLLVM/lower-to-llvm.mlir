// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-lower-to-llvm | FileCheck %s
// RUN: langone-opt %s --pass-pipeline="builtin.module(langone-lower-to-llvm)" | FileCheck %s
// RUN: langone-opt %s --langone-plan-memory --langone-pool-allocations --langone-lower-to-llvm | FileCheck %s --check-prefix=PLANNED

// All the way down: nothing but the LLVM dialect is left.

// CHECK-NOT: memref.
// CHECK-NOT: scf.
// CHECK-NOT: affine.
// CHECK-NOT: unrealized_conversion_cast
// CHECK-LABEL: llvm.func @f
// CHECK: llvm.call @malloc
// CHECK: llvm.call @free
// CHECK-NOT: memref.

// PLANNED-NOT: @malloc
// PLANNED: llvm.call @langone_rt_arena_acquire_or_raise
// PLANNED: llvm.call @langone_rt_pool_allocate_or_raise
// PLANNED: llvm.call @langone_rt_arena_release_or_raise
// PLANNED-NOT: @malloc
func.func @f(%x: memref<4x4xf32>, %n: index) -> memref<?xf32> {
  %a = memref.alloc() : memref<4x4xf32>
  linalg.matmul ins(%x, %x : memref<4x4xf32>, memref<4x4xf32>) outs(%a : memref<4x4xf32>)
  linalg.exp ins(%a : memref<4x4xf32>) outs(%x : memref<4x4xf32>)
  memref.dealloc %a : memref<4x4xf32>
  %r = memref.alloc(%n) : memref<?xf32>
  %s = memref.subview %r[0] [4] [1] : memref<?xf32> to memref<4xf32, strided<[1]>>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %v = memref.load %x[%i, %c0] : memref<4x4xf32>
    memref.store %v, %s[%i] : memref<4xf32, strided<[1]>>
  }
  return %r : memref<?xf32>
}
