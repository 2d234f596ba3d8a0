// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-plan-memory -split-input-file | FileCheck %s

// The plan is for the whole program: a callee gets a slice of its caller's arena.

// CHECK-LABEL: func.func private @leaf
// CHECK-SAME: %[[SLICE:[a-z0-9_]+]]: memref<64xi8>
// CHECK-SAME: plan<arena = 64, alignment = 64, lower_bound = 64, placement = argument, status = optimal>
// CHECK: memref.view %[[SLICE]]
// CHECK-NOT: arena
func.func private @leaf(%x: f32, %i: index) {
  %a = memref.alloc() : memref<16xf32>
  memref.store %x, %a[%i] : memref<16xf32>
  memref.dealloc %a : memref<16xf32>
  return
}

// The slice lives for the call: it shares with what lives before and after.
// CHECK-LABEL: func.func @entry
// CHECK-SAME: plan<arena = 64,
// CHECK-SAME: placement = runtime
// CHECK: %[[ARENA:[a-z0-9_]+]] = langone_resource.arena.acquire : memref<64xi8>
// CHECK: %[[SLICE:[a-z0-9_]+]] = memref.view %[[ARENA]]{{.*}} to memref<64xi8>
// CHECK: call @leaf(%{{.*}}, %{{.*}}, %[[SLICE]]) : (f32, index, memref<64xi8>) -> ()
func.func @entry(%x: f32, %i: index) {
  %a = memref.alloc() : memref<16xf32>
  memref.store %x, %a[%i] : memref<16xf32>
  memref.dealloc %a : memref<16xf32>
  call @leaf(%x, %i) : (f32, index) -> ()
  %b = memref.alloc() : memref<16xf32>
  memref.store %x, %b[%i] : memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  return
}

// It does not share with what lives across the call.
// CHECK-LABEL: func.func @live_across_the_call
// CHECK-SAME: plan<arena = 128,
func.func @live_across_the_call(%x: f32, %i: index) {
  %a = memref.alloc() : memref<16xf32>
  call @leaf(%x, %i) : (f32, index) -> ()
  memref.store %x, %a[%i] : memref<16xf32>
  memref.dealloc %a : memref<16xf32>
  return
}

// Several calls share one slice's bytes.
// CHECK-LABEL: func.func @several_calls
// CHECK-SAME: plan<arena = 64,
// CHECK-COUNT-2: call @leaf({{.*}}memref<64xi8>) -> ()
func.func @several_calls(%x: f32, %i: index) {
  call @leaf(%x, %i) : (f32, index) -> ()
  call @leaf(%x, %i) : (f32, index) -> ()
  return
}

// -----

// A callee without buffers of its own passes the slice of its callee on.
func.func private @leaf() {
  %a = memref.alloc() : memref<16xf32>
  return
}
// CHECK-LABEL: func.func private @middle
// CHECK-SAME: %[[SLICE:[a-z0-9_]+]]: memref<64xi8>
// CHECK: call @leaf
func.func private @middle() {
  call @leaf() : () -> ()
  return
}
// CHECK-LABEL: func.func @entry
// CHECK: call @middle(%{{.*}}) : (memref<64xi8>) -> ()
func.func @entry() {
  call @middle() : () -> ()
  return
}

// -----

// A callee with nothing to plan stays as it is.
// CHECK-LABEL: func.func private @nothing()
func.func private @nothing() {
  return
}
// CHECK-LABEL: func.func @calls_nothing
// CHECK-NOT: arena
// CHECK: call @nothing() : () -> ()
func.func @calls_nothing() {
  call @nothing() : () -> ()
  return
}

// -----

// Called from outside and from planned code: split.
// CHECK-LABEL: func.func @shared
// CHECK-SAME: (%[[X:[a-z0-9_]+]]: memref<4xf32> {test.arg}) -> f32
// CHECK-SAME: memory_budget<1 KiB>
// CHECK-SAME: plan<arena = 64,
// CHECK: %[[ARENA:[a-z0-9_]+]] = langone_resource.arena.acquire budget(<1 KiB>) : memref<64xi8>
// CHECK: %[[SLICE:[a-z0-9_]+]] = memref.view %[[ARENA]]
// CHECK: %[[R:.*]] = call @shared_in_arena(%[[X]], %[[SLICE]])
// CHECK: langone_resource.arena.release %[[ARENA]]
// CHECK: return %[[R]]
// CHECK-LABEL: func.func private @shared_in_arena
// CHECK-SAME: memref<4xf32> {test.arg}, %[[SLICE:[a-z0-9_]+]]: memref<64xi8>
// CHECK: memref.view %[[SLICE]]
func.func @shared(%x: memref<4xf32> {test.arg}) -> f32 attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB>} {
  %c0 = arith.constant 0 : index
  %a = memref.alloc() : memref<16xf32>
  %v = memref.load %a[%c0] : memref<16xf32>
  memref.dealloc %a : memref<16xf32>
  return %v : f32
}
// CHECK-LABEL: func.func @caller
// CHECK: call @shared_in_arena(%{{.*}}, %{{.*}}) : (memref<4xf32>, memref<64xi8>) -> f32
func.func @caller(%x: memref<4xf32>) -> f32 {
  %r = call @shared(%x) : (memref<4xf32>) -> f32
  return %r : f32
}

// -----

// A function whose address is taken keeps its signature.
// CHECK-LABEL: func.func private @by_address()
// CHECK: arena.acquire
func.func private @by_address() {
  %a = memref.alloc() : memref<16xf32>
  return
}
func.func @takes_address() {
  %f = func.constant @by_address : () -> ()
  call_indirect %f() : () -> ()
  return
}

// -----

// A function that is called in parallel provides its own arena in each call.
// CHECK-LABEL: func.func private @in_parallel()
// CHECK: arena.acquire
func.func private @in_parallel() {
  %a = memref.alloc() : memref<16xf32>
  return
}
// CHECK-LABEL: func.func @parallel
// CHECK: call @in_parallel() : () -> ()
func.func @parallel(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    func.call @in_parallel() : () -> ()
  }
  return
}

// -----

// Recursive functions stay as they are; what they call has its own arena.
// CHECK-LABEL: func.func @recursive
// CHECK-NOT: arena
// CHECK: memref.alloc
// CHECK: call @recursive() : () -> ()
// CHECK: call @helper() : () -> ()
func.func @recursive() {
  %a = memref.alloc() : memref<16xf32>
  call @recursive() : () -> ()
  call @helper() : () -> ()
  return
}
// CHECK-LABEL: func.func private @helper
// CHECK: arena.acquire
func.func private @helper() {
  %a = memref.alloc() : memref<16xf32>
  return
}
