// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-plan-memory=arena=argument -verify-diagnostics -split-input-file

func.func private @f_arena_requirements()
// expected-error@+1 {{'@f_arena_requirements' exists already}}
func.func @f() {
  %a = memref.alloc() : memref<16xf32>
  return
}
