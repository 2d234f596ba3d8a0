// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-plan-memory --langone-insert-guards --canonicalize | FileCheck %s
// RUN: langone-opt %s --langone-plan-memory=arena=static --langone-insert-guards --canonicalize | FileCheck %s --check-prefix=STATIC

// An arena counts once at the guard: 64 bytes of it and four for each element,
// wherever the arena comes from and whatever slice a callee has of it.

// CHECK-LABEL: func.func @entry
// CHECK: %[[C64:.*]] = arith.constant 64 : i128
// CHECK: arith.addi %{{.*}}, %[[C64]] : i128
// CHECK: langone_resource.guard footprint
// CHECK: langone_resource.arena.acquire : memref<64xi8>
// STATIC-LABEL: func.func @entry
// STATIC: %[[C64:.*]] = arith.constant 64 : i128
// STATIC: arith.addi %{{.*}}, %[[C64]] : i128
// STATIC: langone_resource.guard footprint
func.func @entry(%n: index, %x: f32) attributes {langone_resource.memory_budget = #langone_resource.memory_budget<256>} {
  %c0 = arith.constant 0 : index
  %b = memref.alloc(%n) : memref<?xf32>
  memref.store %x, %b[%c0] : memref<?xf32>
  call @callee(%x) : (f32) -> ()
  memref.dealloc %b : memref<?xf32>
  return
}

func.func private @callee(%x: f32) {
  %c0 = arith.constant 0 : index
  %a = memref.alloc() : memref<16xf32>
  memref.store %x, %a[%c0] : memref<16xf32>
  memref.dealloc %a : memref<16xf32>
  return
}
