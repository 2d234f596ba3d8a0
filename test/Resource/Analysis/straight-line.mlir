// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// One row for each function: peak, lower bound, constants, arguments.
// CHECK: function peak lower bound constants arguments

// CHECK-LABEL: {{^}}@nothing 0 0 0 0
// CHECK-NOT: peak at
func.func @nothing() {
  return
}

// CHECK-LABEL: {{^}}@one_buffer 16 16 0 0
// CHECK-NEXT: peak at {{.*}}straight-line.mlir:[[#@LINE+3]]:8
// CHECK-NEXT: 16 one_buffer#0 memref<4xf32> {{.*}}straight-line.mlir:[[#@LINE+2]]:8
func.func @one_buffer() {
  %a = memref.alloc() : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  return
}

// The peak names what is live there, largest first.
// CHECK-LABEL: {{^}}@peak_in_the_middle 96 96
// CHECK-NEXT: peak at {{.*}}:[[#@LINE+7]]:8
// CHECK-NEXT: 64 peak_in_the_middle#1 memref<16xf32>
// CHECK-NEXT: 32 peak_in_the_middle#2 memref<8xf32>
func.func @peak_in_the_middle() {
  %a = memref.alloc() : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  %b = memref.alloc() : memref<16xf32>
  %c = memref.alloc() : memref<8xf32>
  memref.dealloc %b : memref<16xf32>
  %d = memref.alloc() : memref<4xf32>
  memref.dealloc %c : memref<8xf32>
  memref.dealloc %d : memref<4xf32>
  return
}

// Of equal peaks, the first.
// CHECK-LABEL: {{^}}@first_of_equals 16 16
// CHECK-NEXT: peak at {{.*}}:[[#@LINE+3]]:8
// CHECK-NEXT: first_of_equals#0
func.func @first_of_equals() {
  %a = memref.alloc() : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  %b = memref.alloc() : memref<4xf32>
  memref.dealloc %b : memref<4xf32>
  return
}

// What is never freed stays.
// CHECK-LABEL: {{^}}@leak 32 32
func.func @leak() {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<4xf32>
  return
}

// The stack has a budget of its own.
// CHECK-LABEL: {{^}}@stack_does_not_count 0 0
func.func @stack_does_not_count(%n: index) {
  %a = memref.alloca() : memref<4xf32>
  %b = memref.alloca(%n) : memref<?xf32>
  memref.alloca_scope {
    %c = memref.alloca() : memref<1024xf32>
  }
  return
}

// Arguments are the caller's; they are reported apart.
// CHECK-LABEL: {{^}}@arguments 0 0 0 56
func.func @arguments(%a: memref<4xf32>, %b: memref<5xf64>, %c: f32) {
  return
}

// CHECK-LABEL: {{^}}@dynamic_arguments 0 0 0 unbounded
func.func @dynamic_arguments(%a: memref<4xf32>, %b: memref<?xf64>) {
  return
}

// CHECK-LABEL: {{^}}@unranked_arguments 0 0 0 unbounded
func.func @unranked_arguments(%b: memref<*xf64>) {
  return
}

// CHECK: {{^}}module 96 96
