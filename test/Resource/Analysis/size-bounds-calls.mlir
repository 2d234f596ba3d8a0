// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources="report=%t.json" 2>&1 | FileCheck %s
// RUN: FileCheck %s --check-prefix=REPORT < %t.json

// A private function knows what all its callers pass.

// CHECK-LABEL: {{^}}@caller 400 4
// REPORT: "assumptions": [
// REPORT-NEXT: {
// REPORT-NEXT: "argument": 0,
// REPORT-NEXT: "dim": 0,
// REPORT-NEXT: "lower": 1,
// REPORT-NEXT: "upper": 100
// REPORT: "name": "caller"
func.func @caller(%x: memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 100]>}) {
  call @callee(%x) : (memref<?xf32>) -> ()
  return
}

// CHECK-LABEL: {{^}}@second_caller 400 28
func.func @second_caller() {
  %a = memref.alloc() : memref<7xf32>
  %x = memref.cast %a : memref<7xf32> to memref<?xf32>
  memref.dealloc %a : memref<7xf32>
  call @callee(%x) : (memref<?xf32>) -> ()
  return
}

// CHECK-LABEL: {{^}}@callee 400 4
// REPORT: "assumptions": []
// REPORT: "name": "callee"
// REPORT: "bytes_symbolic": "4 * arg0.dim0",
// REPORT: "peak_symbolic": "4 * arg0.dim0",
func.func private @callee(%x: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  %a = memref.alloc(%n) : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return
}

// A number is passed on as well.
// CHECK-LABEL: {{^}}@passes_a_number 64 64
func.func @passes_a_number() {
  %c16 = arith.constant 16 : index
  call @takes_a_number(%c16) : (index) -> ()
  return
}
func.func private @takes_a_number(%n: index) {
  %a = memref.alloc(%n) : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return
}

// Others may call a public function.
// CHECK-LABEL: {{^}}@public unbounded 0
func.func @public(%n: index) {
  %a = memref.alloc(%n) : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return
}
func.func @calls_public() {
  %c16 = arith.constant 16 : index
  call @public(%c16) : (index) -> ()
  return
}

// A private function's own declaration is an assumption only where its callers
// do not imply it.
// REPORT: "assumptions": [
// REPORT: "upper": 8
// REPORT: "name": "declares"
// CHECK-LABEL: {{^}}@declares 8 1
func.func private @declares(%x: memref<?xi8> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 8]>}) {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xi8>
  %a = memref.alloc(%n) : memref<?xi8>
  memref.dealloc %a : memref<?xi8>
  return
}
func.func @calls_declares(%x: memref<?xi8>) {
  call @declares(%x) : (memref<?xi8>) -> ()
  return
}
