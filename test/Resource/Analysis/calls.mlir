// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// A call costs the peak of its callee, at the point of the call.

// CHECK-LABEL: {{^}}@leaf 64 64
func.func private @leaf() {
  %a = memref.alloc() : memref<16xf32>
  memref.dealloc %a : memref<16xf32>
  return
}

// CHECK-LABEL: {{^}}@middle 80 80
// CHECK-NEXT: peak at {{.*}}calls.mlir:[[#@LINE-6]]:8
// CHECK-NEXT: 64 leaf#0
// CHECK-NEXT: 16 middle#0
func.func private @middle() {
  %a = memref.alloc() : memref<4xf32>
  call @leaf() : () -> ()
  memref.dealloc %a : memref<4xf32>
  return
}

// CHECK-LABEL: {{^}}@nested 96 96
// CHECK-NEXT: peak at {{.*}}calls.mlir:[[#@LINE-17]]:8
// CHECK-NEXT: 64 leaf#0
// CHECK-NEXT: 16 nested#0
// CHECK-NEXT: 16 middle#0
func.func @nested() {
  %a = memref.alloc() : memref<4xf32>
  call @middle() : () -> ()
  memref.dealloc %a : memref<4xf32>
  return
}

// CHECK-LABEL: {{^}}@several_sites 128 128
func.func @several_sites() {
  call @leaf() : () -> ()
  %a = memref.alloc() : memref<16xf32>
  call @leaf() : () -> ()
  memref.dealloc %a : memref<16xf32>
  call @leaf() : () -> ()
  return
}

// CHECK-LABEL: {{^}}@in_a_loop 64 64
func.func @in_a_loop(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    func.call @leaf() : () -> ()
  }
  return
}

// Defined after its caller.
// CHECK-LABEL: {{^}}@before_its_callee 16 16
func.func @before_its_callee() {
  call @later() : () -> ()
  return
}

// CHECK-LABEL: {{^}}@later 16 16
func.func @later() {
  %a = memref.alloc() : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  return
}

func.func private @declared(memref<4xf32>) attributes {langone_resource.cost = #langone_resource.cost<memory = 4096>}
func.func private @declared_free() attributes {langone_resource.cost = #langone_resource.cost<memory = 0>}
func.func private @declared_other() attributes {langone_resource.cost = #langone_resource.cost<cpu_cycles = 3>}
func.func private @undeclared()

// A declared cost is a bound: nobody says that it is reached.
// CHECK-LABEL: {{^}}@calls_declared 4112 16
// CHECK: 4096 declared#cost
// CHECK: 16 calls_declared#0
func.func @calls_declared() {
  %a = memref.alloc() : memref<4xf32>
  call @declared(%a) : (memref<4xf32>) -> ()
  memref.dealloc %a : memref<4xf32>
  return
}

// CHECK-LABEL: {{^}}@calls_declared_free 0 0
func.func @calls_declared_free() {
  call @declared_free() : () -> ()
  return
}

// CHECK-LABEL: {{^}}@calls_declared_other unbounded 0
// CHECK: unbounded: '@declared_other' has no known cost
func.func @calls_declared_other() {
  call @declared_other() : () -> ()
  return
}

// Whatever was allocated before may be gone after an unknown call.
// CHECK-LABEL: {{^}}@calls_undeclared unbounded 16
// CHECK: unbounded: '@undeclared' has no known cost: it has no body and declares none ({{.*}}:[[#@LINE+3]]:3)
func.func @calls_undeclared() {
  %a = memref.alloc() : memref<4xf32>
  call @undeclared() : () -> ()
  %b = memref.alloc() : memref<2xf32>
  return
}

// CHECK-LABEL: {{^}}@calls_unbounded unbounded 16
// CHECK: unbounded: the callee has no finite bound
func.func @calls_unbounded() {
  call @calls_undeclared() : () -> ()
  return
}

// CHECK-LABEL: {{^}}@recursive unbounded 16
// CHECK: unbounded: the depth of its recursion is not known, and memory is live across the recursive call ({{.*}}:[[#@LINE+1]]:1)
func.func @recursive(%c: i1) {
  %a = memref.alloc() : memref<4xf32>
  scf.if %c {
    func.call @recursive(%c) : (i1) -> ()
  }
  memref.dealloc %a : memref<4xf32>
  return
}

// Nothing is live at the calls: the depth does not matter.
// CHECK-LABEL: {{^}}@ping 16 0
func.func private @ping(%c: i1) {
  call @pong(%c) : (i1) -> ()
  return
}

// CHECK-LABEL: {{^}}@pong 16 16
func.func private @pong(%c: i1) {
  %a = memref.alloc() : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  scf.if %c {
    func.call @ping(%c) : (i1) -> ()
  }
  return
}

// CHECK-LABEL: {{^}}@calls_recursive 16 0
func.func @calls_recursive(%c: i1) {
  call @ping(%c) : (i1) -> ()
  return
}

// CHECK-LABEL: {{^}}@indirect unbounded 0
// CHECK: unbounded: the callee is not known
func.func @indirect(%f: () -> ()) {
  call_indirect %f() : () -> ()
  return
}

// A declaration has no row.
// CHECK-NOT: {{^}}@declared
// CHECK: {{^}}module unbounded 128
