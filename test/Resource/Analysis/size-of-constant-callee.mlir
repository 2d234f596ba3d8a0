// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What callers pass bounds the sizes of a private function, also where they
// call it as a value that is known.
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// CHECK-LABEL: {{^}}@constant 28
func.func private @constant(%n: index) {
  %a = memref.alloc(%n) : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return
}
// CHECK-LABEL: {{^}}@selected 36
func.func private @selected(%n: index) {
  %a = memref.alloc(%n) : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return
}
// CHECK-LABEL: {{^}}@handed_on unbounded
func.func private @handed_on(%n: index) {
  %a = memref.alloc(%n) : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return
}
func.func private @take((index) -> ()) attributes {langone_resource.cost = #langone_resource.cost<memory = 0>}

func.func @main(%condition: i1) {
  %c7 = arith.constant 7 : index
  %c9 = arith.constant 9 : index
  %f = func.constant @constant : (index) -> ()
  func.call_indirect %f(%c7) : (index) -> ()
  %g = func.constant @selected : (index) -> ()
  %either = arith.select %condition, %g, %g : (index) -> ()
  func.call_indirect %either(%c9) : (index) -> ()
  %h = func.constant @handed_on : (index) -> ()
  func.call_indirect %h(%c7) : (index) -> ()
  call @take(%h) : ((index) -> ()) -> ()
  return
}
