// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s | FileCheck %s
// RUN: langone-opt %s | langone-opt | FileCheck %s
// RUN: langone-opt %s --mlir-print-op-generic | langone-opt | FileCheck %s
// RUN: langone-opt %s --canonicalize | FileCheck %s --check-prefix=UNUSED

// CHECK-LABEL: func.func @plan
// CHECK-SAME: %[[N:.*]]: index, %[[M:.*]]: index
func.func @plan(%n: index, %m: index) -> (index, index, index) {
  // CHECK: %[[BYTES:.*]], %[[OFFSETS:.*]]:2 = langone_resource.arena.plan sizes(%[[N]], %[[M]]) lifetimes([0, 3, 2, 5]) alignments([64, 16])
  %bytes, %offsets:2 = langone_resource.arena.plan sizes(%n, %m) lifetimes([0, 3, 2, 5]) alignments([64, 16])
  return %bytes, %offsets#0, %offsets#1 : index, index, index
}

// CHECK-LABEL: func.func @size_of_an_arena
func.func @size_of_an_arena(%n: index) {
  // CHECK: langone_resource.arena.acquire size(%{{.*}}) alignment(128) : memref<?xi8>
  %a = langone_resource.arena.acquire size(%n) alignment(128) : memref<?xi8>
  // CHECK: langone_resource.arena.release %{{.*}} : memref<?xi8>
  langone_resource.arena.release %a : memref<?xi8>
  return
}

// It touches no memory: what nobody uses goes.
// UNUSED-LABEL: func.func @unused
// UNUSED-NEXT: return
func.func @unused(%n: index) {
  %bytes, %offset = langone_resource.arena.plan sizes(%n) lifetimes([0, 3]) alignments([64])
  return
}
