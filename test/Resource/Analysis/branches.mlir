// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// Branches of one op never live together.
// CHECK-LABEL: {{^}}@exclusive 64 64
func.func @exclusive(%c: i1) {
  scf.if %c {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
  } else {
    %b = memref.alloc() : memref<16xf32>
    memref.dealloc %b : memref<16xf32>
  }
  return
}

// What one branch leaves behind may or may not be there afterwards.
// CHECK-LABEL: {{^}}@left_behind 80 64
// CHECK-NEXT: peak at {{.*}}:[[#@LINE+7]]:8
// CHECK-NEXT: 64 left_behind#1
// CHECK-NEXT: 16 left_behind#0
func.func @left_behind(%c: i1) {
  scf.if %c {
    %a = memref.alloc() : memref<4xf32>
  }
  %b = memref.alloc() : memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  return
}

// Freed on one way only: may still be there.
// CHECK-LABEL: {{^}}@freed_in_one_branch 80 64
func.func @freed_in_one_branch(%c: i1) {
  %a = memref.alloc() : memref<4xf32>
  scf.if %c {
    memref.dealloc %a : memref<4xf32>
  }
  %b = memref.alloc() : memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  return
}

// CHECK-LABEL: {{^}}@freed_in_both_branches 64 64
func.func @freed_in_both_branches(%c: i1) {
  %a = memref.alloc() : memref<4xf32>
  scf.if %c {
    memref.dealloc %a : memref<4xf32>
  } else {
    memref.dealloc %a : memref<4xf32>
  }
  %b = memref.alloc() : memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  return
}

// A buffer that leaves its branch lives on; freeing it frees the smaller one
// for sure.
// CHECK-LABEL: {{^}}@yielded_same_size 16 16
func.func @yielded_same_size(%c: i1) {
  %r = scf.if %c -> memref<4xf32> {
    %a = memref.alloc() : memref<4xf32>
    scf.yield %a : memref<4xf32>
  } else {
    %b = memref.alloc() : memref<4xf32>
    scf.yield %b : memref<4xf32>
  }
  memref.dealloc %r : memref<4xf32>
  %d = memref.alloc() : memref<4xf32>
  memref.dealloc %d : memref<4xf32>
  return
}

// After the deallocation up to 48 bytes of the larger one may be left.
// CHECK-LABEL: {{^}}@yielded_other_size 112 64
func.func @yielded_other_size(%c: i1) {
  %r = scf.if %c -> memref<?xf32> {
    %a = memref.alloc() : memref<4xf32>
    %a1 = memref.cast %a : memref<4xf32> to memref<?xf32>
    scf.yield %a1 : memref<?xf32>
  } else {
    %b = memref.alloc() : memref<16xf32>
    %b1 = memref.cast %b : memref<16xf32> to memref<?xf32>
    scf.yield %b1 : memref<?xf32>
  }
  memref.dealloc %r : memref<?xf32>
  %d = memref.alloc() : memref<16xf32>
  memref.dealloc %d : memref<16xf32>
  return
}

// CHECK-LABEL: {{^}}@switch 64 64
func.func @switch(%i: index) {
  scf.index_switch %i
  case 0 {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
    scf.yield
  }
  case 7 {
    %b = memref.alloc() : memref<16xf32>
    memref.dealloc %b : memref<16xf32>
    scf.yield
  }
  default {
    scf.yield
  }
  return
}

// CHECK-LABEL: {{^}}@region_result 32 32
func.func @region_result() {
  %r = scf.execute_region -> memref<4xf32> {
    %a = memref.alloc() : memref<4xf32>
    scf.yield %a : memref<4xf32>
  }
  %b = memref.alloc() : memref<4xf32>
  memref.dealloc %r : memref<4xf32>
  memref.dealloc %b : memref<4xf32>
  return
}

// CHECK-LABEL: {{^}}@affine_branches 64 64
func.func @affine_branches(%n: index) {
  affine.if affine_set<(d0) : (d0 - 4 >= 0)>(%n) {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
  } else {
    %b = memref.alloc() : memref<16xf32>
    memref.dealloc %b : memref<16xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@affine_without_else 16 16
func.func @affine_without_else(%n: index) {
  affine.if affine_set<(d0) : (d0 - 4 >= 0)>(%n) {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@nested_branches 32 32
func.func @nested_branches(%c: i1, %d: i1) {
  %a = memref.alloc() : memref<4xf32>
  scf.if %c {
    scf.if %d {
      %b = memref.alloc() : memref<4xf32>
      memref.dealloc %b : memref<4xf32>
    }
  }
  memref.dealloc %a : memref<4xf32>
  return
}
