// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --convert-to-llvm --reconcile-unrealized-casts -split-input-file -verify-diagnostics | FileCheck %s

// Each guard is one call with constant data: what it is about and what to do.

// CHECK-DAG: @[[SIZE:.*]]("first dimension ({{.*}}guards-and-scopes.mlir:{{.*}})\00")
// CHECK-DAG: @[[DEPTH:.*]]("calls\00")
// CHECK-DAG: llvm.func @langone_rt_require_or_raise(i64, i64, !llvm.ptr) -> i32
// CHECK-LABEL: llvm.func @guards
// CHECK-SAME: %[[N:.*]]: i64, %[[M:.*]]: i64
func.func @guards(%n: index, %m: index) {
  // CHECK: %[[DATA:.*]] = llvm.mlir.addressof @langone_guard_0
  // CHECK: llvm.call @langone_rt_require_or_raise(%[[N]], %[[M]], %[[DATA]])
  langone_resource.guard size %n at_most %m, "first dimension"
  // CHECK: %[[DATA:.*]] = llvm.mlir.addressof @langone_guard_1
  // CHECK: llvm.call @langone_rt_require_or_raise(%[[N]], %[[M]], %[[DATA]])
  langone_resource.guard footprint %n at_most %m, "memory" on_exceed(warn)
  // CHECK: %[[DATA:.*]] = llvm.mlir.addressof @langone_guard_2
  langone_resource.guard depth %n at_most %m, "calls" on_exceed(fallback) loc(unknown)
  return
}

// -----

// CHECK: llvm.mlir.global private constant @langone_guard_0() {{.*}} : !llvm.struct<(i32, i32, i64, ptr, i32, i32)> {
// CHECK-NEXT: llvm.mlir.constant(32 : i32)
// CHECK-NEXT: llvm.mlir.constant(1 : i32)
// CHECK-NEXT: llvm.mlir.constant({{-?[0-9]+}} : i64)
// CHECK-NEXT: llvm.mlir.addressof @langone_text_0
// CHECK-NEXT: llvm.mlir.constant(1 : i32)
func.func @warns(%n: index, %m: index) {
  langone_resource.guard footprint %n at_most %m, "memory" on_exceed(warn)
  return
}

// -----

func.func @never() {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  // expected-warning@+1 {{this guard never holds: 2 is above 1}}
  langone_resource.guard depth %c2 at_most %c1, "calls"
  return
}

// -----

// A scope is constant data, one call where it begins and one on each way out.

// CHECK: llvm.mlir.global private constant @[[SITES:.*]]() {{.*}} : !llvm.array<2 x struct<(i64, i64)>> {
// CHECK: @[[NAME:.*]]("f\00")
// CHECK: llvm.mlir.global private constant @[[SCOPE:.*]]() {{.*}} : !llvm.struct<(i32, i32, i64, ptr, i64, i64, i64, i32, i32, ptr)> {
// CHECK-NEXT: llvm.mlir.constant(64 : i32)
// CHECK-NEXT: llvm.mlir.constant(1 : i32)
// CHECK-NEXT: llvm.mlir.constant({{-?[0-9]+}} : i64)
// CHECK-NEXT: llvm.mlir.addressof @[[NAME]]
// CHECK-NEXT: llvm.mlir.constant(65536 : i64)
// CHECK-NEXT: llvm.mlir.constant(1024 : i64)
// CHECK-NEXT: llvm.mlir.constant(40960 : i64)
// CHECK-NEXT: llvm.mlir.constant(2 : i32)
// CHECK-NEXT: llvm.mlir.constant(2 : i32)
// CHECK-NEXT: llvm.mlir.addressof @[[SITES]]
// CHECK-LABEL: llvm.func @f
// CHECK-SAME: %[[C:.*]]: i1, %[[N:.*]]: i64
func.func @f(%c: i1, %n: index) -> index {
  // CHECK: %[[INFO:.*]] = llvm.mlir.addressof @[[SCOPE]]
  // CHECK: %[[ACCOUNT:.*]] = llvm.call @langone_rt_scope_enter_or_raise(%[[INFO]]) : (!llvm.ptr) -> !llvm.ptr
  // CHECK: llvm.br ^[[BODY:.*]]
  // CHECK: ^[[BODY]]:
  // CHECK: llvm.cond_br %[[C]], ^[[A:.*]], ^[[B:.*]]
  // CHECK: ^[[A]]:
  // CHECK: llvm.call @langone_rt_scope_exit_or_raise(%[[ACCOUNT]]) : (!llvm.ptr) -> ()
  // CHECK: llvm.br ^[[END:.*]](%[[N]], %{{.*}} : i64, !llvm.struct<{{.*}}>)
  // CHECK: ^[[B]]:
  // CHECK: llvm.call @langone_rt_scope_exit_or_raise(%[[ACCOUNT]]) : (!llvm.ptr) -> ()
  // CHECK: llvm.br ^[[END]](
  // CHECK: ^[[END]](%[[R:.*]]: i64, %{{.*}}: !llvm.struct<{{.*}}>):
  // CHECK: llvm.return %[[R]]
  %r:2 = langone_resource.scope "f" budget(#langone_resource.memory_budget<64 KiB, soft = 1 KiB, on_exceed = fallback>) predicted(40960) sites(["f#0", "f#1"]) -> index, memref<4xf32> {
    %b = memref.alloc() : memref<4xf32>
    cf.cond_br %c, ^a, ^b
  ^a:
    langone_resource.yield %n, %b : index, memref<4xf32>
  ^b:
    %z = arith.constant 0 : index
    langone_resource.yield %z, %b : index, memref<4xf32>
  }
  return %r#0 : index
}
