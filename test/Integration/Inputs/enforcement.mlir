// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One buffer that is planned (1 KiB), one whose size is known at run time only,
// and a callee that takes from the pool too: together within 4 KiB or not.

func.func private @fill(%size: index) {
  %buffer = memref.alloc(%size) : memref<?xf32>
  %zero = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  memref.store %one, %buffer[%zero] : memref<?xf32>
  memref.dealloc %buffer : memref<?xf32>
  return
}

func.func @work(%size: index) attributes {
    langone_resource.memory_budget = #langone_resource.memory_budget<4 KiB>,
    llvm.emit_c_interface} {
  %zero = arith.constant 0 : index
  %two = arith.constant 2.0 : f32
  %planned = memref.alloc() : memref<256xf32>
  memref.store %two, %planned[%zero] : memref<256xf32>
  call @fill(%size) : (index) -> ()
  %value = memref.load %planned[%zero] : memref<256xf32>
  memref.store %value, %planned[%zero] : memref<256xf32>
  memref.dealloc %planned : memref<256xf32>
  return
}
