// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Blocks that branch on the condition of an scf.if in them.
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// A loop that frees what it got in its last round alone.
// CHECK-LABEL: {{^}}@last_round_frees 16 0
func.func @last_round_frees(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  cf.br ^outer(%n : index)
^outer(%k: index):
  %more = arith.cmpi ugt, %k, %c0 : index
  cf.cond_br %more, ^begin, ^end
^begin:
  %a = memref.alloc() : memref<4xf32>
  cf.br ^loop(%n : index)
^loop(%i: index):
  %last = arith.cmpi eq, %i, %c0 : index
  scf.if %last {
    memref.dealloc %a : memref<4xf32>
  }
  %next = arith.subi %i, %c1 : index
  cf.cond_br %last, ^after, ^loop(%next : index)
^after:
  %less = arith.subi %k, %c1 : index
  cf.br ^outer(%less : index)
^end:
  return
}
// The same, freed in all rounds but the last: it leaks.
// CHECK-LABEL: {{^}}@all_but_last 16 16
func.func @all_but_last(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  cf.br ^loop(%n : index)
^loop(%i: index):
  %a = memref.alloc() : memref<4xf32>
  %last = arith.cmpi eq, %i, %c0 : index
  scf.if %last {
  } else {
    memref.dealloc %a : memref<4xf32>
  }
  %next = arith.subi %i, %c1 : index
  cf.cond_br %last, ^after, ^loop(%next : index)
^after:
  return
}
// Freed on the way out only: grows.
// CHECK-LABEL: {{^}}@grows unbounded
func.func @grows(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  cf.br ^loop(%n : index)
^loop(%i: index):
  %a = memref.alloc() : memref<4xf32>
  %last = arith.cmpi eq, %i, %c0 : index
  scf.if %last {
    memref.dealloc %a : memref<4xf32>
  }
  %next = arith.subi %i, %c1 : index
  cf.cond_br %last, ^after, ^loop(%next : index)
^after:
  return
}
