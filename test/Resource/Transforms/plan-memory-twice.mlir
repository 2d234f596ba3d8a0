// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-plan-memory > %t.once
// RUN: langone-opt %t.once --langone-plan-memory > %t.twice
// RUN: diff %t.once %t.twice
// RUN: langone-opt %s --langone-plan-memory=arena=static > %t.once
// RUN: langone-opt %t.once --langone-plan-memory=arena=static > %t.twice
// RUN: diff %t.once %t.twice
// RUN: FileCheck %s < %t.once

// Planning what is planned changes nothing.

// CHECK-LABEL: func.func private @callee
func.func private @callee(%n: index) {
  %a = memref.alloc() : memref<16xf32>
  %b = memref.alloc(%n) : memref<?xf32>
  memref.dealloc %b : memref<?xf32>
  memref.dealloc %a : memref<16xf32>
  return
}

// CHECK-LABEL: func.func @entry
func.func @entry(%n: index) -> memref<4xf32> {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<16xf32>
  call @callee(%n) : (index) -> ()
  memref.dealloc %b : memref<16xf32>
  return %a : memref<4xf32>
}
