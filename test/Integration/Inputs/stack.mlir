// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions with stack limits, of which one holds, one does not, and one may.
module {
  func.func private @smooth(%x: memref<64xf32>) {
    %a = memref.alloca() : memref<64xf32>
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %n = arith.constant 64 : index
    scf.for %i = %zero to %n step %one {
      %v = memref.load %x[%i] : memref<64xf32>
      %j = arith.subi %n, %one : index
      %k = arith.subi %j, %i : index
      memref.store %v, %a[%k] : memref<64xf32>
    }
    memref.copy %a, %x : memref<64xf32> to memref<64xf32>
    return
  }
  func.func @filter() -> i32 attributes {
      langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB, stack = 2 KiB>} {
    %x = memref.alloca() : memref<64xf32>
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %n = arith.constant 64 : index
    scf.for %i = %zero to %n step %one {
      %w = arith.index_cast %i : index to i32
      %f = arith.sitofp %w : i32 to f32
      memref.store %f, %x[%i] : memref<64xf32>
    }
    call @smooth(%x) : (memref<64xf32>) -> ()
    %v = memref.load %x[%one] : memref<64xf32>
    %r = arith.fptosi %v : f32 to i32
    return %r : i32
  }
  // What the IR allocates just fits; how much of it lies in the red zone decides.
  func.func @close() -> i32 attributes {
      langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB, stack = 520>} {
    %r = call @filter() : () -> i32
    return %r : i32
  }
  func.func @leaf() {
    return
  }
  // Nothing is allocated in the IR: the call alone takes more.
  func.func @tight() attributes {
      langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB, stack = 8>} {
    call @leaf() : () -> ()
    return
  }
}
