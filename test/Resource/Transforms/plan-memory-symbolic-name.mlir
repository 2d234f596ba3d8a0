// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-plan-memory=dynamic=symbolic -verify-diagnostics

// The size function needs its name.

// expected-error @below {{cannot plan the memory: '@f_arena_bytes' exists already}}
func.func @f(%n: index, %v: f32) {
  %c0 = arith.constant 0 : index
  %a = memref.alloc(%n) : memref<?xf32>
  memref.store %v, %a[%c0] : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return
}
func.func private @f_arena_bytes()
