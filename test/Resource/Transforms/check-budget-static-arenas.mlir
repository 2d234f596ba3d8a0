// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-plan-memory=arena=static > %t.mlir
// RUN: not langone-opt %t.mlir --langone-check-budget 2>&1 | FileCheck %s

// Static arenas are there together, whichever function runs.

// CHECK: error: REFUTED: memory budget of 150 bytes cannot hold, 192 bytes are needed
module attributes {langone_resource.memory_budget = #langone_resource.memory_budget<150>} {
  func.func @one() {
    %a = memref.alloc() : memref<16xf32>
    return
  }
  func.func @two() {
    %a = memref.alloc() : memref<32xf32>
    return
  }
}
