// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-check-budget -split-input-file -verify-diagnostics | FileCheck %s

// Budgets that hold in every execution, though not by the simplest reasoning:
// never REFUTED.

// The callee frees its argument before it allocates: 100 bytes at a time.
func.func private @replace(%a: memref<25xf32>) {
  memref.dealloc %a : memref<25xf32>
  %b = memref.alloc() : memref<25xf32>
  memref.dealloc %b : memref<25xf32>
  return
}
// CHECK-LABEL: func.func @argument_freed_by_callee
// CHECK-SAME: verdict<proven, peak = 100>
// expected-remark@+1 {{PROVEN: at most 100 bytes of 150}}
func.func @argument_freed_by_callee() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<150 B>} {
  %a = memref.alloc() : memref<25xf32>
  call @replace(%a) : (memref<25xf32>) -> ()
  return
}

// -----

// Each round frees the buffer of the round before.
// CHECK-LABEL: func.func @rotated_argument
// CHECK-SAME: verdict<proven, peak = 100>
// expected-remark@+1 {{PROVEN: at most 100 bytes of 500}}
func.func @rotated_argument(%first: memref<25xf32>) -> memref<25xf32> attributes {langone_resource.memory_budget = #langone_resource.memory_budget<500 B>} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  %last = scf.for %i = %c0 to %c10 step %c1 iter_args(%old = %first) -> memref<25xf32> {
    memref.dealloc %old : memref<25xf32>
    %new = memref.alloc() : memref<25xf32>
    scf.yield %new : memref<25xf32>
  }
  return %last : memref<25xf32>
}

// -----

func.func private @free_from_memory(%m: memref<memref<25xf32>>) {
  %x = memref.load %m[] : memref<memref<25xf32>>
  memref.dealloc %x : memref<25xf32>
  %b = memref.alloc() : memref<25xf32>
  memref.dealloc %b : memref<25xf32>
  return
}
// CHECK-LABEL: func.func @freed_through_memory
// expected-remark@+1 {{GUARDED: between 100 and 200 bytes are needed, the budget is 150 bytes}}
func.func @freed_through_memory(%m: memref<memref<25xf32>>) attributes {langone_resource.memory_budget = #langone_resource.memory_budget<150 B>} {
  %a = memref.alloc() : memref<25xf32>
  memref.store %a, %m[] : memref<memref<25xf32>>
  call @free_from_memory(%m) : (memref<memref<25xf32>>) -> ()
  return
}

// -----

// Budgets that some execution exceeds: never PROVEN.

// Old and new block are there while one is copied to the other.
// CHECK-LABEL: func.func @realloc_grows
// CHECK-SAME: verdict<guarded
// expected-remark@+1 {{GUARDED}}
func.func @realloc_grows() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<450 B>} {
  %a = memref.alloc() : memref<25xf32>
  %b = memref.realloc %a : memref<25xf32> to memref<100xf32>
  memref.dealloc %b : memref<100xf32>
  return
}

// -----

// A smaller view of the old block stands for the new one.
// CHECK-LABEL: func.func @realloc_shrinks
// CHECK-SAME: verdict<guarded
// expected-remark@+1 {{GUARDED}}
func.func @realloc_shrinks() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<500 B>} {
  %a = memref.alloc() : memref<100xf32>
  %b = memref.realloc %a : memref<100xf32> to memref<25xf32>
  %c = memref.alloc() : memref<100xf32>
  memref.dealloc %c : memref<100xf32>
  memref.dealloc %b : memref<25xf32>
  return
}
