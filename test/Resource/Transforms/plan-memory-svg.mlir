// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rm -rf %t && mkdir %t
// RUN: langone-opt %s --langone-plan-memory=svg=%t/plan.svg | FileCheck %s
// RUN: FileCheck %s --check-prefix=SVG < %t/plan.svg
// RUN: langone-opt %s --langone-plan-memory=svg=%t/again.svg | FileCheck %s
// RUN: diff %t/plan.svg %t/again.svg
// RUN: not langone-opt %s --langone-plan-memory=svg=%t/nowhere/plan.svg 2>&1 | FileCheck %s --check-prefix=UNWRITABLE

// The drawing is of the largest plan.

// SVG: <svg
// SVG: Memory plan of @large
// SVG: </svg>

// UNWRITABLE: error: cannot write '{{.*}}nowhere/plan.svg'
// UNWRITABLE-NOT: func.func

// CHECK: func.func @small
func.func @small() {
  %a = memref.alloc() : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  return
}

func.func @large() {
  %a = memref.alloc() : memref<16xf32>
  memref.dealloc %a : memref<16xf32>
  return
}
