// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --allow-unregistered-dialect --langone-analyze-resources 2>&1 | FileCheck %s

// Ops other than alloc and dealloc, known by their interfaces alone.

// Both blocks may be there while one is copied to the other.
// CHECK-LABEL: {{^}}@grow {{(80|unbounded)}} 16
func.func @grow() {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.realloc %a : memref<4xf32> to memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  return
}

// A smaller view of the old block may stand for the new one.
// CHECK-LABEL: {{^}}@shrink {{(128|unbounded)}} 64
func.func @shrink() {
  %a = memref.alloc() : memref<16xf32>
  %b = memref.realloc %a : memref<16xf32> to memref<4xf32>
  %c = memref.alloc() : memref<16xf32>
  memref.dealloc %c : memref<16xf32>
  memref.dealloc %b : memref<4xf32>
  return
}

// A clone may become the buffer itself: it counts where too much is safe.
// CHECK-LABEL: {{^}}@clone 32 16
func.func @clone() {
  %a = memref.alloc() : memref<4xf32>
  %b = bufferization.clone %a : memref<4xf32> to memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  memref.dealloc %b : memref<4xf32>
  return
}

// Frees what its condition says, if it does.
// CHECK-LABEL: {{^}}@conditional_deallocation {{(32|unbounded)}} 16
func.func @conditional_deallocation(%c: i1) {
  %a = memref.alloc() : memref<4xf32>
  bufferization.dealloc (%a : memref<4xf32>) if (%c)
  %b = memref.alloc() : memref<4xf32>
  memref.dealloc %b : memref<4xf32>
  return
}

// CHECK-LABEL: {{^}}@arena_and_pool 80 80
func.func @arena_and_pool() {
  %a = langone_resource.arena.acquire : memref<64xi8>
  %p = langone_resource.pool.alloc() : memref<4xf32>
  langone_resource.pool.dealloc %p : memref<4xf32>
  langone_resource.arena.release %a : memref<64xi8>
  %q = langone_resource.pool.alloc() : memref<16xf32>
  langone_resource.pool.dealloc %q : memref<16xf32>
  return
}

// CHECK-LABEL: {{^}}@tensors unbounded 0
// CHECK: unbounded: 'tensor.empty' gives a tensor, which is not bufferized yet
func.func @tensors() -> tensor<4xf32> {
  %a = tensor.empty() : tensor<4xf32>
  return %a : tensor<4xf32>
}

// CHECK-LABEL: {{^}}@unregistered unbounded 16
// CHECK: unbounded: 'test.op' may allocate memory of unknown size ({{.*}}:[[#@LINE+3]]:3)
func.func @unregistered() {
  %a = memref.alloc() : memref<4xf32>
  "test.op"() : () -> ()
  %b = memref.alloc() : memref<2xf32>
  return
}

// A buffer that an unknown op sees may be freed by it.
// CHECK-LABEL: {{^}}@captured unbounded 16
func.func @captured() {
  %a = memref.alloc() : memref<4xf32>
  "test.op"(%a) : (memref<4xf32>) -> ()
  %b = memref.alloc() : memref<2xf32>
  return
}

// CHECK-LABEL: {{^}}@freed_from_memory 128 64
func.func @freed_from_memory(%m: memref<memref<16xf32>>) {
  %a = memref.alloc() : memref<16xf32>
  memref.store %a, %m[] : memref<memref<16xf32>>
  %x = memref.load %m[] : memref<memref<16xf32>>
  memref.dealloc %x : memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  return
}

// CHECK-LABEL: {{^}}@memory_of_a_device 16 0
func.func @memory_of_a_device() {
  %a = gpu.alloc() : memref<4xf32>
  gpu.dealloc %a : memref<4xf32>
  return
}

// CHECK-LABEL: {{^}}@linalg_on_buffers 16 16
func.func @linalg_on_buffers(%x: memref<4xf32>, %f: f32) {
  %a = memref.alloc() : memref<4xf32>
  linalg.fill ins(%f : f32) outs(%a : memref<4xf32>)
  linalg.add ins(%a, %x : memref<4xf32>, memref<4xf32>) outs(%x : memref<4xf32>)
  memref.copy %a, %x : memref<4xf32> to memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  return
}

// CHECK-LABEL: {{^}}@realloc_to_dynamic 72
func.func @realloc_to_dynamic(%n: index) {
  %c2 = arith.constant 2 : index
  %small = arith.minui %n, %c2 : index
  %a = memref.alloc() : memref<16xf32>
  %b = memref.realloc %a(%small) : memref<16xf32> to memref<?xf32>
  memref.dealloc %b : memref<?xf32>
  return
}
