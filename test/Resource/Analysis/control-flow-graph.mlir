// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// CHECK-LABEL: {{^}}@diamond 64 64
func.func @diamond(%c: i1) {
  cf.cond_br %c, ^left, ^right
^left:
  %a = memref.alloc() : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  cf.br ^join
^right:
  %b = memref.alloc() : memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  cf.br ^join
^join:
  return
}

// CHECK-LABEL: {{^}}@diamond_with_argument 16 16
func.func @diamond_with_argument(%c: i1) {
  cf.cond_br %c, ^left, ^right
^left:
  %a = memref.alloc() : memref<4xf32>
  cf.br ^join(%a : memref<4xf32>)
^right:
  %b = memref.alloc() : memref<4xf32>
  cf.br ^join(%b : memref<4xf32>)
^join(%x: memref<4xf32>):
  memref.dealloc %x : memref<4xf32>
  %d = memref.alloc() : memref<4xf32>
  memref.dealloc %d : memref<4xf32>
  return
}

// CHECK-LABEL: {{^}}@switch 64 64
func.func @switch(%i: i32) {
  cf.switch %i : i32, [
    default: ^end,
    1: ^one,
    2: ^two
  ]
^one:
  %a = memref.alloc() : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  cf.br ^end
^two:
  %b = memref.alloc() : memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  cf.br ^end
^end:
  return
}

// CHECK-LABEL: {{^}}@loop_that_frees 16 16
func.func @loop_that_frees(%c: i1) {
  cf.br ^loop
^loop:
  %a = memref.alloc() : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  cf.cond_br %c, ^loop, ^end
^end:
  return
}

// CHECK-LABEL: {{^}}@loop_that_rotates 32 32
func.func @loop_that_rotates(%c: i1) {
  %first = memref.alloc() : memref<4xf32>
  cf.br ^loop(%first : memref<4xf32>)
^loop(%old: memref<4xf32>):
  %new = memref.alloc() : memref<4xf32>
  memref.dealloc %old : memref<4xf32>
  cf.cond_br %c, ^loop(%new : memref<4xf32>), ^end
^end:
  memref.dealloc %new : memref<4xf32>
  return
}

// CHECK-LABEL: {{^}}@loop_that_grows unbounded 16
// CHECK: unbounded: memory may grow with each round of this loop
func.func @loop_that_grows(%c: i1) {
  cf.br ^loop
^loop:
  %a = memref.alloc() : memref<4xf32>
  cf.cond_br %c, ^loop, ^end
^end:
  return
}

// The loop frees in its second block what the first allocates.
// CHECK-LABEL: {{^}}@loop_of_two_blocks 16 16
func.func @loop_of_two_blocks(%c: i1) {
  cf.br ^head
^head:
  %a = memref.alloc() : memref<4xf32>
  cf.cond_br %c, ^body, ^end
^body:
  memref.dealloc %a : memref<4xf32>
  cf.br ^head
^end:
  memref.dealloc %a : memref<4xf32>
  return
}

// Freed again and again from what came before: later rounds start lower.
// CHECK-LABEL: {{^}}@loop_that_shrinks 300 {{(0|200) }}
func.func @loop_that_shrinks(%c: i1, %d: i1) {
  %a = memref.alloc() : memref<25xf32>
  %b = memref.alloc() : memref<25xf32>
  cf.br ^loop(%a : memref<25xf32>)
^loop(%x: memref<25xf32>):
  %t = memref.alloc() : memref<25xf32>
  memref.dealloc %t : memref<25xf32>
  memref.dealloc %x : memref<25xf32>
  cf.cond_br %c, ^loop(%b : memref<25xf32>), ^end
^end:
  return
}

// CHECK-LABEL: {{^}}@several_returns 80 80
func.func @several_returns(%c: i1) {
  %a = memref.alloc() : memref<4xf32>
  cf.cond_br %c, ^one, ^two
^one:
  memref.dealloc %a : memref<4xf32>
  return
^two:
  %b = memref.alloc() : memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  memref.dealloc %a : memref<4xf32>
  return
}

// Blocks that nothing reaches do not run.
// CHECK-LABEL: {{^}}@unreachable 0 0
func.func @unreachable() {
  return
^nowhere:
  %b = memref.alloc() : memref<16xf32>
  cf.br ^nowhere
}

// A graph within a region.
// CHECK-LABEL: {{^}}@graph_in_region 64 64
func.func @graph_in_region(%c: i1) {
  scf.execute_region {
    cf.cond_br %c, ^left, ^right
  ^left:
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
    cf.br ^join
  ^right:
    %b = memref.alloc() : memref<16xf32>
    memref.dealloc %b : memref<16xf32>
    cf.br ^join
  ^join:
    scf.yield
  }
  return
}
