// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// As one-shot-bufferize leaves it: nothing is freed yet.
func.func @copy(%x: memref<64xf32>, %y: memref<64xf32>) {
  %0 = memref.alloc() : memref<64xf32>
  memref.copy %x, %0 : memref<64xf32> to memref<64xf32>
  memref.copy %0, %y : memref<64xf32> to memref<64xf32>
  return
}
