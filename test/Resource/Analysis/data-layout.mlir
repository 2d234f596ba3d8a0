// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// The lowering takes an index for 64 bits: where the layout says otherwise, its
// size is not known.
module attributes {dlti.dl_spec = #dlti.dl_spec<index = 32>} {
  // CHECK-LABEL: {{^}}@index_of_32_bits unbounded 0
  func.func @index_of_32_bits() {
    %a = memref.alloc() : memref<10xindex>
    memref.dealloc %a : memref<10xindex>
    return
  }
}
