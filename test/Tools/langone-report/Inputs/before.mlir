// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One function for each verdict, and one that they call.
func.func private @helper(%x: memref<64x64xf32>) {
  %t = memref.alloc() : memref<64x64xf32>
  memref.copy %x, %t : memref<64x64xf32> to memref<64x64xf32>
  memref.dealloc %t : memref<64x64xf32>
  return
}

func.func @infer(%x: memref<64x64xf32>) attributes {
  langone_resource.memory_budget = #langone_resource.memory_budget<40 KiB, on_exceed = warn>
} {
  %a = memref.alloc() : memref<64x64xf32>
  %b = memref.alloc() : memref<16x64xf32>
  memref.copy %x, %a : memref<64x64xf32> to memref<64x64xf32>
  call @helper(%a) : (memref<64x64xf32>) -> ()
  memref.dealloc %a : memref<64x64xf32>
  memref.dealloc %b : memref<16x64xf32>
  %c = memref.alloc() : memref<8x64xf32>
  memref.dealloc %c : memref<8x64xf32>
  return
}

func.func @dynamic(%n: index) attributes {
  langone_resource.memory_budget = #langone_resource.memory_budget<4 KiB>
} {
  %a = memref.alloc() : memref<64xf32>
  %b = memref.alloc(%n) : memref<?xf32>
  memref.dealloc %b : memref<?xf32>
  memref.dealloc %a : memref<64xf32>
  return
}

func.func @large() attributes {
  langone_resource.memory_budget = #langone_resource.memory_budget<1000, on_exceed = warn>
} {
  %a = memref.alloc() : memref<256xf32>
  memref.dealloc %a : memref<256xf32>
  return
}

func.func @old() {
  return
}
