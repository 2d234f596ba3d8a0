// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --allow-unregistered-dialect --langone-plan-memory --remarks-filter=langone --remark-format=emitRemark 2>&1 | FileCheck %s

// What stays outside the arena, and why.

// CHECK: missed.mlir:[[#@LINE+3]]:8: remark: [Missed] NotPlanned | Category:langone | {{.*}}buffer stays outside the arena: {{.*}}"its shape is dynamic"
// CHECK: memref.alloc(%n) : memref<?xf32>
func.func @dynamic(%n: index) {
  %a = memref.alloc(%n) : memref<?xf32>
  return
}

// CHECK: buffer stays outside the arena: {{.*}}"it is returned to the caller"
func.func @returned() -> memref<4xf32> {
  %a = memref.alloc() : memref<4xf32>
  return %a : memref<4xf32>
}

// CHECK: buffer stays outside the arena: {{.*}}"its address is used in a way that cannot be followed"
func.func @captured() {
  %a = memref.alloc() : memref<4xf32>
  "test.op"(%a) : (memref<4xf32>) -> ()
  return
}

// CHECK: buffer stays outside the arena: {{.*}}"its address is used in a way that cannot be followed"
func.func @address_taken() -> index {
  %a = memref.alloc() : memref<4xf32>
  %p = memref.extract_aligned_pointer_as_index %a : memref<4xf32> -> index
  return %p : index
}

// CHECK: buffer stays outside the arena: {{.*}}"its address is used in a way that cannot be followed"
func.func @stored(%m: memref<memref<4xf32>>) {
  %a = memref.alloc() : memref<4xf32>
  memref.store %a, %m[] : memref<memref<4xf32>>
  return
}

// CHECK: buffer stays outside the arena: {{.*}}"its address is used in a way that cannot be followed"
func.func @asynchronous(%i: index, %x: f32) {
  %a = memref.alloc() : memref<4xf32>
  %t = async.execute {
    memref.store %x, %a[%i] : memref<4xf32>
    async.yield
  }
  return
}

// CHECK: buffer stays outside the arena: {{.*}}"it is in a memory space of its own"
func.func @memory_space() {
  %a = memref.alloc() : memref<4xf32, 1>
  return
}

// CHECK: buffer stays outside the arena: {{.*}}"its layout is not the identity"
func.func @layout() {
  %a = memref.alloc() : memref<4xf32, strided<[2]>>
  return
}

// CHECK: buffer stays outside the arena: {{.*}}"its size does not fit into 64 bits"
func.func @overflow() {
  %a = memref.alloc() : memref<4611686018427387904xf32>
  return
}

// CHECK: buffer stays outside the arena: {{.*}}"it is too large for an arena"
func.func @huge() {
  %a = memref.alloc() : memref<2305843009213693952xf32>
  return
}

// CHECK: buffer stays outside the arena: {{.*}}"its element type has no known size"
func.func @elements() {
  %a = memref.alloc() : memref<4xmemref<4xf32>>
  return
}

func.func private @free_it(%a: memref<4xf32>) {
  memref.dealloc %a : memref<4xf32>
  return
}
// CHECK: buffer stays outside the arena: {{.*}}"a callee may free it"
func.func @freed_by_callee() {
  %a = memref.alloc() : memref<4xf32>
  call @free_it(%a) : (memref<4xf32>) -> ()
  return
}

// Freed under one name with the caller's buffer.
// CHECK: buffer stays outside the arena: {{.*}}"it is freed together with buffers that stay"
func.func @mixed_deallocation(%c: i1, %x: memref<4xf32>) {
  %a = memref.alloc() : memref<4xf32>
  %s = arith.select %c, %a, %x : memref<4xf32>
  memref.dealloc %s : memref<4xf32>
  return
}

// Also by way of a third.
// CHECK: missed.mlir:[[#@LINE+4]]:8: remark: {{.*}}"it is freed together with buffers that stay
// CHECK: missed.mlir:[[#@LINE+4]]:8: remark: {{.*}}"it is freed together with buffers that stay
// CHECK: missed.mlir:[[#@LINE+4]]:8: remark: {{.*}}its shape is dynamic
func.func @mixed_chain(%c: i1, %d: i1, %n: index) {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<4xf32>
  %x = memref.alloc(%n) : memref<?xf32>
  %a1 = memref.cast %a : memref<4xf32> to memref<?xf32>
  %b1 = memref.cast %b : memref<4xf32> to memref<?xf32>
  %s = arith.select %c, %a1, %b1 : memref<?xf32>
  %o = arith.select %c, %b1, %a1 : memref<?xf32>
  %t = arith.select %d, %o, %x : memref<?xf32>
  memref.dealloc %s : memref<?xf32>
  memref.dealloc %t : memref<?xf32>
  return
}

// CHECK: buffer stays outside the arena: {{.*}}"it is carried around a loop"
func.func @carried(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %first = memref.alloc() : memref<4xf32>
  %last = scf.for %i = %c0 to %n step %c1 iter_args(%old = %first) -> memref<4xf32> {
    %new = memref.alloc() : memref<4xf32>
    scf.yield %new : memref<4xf32>
  }
  return
}

// CHECK: buffer stays outside the arena: {{.*}}"it is allocated in a body that may run in parallel"
func.func @parallel(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    %a = memref.alloc() : memref<4xf32>
  }
  return
}

// CHECK: buffer stays outside the arena: {{.*}}"it lives across blocks of a loop"
func.func @across_blocks(%c: i1) {
  cf.br ^head
^head:
  %a = memref.alloc() : memref<4xf32>
  cf.cond_br %c, ^body, ^end
^body:
  memref.dealloc %a : memref<4xf32>
  cf.br ^head
^end:
  memref.dealloc %a : memref<4xf32>
  return
}

// CHECK: buffer stays outside the arena: {{.*}}"the operation does more than allocate it"
func.func @clone(%x: memref<4xf32>) {
  %a = bufferization.clone %x : memref<4xf32> to memref<4xf32>
  return
}

// CHECK: buffer stays outside the arena: {{.*}}"it is an arena itself"
func.func @arena() {
  %a = langone_resource.arena.acquire budget(#langone_resource.memory_budget<1 KiB>) : memref<64xi8>
  langone_resource.arena.release %a : memref<64xi8>
  return
}

// CHECK: buffer stays outside the arena: {{.*}}"its function calls itself"
func.func @recursive() {
  %a = memref.alloc() : memref<4xf32>
  call @recursive() : () -> ()
  return
}

// CHECK: buffer stays outside the arena: {{.*}}"its function has a plan already"
func.func @planned() attributes {langone_resource.plan = #langone_resource.plan<arena = 1, alignment = 1, lower_bound = 1, placement = runtime, status = optimal>} {
  %a = memref.alloc() : memref<4xf32>
  return
}

// CHECK: remark: [Passed] Planned | Category:langone | Function=fits | {{.*}}arena_bytes=80, buffers=2, gap_bytes=0, lower_bound_bytes=80, status=optimal
func.func @fits() {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<16xf32>
  memref.dealloc %a : memref<4xf32>
  memref.dealloc %b : memref<16xf32>
  return
}
