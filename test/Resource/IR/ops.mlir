// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s | FileCheck %s
// RUN: langone-opt %s | langone-opt | FileCheck %s
// RUN: langone-opt %s --mlir-print-op-generic | langone-opt | FileCheck %s

// CHECK-LABEL: func.func @arena
func.func @arena() {
  // CHECK: %[[A:.*]] = langone_resource.arena.acquire : memref<40960xi8>
  %a = langone_resource.arena.acquire : memref<40960xi8>
  // CHECK: %[[B:.*]] = langone_resource.arena.acquire budget(<64 KiB, on_exceed = warn>) : memref<16xi8>
  %b = langone_resource.arena.acquire budget(#langone_resource.memory_budget<64 KiB, on_exceed = warn>) alignment(64) : memref<16xi8>
  // CHECK: %[[C:.*]] = langone_resource.arena.acquire alignment(4096) : memref<0xi8>
  %c = langone_resource.arena.acquire alignment(4096) : memref<0xi8>
  // CHECK: %[[D:.*]] = langone_resource.arena.acquire budget(<1 KiB>) alignment(1) {test.note} : memref<1xi8>
  %d = langone_resource.arena.acquire budget(#langone_resource.memory_budget<1 KiB>) alignment(1) {test.note} : memref<1xi8>
  // CHECK: langone_resource.arena.release %[[D]] : memref<1xi8>
  langone_resource.arena.release %d : memref<1xi8>
  // CHECK: langone_resource.arena.release %[[C]] {test.note} : memref<0xi8>
  langone_resource.arena.release %c {test.note} : memref<0xi8>
  // CHECK: langone_resource.arena.release %[[B]] : memref<16xi8>
  langone_resource.arena.release %b : memref<16xi8>
  // CHECK: langone_resource.arena.release %[[A]] : memref<40960xi8>
  langone_resource.arena.release %a : memref<40960xi8>
  return
}

// CHECK-LABEL: func.func @pool
// CHECK-SAME: %[[N:.*]]: index, %[[M:.*]]: index, %[[U:.*]]: memref<*xf32>
func.func @pool(%n: index, %m: index, %u: memref<*xf32>) {
  // CHECK: %[[A:.*]] = langone_resource.pool.alloc() : memref<4xf32>
  %a = langone_resource.pool.alloc() : memref<4xf32>
  // CHECK: %[[B:.*]] = langone_resource.pool.alloc(%[[N]], %[[M]]) {alignment = 128 : i64} : memref<?x3x?xi1>
  %b = langone_resource.pool.alloc(%n, %m) {alignment = 128} : memref<?x3x?xi1>
  // CHECK: %[[C:.*]] = langone_resource.pool.alloc() : memref<complex<f64>>
  %c = langone_resource.pool.alloc() : memref<complex<f64>>
  // CHECK: langone_resource.pool.dealloc %[[A]] : memref<4xf32>
  langone_resource.pool.dealloc %a : memref<4xf32>
  // CHECK: langone_resource.pool.dealloc %[[B]] : memref<?x3x?xi1>
  langone_resource.pool.dealloc %b : memref<?x3x?xi1>
  // CHECK: langone_resource.pool.dealloc %[[C]] : memref<complex<f64>>
  langone_resource.pool.dealloc %c : memref<complex<f64>>
  // CHECK: langone_resource.pool.dealloc %[[U]] : memref<*xf32>
  langone_resource.pool.dealloc %u : memref<*xf32>
  return
}
