// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// Functions of other dialects are functions, too.

// CHECK-LABEL: {{^}}@task 16 16
async.func @task() -> !async.token {
  %a = memref.alloc() : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  return
}

// CHECK-LABEL: {{^}}@kernel 16 16
gpu.module @device {
  gpu.func @kernel() {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
    gpu.return
  }
}

llvm.func @external(!llvm.ptr)

// Only memrefs are followed: what LLVM code allocates is not known.
// CHECK-LABEL: {{^}}@low_level unbounded 0
llvm.func @low_level(%p: !llvm.ptr) {
  llvm.call @external(%p) : (!llvm.ptr) -> ()
  llvm.return
}
