// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources="report=%t.1" 2> %t.table1 | FileCheck %s
// RUN: langone-opt %s --langone-analyze-resources="report=%t.2" 2> %t.table2 | FileCheck %s
// RUN: diff %t.1 %t.2
// RUN: diff %t.table1 %t.table2
// RUN: langone-opt %s --langone-analyze-resources="report=- table=false" | FileCheck %s --check-prefix=STDOUT

// The same input gives the same report, byte for byte.
// STDOUT: "schema": "langone-report/1"

// CHECK: func.func @f
func.func @f(%c: i1) {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<4xf32>
  %s = arith.select %c, %a, %b : memref<4xf32>
  call @g(%s) : (memref<4xf32>) -> ()
  call @h(%s) : (memref<4xf32>) -> ()
  return
}
func.func private @h(%x: memref<4xf32>) {
  memref.dealloc %x : memref<4xf32>
  return
}
func.func private @g(%x: memref<4xf32>) {
  %a = memref.alloc() : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  return
}
