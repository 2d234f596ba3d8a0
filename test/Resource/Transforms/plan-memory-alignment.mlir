// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-plan-memory | FileCheck %s
// RUN: langone-opt %s --langone-plan-memory=alignment=1 | FileCheck %s --check-prefix=ONE
// RUN: langone-opt %s --langone-plan-memory=alignment=256 | FileCheck %s --check-prefix=LARGE

// By default 64, or what the allocation asks for; with the option what it says;
// never less than the elements need.

// CHECK-LABEL: func.func @three_bytes
// CHECK-SAME: plan<arena = 67, alignment = 64, lower_bound = {{[0-9]+}}, placement = runtime
// CHECK: arena.acquire : memref<67xi8>
// ONE-LABEL: func.func @three_bytes
// ONE-SAME: plan<arena = 6, alignment = 1, lower_bound = 6, placement = runtime
// ONE: arena.acquire alignment(1) : memref<6xi8>
// LARGE-LABEL: func.func @three_bytes
// LARGE-SAME: plan<arena = 259, alignment = 256,
// LARGE: arena.acquire alignment(256) : memref<259xi8>
func.func @three_bytes() {
  %a = memref.alloc() : memref<3xi8>
  %b = memref.alloc() : memref<3xi8>
  memref.copy %a, %b : memref<3xi8> to memref<3xi8>
  return
}

// CHECK-LABEL: func.func @elements
// ONE-LABEL: func.func @elements
// ONE-SAME: plan<arena = 11, alignment = 8, lower_bound = {{[0-9]+}}, placement = runtime
func.func @elements() {
  %a = memref.alloc() : memref<3xi8>
  %b = memref.alloc() : memref<1xf64>
  memref.dealloc %a : memref<3xi8>
  memref.dealloc %b : memref<1xf64>
  return
}

// CHECK-LABEL: func.func @asked_for
// CHECK-SAME: alignment = 512,
// CHECK: arena.acquire alignment(512)
// ONE-LABEL: func.func @asked_for
// ONE-SAME: alignment = 1,
func.func @asked_for() {
  %a = memref.alloc() {alignment = 512} : memref<3xi8>
  return
}

// CHECK-LABEL: func.func @vectors
// CHECK-SAME: alignment = 128,
// ONE-LABEL: func.func @vectors
// ONE-SAME: alignment = 128,
func.func @vectors() {
  %a = memref.alloc() : memref<1xvector<16xf64>>
  return
}
