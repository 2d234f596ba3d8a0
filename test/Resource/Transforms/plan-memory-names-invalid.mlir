// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-plan-memory=arena=static -verify-diagnostics -split-input-file

memref.global "private" @f_arena : memref<1xi8>
// expected-error@+1 {{'@f_arena' exists already}}
func.func @f() {
  %a = memref.alloc() : memref<16xf32>
  return
}
