// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-budget-pipeline 2> %t.err | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t.err

// From code on buffers that frees them itself.

// REMARK: remark: PROVEN: at most 64 bytes of 64
// CHECK-LABEL: func.func @f
// CHECK-SAME: plan<arena = 64,
// CHECK: langone_resource.arena.acquire : memref<64xi8>
// CHECK-NOT: dealloc
// CHECK: langone_resource.arena.release
func.func @f(%i: index, %x: f32, %m: memref<16xf32>) attributes {langone_resource.memory_budget = #langone_resource.memory_budget<64>} {
  %a = memref.alloc() : memref<16xf32>
  memref.store %x, %a[%i] : memref<16xf32>
  memref.copy %a, %m : memref<16xf32> to memref<16xf32>
  memref.dealloc %a : memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  memref.copy %m, %b : memref<16xf32> to memref<16xf32>
  memref.store %x, %b[%i] : memref<16xf32>
  memref.copy %b, %m : memref<16xf32> to memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  return
}
