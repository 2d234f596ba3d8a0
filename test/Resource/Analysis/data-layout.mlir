// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// The data layout of the module says how large an index is.
module attributes {dlti.dl_spec = #dlti.dl_spec<index = 32>} {
  // CHECK-LABEL: {{^}}@index_of_32_bits 40 40
  func.func @index_of_32_bits() {
    %a = memref.alloc() : memref<10xindex>
    memref.dealloc %a : memref<10xindex>
    return
  }
}
