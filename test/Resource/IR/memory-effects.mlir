// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --canonicalize | FileCheck %s
// RUN: langone-opt %s --cse | FileCheck %s --check-prefix=CSE

// What the memory effects of the ops allow.

// CHECK-LABEL: func.func @unused_pool_alloc
// CHECK-NEXT: return
func.func @unused_pool_alloc() {
  %p = langone_resource.pool.alloc() : memref<4xf32>
  return
}

// CHECK-LABEL: func.func @freed_pool_alloc_stays
// CHECK-NEXT: %[[P:.*]] = langone_resource.pool.alloc
// CHECK-NEXT: langone_resource.pool.dealloc %[[P]]
// CSE-LABEL: func.func @freed_pool_alloc_stays
// CSE: pool.alloc
// CSE: pool.dealloc
func.func @freed_pool_alloc_stays() {
  %p = langone_resource.pool.alloc() : memref<4xf32>
  langone_resource.pool.dealloc %p : memref<4xf32>
  return
}

// An arena opens an account: with its release it has to stay.
// CHECK-LABEL: func.func @arena_pair_stays
// CHECK-NEXT: %[[A:.*]] = langone_resource.arena.acquire
// CHECK-NEXT: langone_resource.arena.release %[[A]]
func.func @arena_pair_stays() {
  %a = langone_resource.arena.acquire : memref<0xi8>
  langone_resource.arena.release %a : memref<0xi8>
  return
}

// Two allocations are two buffers.
// CHECK-LABEL: func.func @no_common_allocation
// CHECK-COUNT-2: pool.alloc
// CSE-LABEL: func.func @no_common_allocation
// CSE-COUNT-2: pool.alloc
func.func @no_common_allocation() -> (memref<4xf32>, memref<4xf32>) {
  %p = langone_resource.pool.alloc() : memref<4xf32>
  %q = langone_resource.pool.alloc() : memref<4xf32>
  return %p, %q : memref<4xf32>, memref<4xf32>
}

// CSE-LABEL: func.func @no_common_arena
// CSE-COUNT-2: arena.acquire
func.func @no_common_arena() {
  %a = langone_resource.arena.acquire : memref<16xi8>
  %b = langone_resource.arena.acquire : memref<16xi8>
  langone_resource.arena.release %b : memref<16xi8>
  langone_resource.arena.release %a : memref<16xi8>
  return
}

// A pool allocation writes nothing that a load could see.
// CSE-LABEL: func.func @load_across_pool_alloc
// CSE: %[[X:.*]] = memref.load
// CSE: pool.alloc
// CSE-NOT: memref.load
// CSE: return %[[X]], %[[X]]
func.func @load_across_pool_alloc(%m: memref<4xf32>, %i: index) -> (f32, f32, memref<4xf32>) {
  %x = memref.load %m[%i] : memref<4xf32>
  %p = langone_resource.pool.alloc() : memref<4xf32>
  %y = memref.load %m[%i] : memref<4xf32>
  return %x, %y, %p : f32, f32, memref<4xf32>
}
