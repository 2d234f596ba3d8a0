// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-plan-memory=dynamic=symbolic --remarks-filter=langone --remark-format=yaml --remarks-output-file=%t.yaml | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t.yaml

// Sizes that no order of the buffers fits: two short buffers after one another
// beside a long one, all of sizes of their own. What the planner finds at entry
// is taken where it is lower than the orders.

// REMARK: Name: {{.*}}PlannedAtEntry
// REMARK: no order of the buffers fits all sizes: planned at entry, link langone_rt_planner

// CHECK-LABEL: func.func @mixed
// CHECK: %[[BYTES:.*]], %[[OFFSETS:.*]]:{{[0-9]+}} = langone_resource.arena.plan sizes(
// CHECK: %[[LOWER:.*]] = arith.cmpi ult, %[[BYTES]], %[[ORDERED:.*]] : index
// CHECK: %[[ARENA:.*]] = arith.minui %[[BYTES]], %[[ORDERED]] : index
// CHECK: arith.select %[[LOWER]], %[[OFFSETS]]#0, %{{.*}} : index
// CHECK: langone_resource.arena.acquire size(%[[ARENA]])
func.func @mixed(%x: memref<?x?x?x?xi8> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 4096, 1 .. 4096, 1 .. 4096, 1 .. 4096]>}, %v: i8) {
  %c0 = arith.constant 0 : index
  %s0 = memref.dim %x, %c0 : memref<?x?x?x?xi8>
  %c1 = arith.constant 1 : index
  %s1 = memref.dim %x, %c1 : memref<?x?x?x?xi8>
  %c2 = arith.constant 2 : index
  %s2 = memref.dim %x, %c2 : memref<?x?x?x?xi8>
  %c3 = arith.constant 3 : index
  %s3 = memref.dim %x, %c3 : memref<?x?x?x?xi8>
  %b0 = memref.alloc(%s3) : memref<?xi8>
  memref.store %v, %b0[%c0] : memref<?xi8>
  %b1 = memref.alloc(%s3) : memref<?xi8>
  memref.store %v, %b1[%c0] : memref<?xi8>
  memref.dealloc %b1 : memref<?xi8>
  %b2 = memref.alloc(%s3) : memref<?xi8>
  memref.store %v, %b2[%c0] : memref<?xi8>
  %b3 = memref.alloc(%s2) : memref<?xi8>
  memref.store %v, %b3[%c0] : memref<?xi8>
  %b4 = memref.alloc(%s2) : memref<?xi8>
  memref.store %v, %b4[%c0] : memref<?xi8>
  %b5 = memref.alloc(%s1) : memref<?xi8>
  memref.store %v, %b5[%c0] : memref<?xi8>
  memref.dealloc %b5 : memref<?xi8>
  memref.dealloc %b0 : memref<?xi8>
  memref.dealloc %b2 : memref<?xi8>
  memref.dealloc %b3 : memref<?xi8>
  memref.dealloc %b4 : memref<?xi8>
  return
}

