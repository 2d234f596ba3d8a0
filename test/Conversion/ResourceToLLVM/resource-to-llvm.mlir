// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --convert-to-llvm -split-input-file | FileCheck %s

// Each op is a call into the runtime; sizes, alignments and limits in bytes.

// CHECK-DAG: llvm.func @langone_rt_arena_acquire_or_raise(i64, i64, i64) -> !llvm.ptr
// CHECK-DAG: llvm.func @langone_rt_arena_release_or_raise(!llvm.ptr)
// CHECK-LABEL: llvm.func @arena
// CHECK: %[[SIZE:.*]] = llvm.mlir.constant(40960 : i64) : i64
// CHECK: %[[ALIGNMENT:.*]] = llvm.mlir.constant(64 : i64) : i64
// CHECK: %[[NO_LIMIT:.*]] = llvm.mlir.constant(-1 : i64) : i64
// CHECK: %[[BLOCK:.*]] = llvm.call @langone_rt_arena_acquire_or_raise(%[[SIZE]], %[[ALIGNMENT]], %[[NO_LIMIT]]) : (i64, i64, i64) -> !llvm.ptr
// CHECK: llvm.insertvalue %[[BLOCK]], %{{.*}}[0] : !llvm.struct<(ptr, ptr, i64, array<1 x i64>, array<1 x i64>)>
// CHECK: llvm.insertvalue %[[BLOCK]], %{{.*}}[1]
// CHECK: %[[FREED:.*]] = llvm.extractvalue %{{.*}}[0]
// CHECK: llvm.call @langone_rt_arena_release_or_raise(%[[FREED]]) : (!llvm.ptr) -> ()
func.func @arena() {
  %a = langone_resource.arena.acquire : memref<40960xi8>
  langone_resource.arena.release %a : memref<40960xi8>
  return
}

// -----

