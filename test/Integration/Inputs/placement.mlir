// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Adds up the squares of 0 .. 63 by way of two buffers that live together, in a callee and in
// the function itself.

func.func private @square(%from: memref<64xf32>, %to: memref<64xf32>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %end = arith.constant 64 : index
  %copy = memref.alloc() : memref<64xf32>
  memref.copy %from, %copy : memref<64xf32> to memref<64xf32>
  scf.for %i = %zero to %end step %one {
    %a = memref.load %copy[%i] : memref<64xf32>
    %b = memref.load %from[%i] : memref<64xf32>
    %product = arith.mulf %a, %b : f32
    memref.store %product, %to[%i] : memref<64xf32>
  }
  memref.dealloc %copy : memref<64xf32>
  return
}

func.func @sum() -> f32 attributes {
    langone_resource.memory_budget = #langone_resource.memory_budget<768 B>,
    llvm.emit_c_interface} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %end = arith.constant 64 : index
  %start = arith.constant 0.0 : f32
  %numbers = memref.alloc() : memref<64xf32>
  %squares = memref.alloc() : memref<64xf32>
  scf.for %i = %zero to %end step %one {
    %integer = arith.index_cast %i : index to i32
    %number = arith.sitofp %integer : i32 to f32
    memref.store %number, %numbers[%i] : memref<64xf32>
  }
  call @square(%numbers, %squares) : (memref<64xf32>, memref<64xf32>) -> ()
  memref.dealloc %numbers : memref<64xf32>
  %total = scf.for %i = %zero to %end step %one iter_args(%sum = %start) -> f32 {
    %square = memref.load %squares[%i] : memref<64xf32>
    %next = arith.addf %sum, %square : f32
    scf.yield %next : f32
  }
  memref.dealloc %squares : memref<64xf32>
  return %total : f32
}
