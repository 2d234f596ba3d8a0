// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --allow-unregistered-dialect --langone-pool-allocations --remarks-filter=langone --remark-format=emitRemark 2> %t.remarks > %t.mlir
// RUN: FileCheck %s --check-prefix=REMARK < %t.remarks
// RUN: FileCheck %s < %t.mlir

// What may be freed where we do not see it stays on the heap, with all that is
// freed together with it.

// The function frees an argument of unknown callers.
// CHECK-LABEL: func.func @frees_argument_or_own
// CHECK: memref.alloc
// CHECK: memref.dealloc
// CHECK-NOT: pool
// REMARK: [[#@LINE+2]]:8: remark: [Missed] NotPooled | Category:langone | {{.*}}buffer stays on the heap: {{.*}}it may be freed by code that cannot be followed, or together with a buffer that stays
func.func @frees_argument_or_own(%c: i1, %x: memref<4xf32>) {
  %a = memref.alloc() : memref<4xf32>
  %s = arith.select %c, %a, %x : memref<4xf32>
  memref.dealloc %s : memref<4xf32>
  return
}

// CHECK-LABEL: func.func @layout
// CHECK: memref.alloc
// REMARK: buffer stays on the heap: {{.*}}its layout is not the identity
func.func @layout() {
  %a = memref.alloc() : memref<4xf32, strided<[2]>>
  return
}

// CHECK-LABEL: func.func @memory_space
// CHECK: memref.alloc
// REMARK: buffer stays on the heap: {{.*}}it is in a memory space of its own
func.func @memory_space() {
  %a = memref.alloc() : memref<4xf32, 1>
  return
}

// CHECK-LABEL: func.func @together
// CHECK-COUNT-2: memref.alloc
// CHECK: memref.dealloc
// REMARK: remark
// REMARK: remark
func.func @together(%c: i1) {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<4xf32, strided<[2]>>
  %a1 = memref.cast %a : memref<4xf32> to memref<4xf32, strided<[?]>>
  %b1 = memref.cast %b : memref<4xf32, strided<[2]>> to memref<4xf32, strided<[?]>>
  %s = arith.select %c, %a1, %b1 : memref<4xf32, strided<[?]>>
  memref.dealloc %s : memref<4xf32, strided<[?]>>
  return
}

// The caller does not know what a recursive function returns.
// CHECK-LABEL: func.func private @recursive
// CHECK: memref.alloc
func.func private @recursive(%n: index) -> memref<4xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.cmpi eq, %n, %c0 : index
  %r = scf.if %z -> memref<4xf32> {
    %a = memref.alloc() : memref<4xf32>
    scf.yield %a : memref<4xf32>
  } else {
    %b = func.call @recursive(%c0) : (index) -> memref<4xf32>
    scf.yield %b : memref<4xf32>
  }
  return %r : memref<4xf32>
}
// CHECK-LABEL: func.func @calls_recursive
// CHECK: memref.dealloc
func.func @calls_recursive(%n: index) {
  %r = call @recursive(%n) : (index) -> memref<4xf32>
  memref.dealloc %r : memref<4xf32>
  return
}

// Nor what an unknown function returns.
// CHECK-LABEL: func.func private @by_address
// CHECK: memref.alloc
func.func private @by_address() -> memref<4xf32> {
  %a = memref.alloc() : memref<4xf32>
  return %a : memref<4xf32>
}
// CHECK-LABEL: func.func @calls_by_address
// CHECK: memref.dealloc
func.func @calls_by_address() {
  %f = func.constant @by_address : () -> memref<4xf32>
  %r = func.call_indirect %f() : () -> memref<4xf32>
  memref.dealloc %r : memref<4xf32>
  return
}

func.func private @unknown(memref<4xf32>)
// CHECK-LABEL: func.func @passed_to_unknown
// CHECK: memref.alloc
func.func @passed_to_unknown() {
  %a = memref.alloc() : memref<4xf32>
  call @unknown(%a) : (memref<4xf32>) -> ()
  return
}

// CHECK-LABEL: func.func @unknown_op
// CHECK: memref.alloc
func.func @unknown_op() {
  %a = memref.alloc() : memref<4xf32>
  "test.free"(%a) : (memref<4xf32>) -> ()
  return
}

// One puts it into memory, the other frees it from there.
// CHECK-LABEL: func.func @put
// CHECK: memref.alloc
func.func @put(%m: memref<memref<4xf32>>) {
  %a = memref.alloc() : memref<4xf32>
  memref.store %a, %m[] : memref<memref<4xf32>>
  return
}
// CHECK-LABEL: func.func @take
// CHECK: memref.dealloc
func.func @take(%m: memref<memref<4xf32>>) {
  %a = memref.load %m[] : memref<memref<4xf32>>
  memref.dealloc %a : memref<4xf32>
  return
}

// Ops that free in a way of their own.
// CHECK-LABEL: func.func @conditional
// CHECK: memref.alloc
func.func @conditional(%c: i1) {
  %a = memref.alloc() : memref<4xf32>
  bufferization.dealloc (%a : memref<4xf32>) if (%c)
  return
}

// CHECK-LABEL: func.func @reallocated
// CHECK: memref.alloc
// CHECK: memref.realloc
// CHECK: memref.dealloc
func.func @reallocated() {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.realloc %a : memref<4xf32> to memref<8xf32>
  memref.dealloc %b : memref<8xf32>
  return
}

// What a callee from outside returns is not from our pool.
func.func private @unknown_result() -> memref<4xf32>
// CHECK-LABEL: func.func @frees_unknown_result
// CHECK: memref.dealloc
func.func @frees_unknown_result() {
  %a = call @unknown_result() : () -> memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  return
}
