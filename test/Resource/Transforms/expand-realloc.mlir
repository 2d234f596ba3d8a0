// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-expand-realloc | FileCheck %s
// RUN: langone-opt %s --langone-lower-to-llvm | FileCheck %s --check-prefix=LLVM

// LLVM-NOT: memref.realloc

// CHECK-LABEL: func.func @grows
// CHECK-SAME: %[[A:.*]]: memref<4xf32>
// CHECK: %[[B:.*]] = memref.alloc() {alignment = 32 : i64} : memref<8xf32>
// CHECK: %[[FRONT:.*]] = memref.subview %[[B]][0] [4] [1]
// CHECK: memref.copy %[[A]], %[[FRONT]]
// CHECK: memref.dealloc %[[A]]
// CHECK: memref.dealloc %[[B]]
// LLVM-LABEL: llvm.func @grows
// LLVM-COUNT-2: llvm.call @free
func.func @grows(%a: memref<4xf32>) {
  %b = memref.realloc %a {alignment = 32} : memref<4xf32> to memref<8xf32>
  memref.dealloc %b : memref<8xf32>
  return
}

// Upstream's expand-realloc fails here.
// CHECK-LABEL: func.func @shrinks
// CHECK-NEXT: %[[B:.*]] = memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [4], strides: [1]
// CHECK-NEXT: return %[[B]]
// LLVM-LABEL: llvm.func @shrinks
// LLVM-NOT: call
// LLVM: llvm.return
func.func @shrinks(%a: memref<8xf32>) -> memref<4xf32> {
  %b = memref.realloc %a : memref<8xf32> to memref<4xf32>
  return %b : memref<4xf32>
}

// CHECK-LABEL: func.func @either
// CHECK-SAME: %[[A:.*]]: memref<?xf32>, %[[N:.*]]: index
// CHECK: %[[OLD:.*]] = memref.dim %[[A]]
// CHECK: %[[GROWS:.*]] = arith.cmpi ult, %[[OLD]], %[[N]]
// CHECK: %[[R:.*]] = scf.if %[[GROWS]]
// CHECK:   %[[B:.*]] = memref.alloc(%[[N]])
// CHECK:   %[[FRONT:.*]] = memref.subview %[[B]][0] [%[[OLD]]] [1]
// CHECK:   memref.copy %[[A]], %[[FRONT]]
// CHECK:   memref.dealloc %[[A]]
// CHECK:   scf.yield %[[B]]
// CHECK: } else {
// CHECK:   %[[C:.*]] = memref.reinterpret_cast %[[A]] to offset: [0], sizes: [%[[N]]]
// CHECK:   scf.yield %[[C]]
// CHECK: return %[[R]]
// LLVM-LABEL: llvm.func @either
func.func @either(%a: memref<?xf32>, %n: index) -> memref<?xf32> {
  %b = memref.realloc %a(%n) : memref<?xf32> to memref<?xf32>
  return %b : memref<?xf32>
}

// CHECK-LABEL: func.func @from_unknown
// CHECK: %[[OLD:.*]] = memref.dim
// CHECK: %[[NEW:.*]] = arith.constant 8 : index
// CHECK: arith.cmpi ult, %[[OLD]], %[[NEW]]
// CHECK: memref.alloc() : memref<8xf32>
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [8], strides: [1] : memref<?xf32> to memref<8xf32>
func.func @from_unknown(%a: memref<?xf32>) -> memref<8xf32> {
  %b = memref.realloc %a : memref<?xf32> to memref<8xf32>
  return %b : memref<8xf32>
}
