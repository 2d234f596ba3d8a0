// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

memref.global "private" constant @weights : memref<10xf32> = dense<1.0>
memref.global "private" constant @bias : memref<2xf32> = dense<2.0>
memref.global "private" @state : memref<100xf32> = dense<0.0>
memref.global "private" constant @unused : memref<1xf32> = dense<0.0>

// Each constant counts once; globals that are written are no constants.
// CHECK-LABEL: {{^}}@both 0 0 48 0
func.func @both() -> (memref<10xf32>, memref<10xf32>, memref<2xf32>, memref<100xf32>) {
  %a = memref.get_global @weights : memref<10xf32>
  %b = memref.get_global @weights : memref<10xf32>
  %c = memref.get_global @bias : memref<2xf32>
  %d = memref.get_global @state : memref<100xf32>
  return %a, %b, %c, %d : memref<10xf32>, memref<10xf32>, memref<2xf32>, memref<100xf32>
}

// CHECK-LABEL: {{^}}@one 0 0 8 0
func.func @one() {
  %c = memref.get_global @bias : memref<2xf32>
  return
}

// CHECK: {{^}}module 0 0 52
