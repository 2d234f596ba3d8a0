// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Buffers in straight-line code, a loop and a callee; one escapes, one has an unknown size.
func.func @square(%x: memref<64xf32>, %y: memref<64xf32>) attributes {
  langone_resource.memory_budget = #langone_resource.memory_budget<256, soft = 128>
} {
  %0 = memref.alloc() : memref<64xf32>
  linalg.mul ins(%x, %x : memref<64xf32>, memref<64xf32>) outs(%0 : memref<64xf32>)
  memref.copy %0, %y : memref<64xf32> to memref<64xf32>
  memref.dealloc %0 : memref<64xf32>
  return
}

func.func @main(%x: memref<64xf32>, %n: index) -> memref<64xf32> attributes {
  langone_resource.memory_budget = #langone_resource.memory_budget<4 KiB>
} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %result = memref.alloc() : memref<64xf32>
  scf.for %i = %c0 to %n step %c1 {
    %0 = memref.alloc() : memref<64xf32>
    func.call @square(%x, %0) : (memref<64xf32>, memref<64xf32>) -> ()
    memref.copy %0, %result : memref<64xf32> to memref<64xf32>
    memref.dealloc %0 : memref<64xf32>
  }
  %1 = memref.alloc(%n) : memref<?xf32>
  memref.store %zero, %1[%c0] : memref<?xf32>
  memref.dealloc %1 : memref<?xf32>
  return %result : memref<64xf32>
}

func.func @enforced(%n: index) {
  %limit = arith.constant 64 : index
  langone_resource.guard footprint %n at_most %limit, "memory of '@enforced'" on_exceed(warn)
  langone_resource.scope "enforced" budget(#langone_resource.memory_budget<256>) sites(["enforced#0"]) {
    %0 = memref.alloc(%n) : memref<?xi8>
    memref.dealloc %0 : memref<?xi8>
    langone_resource.yield
  }
  return
}
