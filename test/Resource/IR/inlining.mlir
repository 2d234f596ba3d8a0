// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --inline | FileCheck %s

func.func private @callee(%n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %a = langone_resource.arena.acquire : memref<64xi8>
  %v = memref.view %a[%c0][] : memref<64xi8> to memref<16xf32>
  %p = langone_resource.pool.alloc(%n) : memref<?xf32>
  %x = memref.load %v[%c0] : memref<16xf32>
  %y = memref.load %p[%c0] : memref<?xf32>
  %z = arith.addf %x, %y : f32
  langone_resource.pool.dealloc %p : memref<?xf32>
  langone_resource.arena.release %a : memref<64xi8>
  return %z : f32
}

// CHECK-LABEL: func.func @caller
// CHECK-SAME: %[[N:.*]]: index
// CHECK-NOT: call @callee
// CHECK: %[[A:.*]] = langone_resource.arena.acquire : memref<64xi8>
// CHECK: %[[P:.*]] = langone_resource.pool.alloc(%[[N]]) : memref<?xf32>
// CHECK: langone_resource.pool.dealloc %[[P]] : memref<?xf32>
// CHECK: langone_resource.arena.release %[[A]] : memref<64xi8>
// CHECK: return
func.func @caller(%n: index) -> f32 {
  %r = call @callee(%n) : (index) -> f32
  return %r : f32
}
