// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: not langone-opt %s --langone-check-budget=max-buffers=1 2>&1 | FileCheck %s --check-prefixes=CHECK,ONE
// RUN: not langone-opt %s --langone-check-budget=max-buffers=0 2>&1 | FileCheck %s --check-prefixes=CHECK,ALL
// RUN: not langone-opt %s --langone-check-budget=remarks=false 2>&1 | FileCheck %s --check-prefixes=QUIET

// CHECK: remark: PROVEN: at most 0 bytes of 1
// CHECK: remark: GUARDED
// CHECK: error: REFUTED: memory budget of 20 bytes cannot hold, 28 bytes are needed
// CHECK: note: the peak is reached here, with 3 buffers live
// CHECK: note: 16 bytes: 'memref<4xf32>' allocated here (three#1)
// ONE: note: 2 more buffers with 12 bytes
// ALL: note: 8 bytes: 'memref<2xf32>' allocated here (three#2)
// ALL: note: 4 bytes: 'memref<f32>' allocated here (three#0)
// ALL-NOT: more buffers

// QUIET-NOT: remark:
// QUIET: error: REFUTED
// QUIET-NOT: remark:

func.func @proven() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1>} {
  return
}

func.func @guarded(%n: index) attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1>} {
  %a = memref.alloc(%n) : memref<?xf32>
  return
}

func.func @three() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<20>} {
  %a = memref.alloc() : memref<f32>
  %b = memref.alloc() : memref<4xf32>
  %c = memref.alloc() : memref<2xf32>
  return
}
