// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// After planning, the certificate says where buffers lie and when they are used: the checker derives
// that none is written over while it is needed. RUN for each place that an arena may come from.
// RUN: rm -f %t.json
// RUN: langone-opt %s --langone-plan-memory --langone-check-budget="certificate=%t.json" > %t.mlir
// RUN: langone-plan --check %t.json | FileCheck %s
// RUN: langone-opt %s --langone-plan-memory=arena=argument --langone-check-budget="certificate=%t.argument.json" > %t.mlir
// RUN: langone-plan --check %t.argument.json | FileCheck %s
// RUN: langone-opt %s --langone-plan-memory=arena=static --langone-check-budget="certificate=%t.static.json" > %t.mlir
// RUN: langone-plan --check %t.static.json | FileCheck %s
// A slice in the place of a buffer that is still needed; and one that is too small for the callee.
// RUN: %python %S/Inputs/reseal.py %t.json '"offset_bytes": 128' '"offset_bytes": 64' > %t.moved.json
// RUN: not langone-plan --check %t.moved.json 2>&1 | FileCheck %s --check-prefix=MOVED
// RUN: %python %S/Inputs/reseal.py %t.json '"offset_bytes": 128' '"offset_bytes": 192' > %t.above.json
// RUN: not langone-plan --check %t.above.json 2>&1 | FileCheck %s --check-prefix=ABOVE
// The pipeline writes it while each buffer has a view of its own.
// RUN: langone-opt %s --langone-budget-pipeline="certificate=%t.pipeline.json" > %t.mlir
// RUN: langone-plan --check %t.pipeline.json | FileCheck %s
// An arena whose size is computed when the code runs is not followed.
// RUN: langone-opt %s --langone-plan-memory=dynamic=symbolic --langone-check-budget="certificate=%t.symbolic.json" > %t.mlir
// RUN: langone-plan --check %t.symbolic.json | FileCheck %s --check-prefix=SYMBOLIC

// CHECK: accepted: the peaks of {{[35]}} functions, 2 budgets proven, 5 places in arenas
// CHECK-NEXT: assumed: 'dynamic': argument 0, dimension 0: 1 .. 64
// CHECK-NOT: assumed
// MOVED: rejected: 'caller': place 0 ({{.*}}) is used after place 1 ({{.*}}), which shares bytes with it, was placed
// ABOVE: rejected: 'caller': place 1 ({{.*}}) ends above the arena of 192 bytes
// SYMBOLIC: assumed: 'dynamic': the buffers in its arena do not overlap
// SYMBOLIC-NEXT: assumed: 'dynamic': argument 0, dimension 0: 1 .. 64
// SYMBOLIC-NEXT: assumed: 'dynamic': buffers are not followed in its arena: its size is computed when it runs

func.func private @callee(%x: memref<128xi8>) {
  %a = memref.alloc() : memref<64xi8>
  %c0 = arith.constant 0 : index
  %v = memref.load %x[%c0] : memref<128xi8>
  memref.store %v, %a[%c0] : memref<64xi8>
  %w = memref.load %a[%c0] : memref<64xi8>
  memref.store %w, %x[%c0] : memref<128xi8>
  memref.dealloc %a : memref<64xi8>
  return
}

func.func @caller(%c: i1, %x: memref<128xi8>) attributes {
  langone_resource.memory_budget = #langone_resource.memory_budget<192>
} {
  %a = memref.alloc() : memref<128xi8>
  memref.copy %x, %a : memref<128xi8> to memref<128xi8>
  scf.if %c {
    func.call @callee(%a) : (memref<128xi8>) -> ()
  }
  memref.copy %a, %x : memref<128xi8> to memref<128xi8>
  memref.dealloc %a : memref<128xi8>
  return
}

// Both at offset 0, one after the other in each round.
func.func @dynamic(%x: memref<?xi8> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 64]>}) attributes {
  langone_resource.memory_budget = #langone_resource.memory_budget<64>
} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %x, %c0 : memref<?xi8>
  scf.for %i = %c0 to %n step %c1 {
    %a = memref.alloc(%n) : memref<?xi8>
    memref.copy %x, %a : memref<?xi8> to memref<?xi8>
    memref.copy %a, %x : memref<?xi8> to memref<?xi8>
    memref.dealloc %a : memref<?xi8>
    %b = memref.alloc() : memref<8xi8>
    %v = memref.load %x[%i] : memref<?xi8>
    memref.store %v, %b[%c0] : memref<8xi8>
    %w = memref.load %b[%c0] : memref<8xi8>
    memref.store %w, %x[%i] : memref<?xi8>
    memref.dealloc %b : memref<8xi8>
  }
  return
}
