// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --convert-to-llvm | FileCheck %s

// CHECK-DAG: llvm.mlir.global private constant @langone_plan_0(dense<[0, 3, 64, 2, 5, 16]> : tensor<6xi64>)
// CHECK-DAG: llvm.func @langone_rt_plan(!llvm.ptr, i64, !llvm.ptr, !llvm.ptr) -> i64

// CHECK-LABEL: llvm.func @plan
// CHECK-SAME: %[[N:.*]]: i64, %[[M:.*]]: i64
// CHECK: %[[SIZES:.*]] = llvm.alloca %{{.*}} x i64
// CHECK: %[[OFFSETS:.*]] = llvm.alloca %{{.*}} x i64
// CHECK: llvm.store %[[N]], %{{.*}} : i64, !llvm.ptr
// CHECK: llvm.store %[[M]], %{{.*}} : i64, !llvm.ptr
// CHECK: %[[TABLE:.*]] = llvm.mlir.addressof @langone_plan_0
// CHECK: %[[BYTES:.*]] = llvm.call @langone_rt_plan(%[[TABLE]], %{{.*}}, %[[SIZES]], %[[OFFSETS]])
// CHECK-COUNT-2: llvm.load
func.func @plan(%n: index, %m: index) -> (index, index, index) {
  %bytes, %offsets:2 = langone_resource.arena.plan sizes(%n, %m) lifetimes([0, 3, 2, 5]) alignments([64, 16])
  return %bytes, %offsets#0, %offsets#1 : index, index, index
}

// The descriptor has the size that was asked for.
// CHECK-LABEL: llvm.func @acquire
// CHECK-SAME: %[[N:.*]]: i64
// CHECK: %[[BLOCK:.*]] = llvm.call @langone_rt_arena_acquire_or_raise(%[[N]], %{{.*}}, %{{.*}})
// CHECK: llvm.insertvalue %[[N]], %{{.*}}[3, 0]
// CHECK: llvm.call @langone_rt_arena_release_or_raise
func.func @acquire(%n: index) {
  %a = langone_resource.arena.acquire size(%n) : memref<?xi8>
  langone_resource.arena.release %a : memref<?xi8>
  return
}
