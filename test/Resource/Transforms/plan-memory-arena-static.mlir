// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-plan-memory=arena=static -split-input-file | FileCheck %s

// The arena is a global: no heap, no runtime.

// CHECK: memref.global "private" @infer_arena : memref<64xi8> = uninitialized {alignment = 64 : i64}
// CHECK-LABEL: func.func @infer
// CHECK-SAME: plan<arena = 64, alignment = 64, lower_bound = 64, placement = static, status = optimal>
// CHECK: %[[ARENA:[a-z0-9_]+]] = memref.get_global @infer_arena : memref<64xi8>
// CHECK: memref.view %[[ARENA]]
// CHECK-NOT: langone_resource.arena
// CHECK: return
func.func @infer() {
  %a = memref.alloc() : memref<16xf32>
  memref.dealloc %a : memref<16xf32>
  return
}

// -----

// Each entry has its own.
// CHECK: memref.global "private" @one_arena : memref<64xi8>
// CHECK: memref.global "private" @two_arena : memref<128xi8>
func.func @one() {
  %a = memref.alloc() : memref<16xf32>
  return
}
func.func @two() {
  %a = memref.alloc() : memref<32xf32>
  return
}

// -----

// Callees get slices.
// CHECK-LABEL: func.func private @callee
// CHECK-SAME: memref<64xi8>
func.func private @callee() {
  %a = memref.alloc() : memref<16xf32>
  return
}
// CHECK: memref.global "private" @entry_arena : memref<64xi8>
// CHECK-NOT: callee_arena
func.func @entry() {
  call @callee() : () -> ()
  return
}

// -----

// Executions that may overlap must not share a global.
// CHECK-NOT: memref.global
// CHECK-LABEL: func.func private @in_parallel()
// CHECK: memref.alloc
func.func private @in_parallel() {
  %a = memref.alloc() : memref<16xf32>
  return
}
func.func @parallel(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    func.call @in_parallel() : () -> ()
  }
  return
}
