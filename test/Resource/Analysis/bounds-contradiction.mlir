// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources=table=false -split-input-file -verify-diagnostics
// RUN: langone-opt %s --langone-check-budget -split-input-file -verify-diagnostics
// RUN: langone-opt %s --langone-plan-memory -split-input-file -verify-diagnostics
// RUN: not langone-opt %s --langone-check-budget -split-input-file

// Two statements that exclude each other are an error, and nothing follows.

// expected-note @below {{which are known at the entry of this function}}
func.func @assertion(%x: memref<?xi8> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[64 .. 128]>}) {
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %n = memref.dim %x, %c0 : memref<?xi8>
  %ok = arith.cmpi ult, %n, %c32 : index
  // expected-error @below {{this assertion contradicts the bounds of arg0.dim0}}
  cf.assert %ok, "small"
  return
}

// -----

// expected-note @below {{they are declared here}}
func.func private @callee(%x: memref<?xi8> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 64]>}) {
  return
}
func.func @caller(%a: memref<65xi8>) {
  %x = memref.cast %a : memref<65xi8> to memref<?xi8>
  // expected-error @below {{argument 0 of this call is outside of the bounds that the callee declares for it}}
  call @callee(%x) : (memref<?xi8>) -> ()
  return
}

// -----

// expected-note @below {{they are declared here}}
func.func @callee(%n: i32 {langone_resource.range = #langone_resource.range<0.0, 9.0>}) {
  return
}
func.func @caller() {
  %c10 = arith.constant 10 : i32
  // expected-error @below {{argument 0 of this call is outside of the bounds that the callee declares for it}}
  call @callee(%c10) : (i32) -> ()
  return
}
