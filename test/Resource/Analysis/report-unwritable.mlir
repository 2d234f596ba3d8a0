// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rm -rf %t && mkdir %t
// RUN: not langone-opt %s --langone-analyze-resources="report=%t/nowhere/report.json" > %t.out 2> %t.err
// RUN: FileCheck %s < %t.err
// RUN: count 0 < %t.out
// RUN: not ls %t/nowhere
// RUN: mkdir %t/folder
// RUN: not langone-opt %s --langone-analyze-resources="report=%t/folder" 2>&1 | FileCheck %s
// RUN: ls %t | FileCheck %s --check-prefix=FILES

// A report that cannot be written is an error; nothing is left half-written.

// CHECK: report-unwritable.mlir:[[#@LINE+1]]:1: error: cannot write '{{.*}}': {{.+}}
module {
  func.func @f() {
    return
  }
}

// FILES: folder
// FILES-NOT: {{.}}
