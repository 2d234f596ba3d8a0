// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-check-budget=remarks=false --langone-plan-memory --langone-check-budget 2> %t | FileCheck %s
// RUN: FileCheck %s --check-prefix=TOLD < %t
// RUN: langone-opt %s --langone-plan-memory --langone-check-budget 2>&1 | FileCheck %s --check-prefix=LATE

// Once its buffers lie in the arena of the function, a scope allocates nothing:
// the verdict from before stands, and without one there is none.

// TOLD-COUNT-1: warning: REFUTED: memory budget of 8 bytes cannot hold, 64 bytes are needed
// TOLD-NOT: PROVEN
// CHECK: langone_resource.verdict = #langone_resource.verdict<refuted, peak = 64>
// LATE: remark: GUARDED: the buffers of this scope lie in the arena of its function, check it before planning
// LATE: langone_resource.verdict = #langone_resource.verdict<guarded>
func.func @loop(%n: index, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %a = memref.alloc() : memref<16xf32>
    memref.store %x, %a[%i] : memref<16xf32>
    memref.dealloc %a : memref<16xf32>
  } {langone_resource.memory_budget = #langone_resource.memory_budget<8, on_exceed = warn>}
  return
}
