// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-plan-memory -verify-diagnostics

// expected-error@+1 {{'@shared_in_arena' exists already}}
func.func @shared() {
  %a = memref.alloc() : memref<16xf32>
  return
}
func.func @caller() {
  call @shared() : () -> ()
  return
}
func.func private @shared_in_arena()
