// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A function that calls itself as a constant, which is as good as by its name.
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s
// RUN: langone-opt %s --langone-insert-guards | FileCheck %s --check-prefix=GUARD

func.func private @decide() -> i1 attributes {langone_resource.cost = #langone_resource.cost<memory = 0>}

// CHECK-LABEL: {{^}}@declared 48
// GUARD-LABEL: func.func private @declared_at_depth
// GUARD: guard depth
// GUARD-NOT: call_indirect
// GUARD: call @declared_at_depth
func.func @declared() attributes {langone_resource.recursion_depth = 3 : i64} {
  %a = memref.alloc() : memref<4xf32>
  %more = call @decide() : () -> i1
  scf.if %more {
    %self = func.constant @declared : () -> ()
    func.call_indirect %self() : () -> ()
  }
  memref.dealloc %a : memref<4xf32>
  return
}

// CHECK-LABEL: {{^}}@proven 80
func.func private @proven(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc() : memref<4xf32>
  %more = arith.cmpi sgt, %n, %c0 : index
  scf.if %more {
    %less = arith.subi %n, %c1 : index
    %self = func.constant @proven : (index) -> ()
    func.call_indirect %self(%less) : (index) -> ()
  }
  memref.dealloc %a : memref<4xf32>
  return
}
// CHECK-LABEL: {{^}}@calls_it 80
func.func @calls_it() {
  %c4 = arith.constant 4 : index
  call @proven(%c4) : (index) -> ()
  return
}