// CHECK-LABEL: llvm.func @limit
// CHECK: llvm.mlir.constant(16 : i64)
// CHECK: llvm.mlir.constant(4096 : i64)
// CHECK: %[[LIMIT:.*]] = llvm.mlir.constant(65536 : i64) : i64
// CHECK: llvm.call @langone_rt_arena_acquire_or_raise(%{{.*}}, %{{.*}}, %[[LIMIT]])
func.func @limit() {
  %a = langone_resource.arena.acquire budget(#langone_resource.memory_budget<64 KiB, soft = 1 KiB>) alignment(4096) : memref<16xi8>
  return
}

// -----

// Only a budget that refuses is a limit at run time.
// CHECK-LABEL: llvm.func @warn
// CHECK: %[[NO_LIMIT:.*]] = llvm.mlir.constant(-1 : i64) : i64
// CHECK: llvm.call @langone_rt_arena_acquire_or_raise(%{{.*}}, %{{.*}}, %[[NO_LIMIT]])
func.func @warn() {
  %a = langone_resource.arena.acquire budget(#langone_resource.memory_budget<64 KiB, on_exceed = warn>) : memref<16xi8>
  return
}

// -----

// CHECK-LABEL: llvm.func @fallback
// CHECK: %[[NO_LIMIT:.*]] = llvm.mlir.constant(-1 : i64) : i64
// CHECK: llvm.call @langone_rt_arena_acquire_or_raise(%{{.*}}, %{{.*}}, %[[NO_LIMIT]])
func.func @fallback() {
  %a = langone_resource.arena.acquire budget(#langone_resource.memory_budget<64 KiB, on_exceed = fallback>) : memref<16xi8>
  return
}

// -----

// An arena of no bytes is an account.
// CHECK-LABEL: llvm.func @account
// CHECK: llvm.mlir.constant(0 : i64)
// CHECK: llvm.call @langone_rt_arena_acquire_or_raise
func.func @account() {
  %a = langone_resource.arena.acquire : memref<0xi8>
  return
}

// -----

// CHECK-DAG: llvm.func @langone_rt_pool_allocate_or_raise(i64, i64) -> !llvm.ptr
// CHECK-DAG: llvm.func @langone_rt_pool_free_or_raise(!llvm.ptr)
// CHECK-LABEL: llvm.func @pool
// CHECK: %[[END:.*]] = llvm.getelementptr %{{.*}}[{{.*}}] {{.*}}, f32
// CHECK: %[[BYTES:.*]] = llvm.ptrtoint %[[END]] : !llvm.ptr to i64
// CHECK: %[[ALIGNMENT:.*]] = llvm.mlir.constant(16 : i64) : i64
// CHECK: llvm.call @langone_rt_pool_allocate_or_raise(%[[BYTES]], %[[ALIGNMENT]]) : (i64, i64) -> !llvm.ptr
// CHECK: %[[BLOCK:.*]] = llvm.extractvalue %{{.*}}[0]
// CHECK: llvm.call @langone_rt_pool_free_or_raise(%[[BLOCK]])
func.func @pool() {
  %a = langone_resource.pool.alloc() : memref<4x4xf32>
  langone_resource.pool.dealloc %a : memref<4x4xf32>
  return
}

// -----

// CHECK-LABEL: llvm.func @aligned
// CHECK: %[[ALIGNMENT:.*]] = llvm.mlir.constant(128 : i64) : i64
// CHECK: llvm.call @langone_rt_pool_allocate_or_raise(%{{.*}}, %[[ALIGNMENT]])
func.func @aligned() {
  %a = langone_resource.pool.alloc() {alignment = 128} : memref<4xf32>
  return
}

// -----

// Elements may need more than the default.
// CHECK-LABEL: llvm.func @vectors
// CHECK: %[[ALIGNMENT:.*]] = llvm.mlir.constant(64 : i64) : i64
// CHECK: llvm.call @langone_rt_pool_allocate_or_raise(%{{.*}}, %[[ALIGNMENT]])
func.func @vectors() {
  %a = langone_resource.pool.alloc() : memref<4xvector<16xf32>>
  return
}

// -----

// CHECK-LABEL: llvm.func @dynamic
// CHECK-SAME: %[[N:[a-z0-9]+]]: i64, %[[M:[a-z0-9]+]]: i64
// CHECK: %[[INNER:.*]] = llvm.mul %[[M]], %{{.*}} : i64
// CHECK: %[[ALL:.*]] = llvm.mul %[[INNER]], %[[N]] : i64
// CHECK: llvm.getelementptr %{{.*}}[%[[ALL]]]
// CHECK: llvm.call @langone_rt_pool_allocate_or_raise
func.func @dynamic(%n: index, %m: index) -> memref<?x3x?xf32> {
  %a = langone_resource.pool.alloc(%n, %m) : memref<?x3x?xf32>
  return %a : memref<?x3x?xf32>
}

// -----

// The pointer of an unranked memref is behind its descriptor.
// CHECK-LABEL: llvm.func @unranked
// CHECK: %[[DESCRIPTOR:.*]] = llvm.extractvalue %{{.*}}[1] : !llvm.struct<(i64, ptr)>
// CHECK: %[[BLOCK:.*]] = llvm.load %[[DESCRIPTOR]] : !llvm.ptr -> !llvm.ptr
// CHECK: llvm.call @langone_rt_pool_free_or_raise(%[[BLOCK]])
func.func @unranked(%u: memref<*xf32>) {
  langone_resource.pool.dealloc %u : memref<*xf32>
  return
}

// -----

// The block is freed, not the view of it.
// CHECK-LABEL: llvm.func @view
// CHECK: %[[BLOCK:.*]] = llvm.extractvalue %{{.*}}[0] : !llvm.struct<(ptr, ptr, i64, array<1 x i64>, array<1 x i64>)>
// CHECK: llvm.call @langone_rt_pool_free_or_raise(%[[BLOCK]])
func.func @view(%v: memref<4xf32, strided<[1], offset: 8>>) {
  langone_resource.pool.dealloc %v : memref<4xf32, strided<[1], offset: 8>>
  return
}
