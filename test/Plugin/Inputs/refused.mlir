// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// More than the budget, in a callee.
func.func private @work(%x: memref<64xf32>) {
  %0 = memref.alloc() : memref<64xf32>
  memref.copy %x, %0 : memref<64xf32> to memref<64xf32>
  memref.copy %0, %x : memref<64xf32> to memref<64xf32>
  memref.dealloc %0 : memref<64xf32>
  return
}

func.func @main(%x: memref<64xf32>) attributes {
  langone_resource.memory_budget = #langone_resource.memory_budget<255>
} {
  call @work(%x) : (memref<64xf32>) -> ()
  return
}
