// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources="report=- table=false" | grep -E '"(name|bytes_.*|timeline)"' > %t
// RUN: FileCheck %s < %t

// The footprint over program points: the worst of all times that each is passed.
// Where a body runs several times at once, all of them count; where it is not
// known how often memory grows, nothing bounds it.

// CHECK: "name": "straight_line"
// CHECK-NEXT: "timeline"
// CHECK-NEXT: "bytes_lower": 0,
// CHECK-NEXT: "bytes_upper": 0,
// CHECK-NEXT: "bytes_lower": 64,
// CHECK-NEXT: "bytes_upper": 64,
// CHECK-NEXT: "bytes_lower": 96,
// CHECK-NEXT: "bytes_upper": 96,
// CHECK-NEXT: "bytes_lower": 32,
// CHECK-NEXT: "bytes_upper": 32,
// CHECK-NEXT: "bytes_lower": 0,
// CHECK-NEXT: "bytes_upper": 0,
func.func @straight_line() {
  %a = memref.alloc() : memref<16xf32>
  %b = memref.alloc() : memref<8xf32>
  memref.dealloc %a : memref<16xf32>
  memref.dealloc %b : memref<8xf32>
  return
}

// A call: the peak within it, and what it leaves behind.
// CHECK: "name": "call"
// CHECK: "bytes_lower": 4,
// CHECK-NEXT: "bytes_upper": 4,
// CHECK-NEXT: "bytes_lower": 100,
// CHECK-NEXT: "bytes_upper": 100,
// CHECK-NEXT: "bytes_lower": 4,
// CHECK-NEXT: "bytes_upper": 4,
// CHECK-NEXT: "bytes_lower": 0,
// CHECK-NEXT: "bytes_upper": 0,
func.func @call() {
  %a = memref.alloc() : memref<1xf32>
  call @straight_line() : () -> ()
  memref.dealloc %a : memref<1xf32>
  return
}

// CHECK: "name": "ten_rounds"
// CHECK: "bytes_lower": 40,
// CHECK-NEXT: "bytes_upper": 40,
func.func @ten_rounds() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  scf.for %i = %c0 to %c10 step %c1 {
    %a = memref.alloc() : memref<1xf32>
  }
  return
}

// CHECK: "name": "parallel"
// CHECK: "bytes_lower": 64,
// CHECK-NEXT: "bytes_upper": 64,
// CHECK-NEXT: "bytes_lower": 68,
// CHECK-NEXT: "bytes_upper": 104,
// CHECK-NEXT: "bytes_lower": 64,
// CHECK-NEXT: "bytes_upper": 64,
func.func @parallel() {
  %a = memref.alloc() : memref<16xf32>
  scf.forall (%i) in (10) {
    %b = memref.alloc() : memref<1xf32>
    memref.dealloc %b : memref<1xf32>
  }
  memref.dealloc %a : memref<16xf32>
  return
}

// CHECK: "name": "grows"
// CHECK-NEXT: "timeline"
// CHECK-NEXT: "bytes_lower": 0,
// CHECK-NEXT: "bytes_upper": 0,
// CHECK-NEXT: "bytes_lower": 64,
// CHECK-NEXT: "bytes_upper": 64,
// CHECK-NEXT: "bytes_lower": 68,
// CHECK-NEXT: "bytes_upper": null,
func.func @grows(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc() : memref<16xf32>
  scf.for %i = %c0 to %n step %c1 {
    %b = memref.alloc() : memref<1xf32>
  }
  memref.dealloc %a : memref<16xf32>
  return
}
