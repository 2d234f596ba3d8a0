// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// A loop that may free more with each round lowers the lower bound by what it
// can take at most, not to nothing.

// What was found before the loop stands, and what is allocated in it.
// CHECK-LABEL: {{^}}@graph 64 64
func.func @graph(%c: i1) {
  %a = memref.alloc() : memref<8xf32>
  cf.br ^loop(%a : memref<8xf32>)
^loop(%old: memref<8xf32>):
  memref.dealloc %old : memref<8xf32>
  %b = memref.alloc() : memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  %new = memref.alloc() : memref<8xf32>
  cf.cond_br %c, ^loop(%new : memref<8xf32>), ^end
^end:
  memref.dealloc %new : memref<8xf32>
  return
}

// The prologue is not reached by the edge back.
// CHECK-LABEL: {{^}}@prologue 128 128
func.func @prologue(%c: i1, %d: i1) {
  %a = memref.alloc() : memref<16xf32>
  %p = memref.alloc() : memref<16xf32>
  memref.dealloc %p : memref<16xf32>
  cf.br ^loop
^loop:
  scf.if %d {
    memref.dealloc %a : memref<16xf32>
  }
  cf.cond_br %c, ^loop, ^end
^end:
  return
}

// Each of the three rounds may take 16 bytes of the 64 that are live before.
// CHECK-LABEL: {{^}}@counted {{[0-9]+}} 96
func.func @counted(%d: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %k = memref.alloc() : memref<16xf32>
  %a = memref.alloc() : memref<4xf32>
  scf.for %i = %c0 to %c3 step %c1 {
    %b = memref.alloc() : memref<12xf32>
    memref.dealloc %b : memref<12xf32>
    %first = arith.cmpi eq, %i, %c0 : index
    scf.if %first {
      memref.dealloc %a : memref<4xf32>
    }
  }
  memref.dealloc %k : memref<16xf32>
  return
}

// CHECK-LABEL: {{^}}@while {{[0-9]+}} 64
func.func @while(%d: i1) {
  %a = memref.alloc() : memref<4xf32>
  scf.while : () -> () {
    scf.condition(%d)
  } do {
    %b = memref.alloc() : memref<16xf32>
    memref.dealloc %b : memref<16xf32>
    scf.if %d {
      memref.dealloc %a : memref<4xf32>
    }
    scf.yield
  }
  return
}
