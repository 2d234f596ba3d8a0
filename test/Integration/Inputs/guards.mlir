// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A budget that is proven under a promise, two that are guarded at entry or by
// a scope, and a recursion that is counted; each with what happens beyond.

func.func @promised(%x: memref<?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 256]>}) attributes {
    langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB>, llvm.emit_c_interface} {
  %zero = arith.constant 0 : index
  %n = memref.dim %x, %zero : memref<?xf32>
  %a = memref.alloc(%n) : memref<?xf32>
  memref.copy %x, %a : memref<?xf32> to memref<?xf32>
  memref.copy %a, %x : memref<?xf32> to memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return
}

func.func private @use(%n: index, %m: index) {
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0 : index
  %a = memref.alloc(%n) : memref<?xf32>
  memref.store %one, %a[%zero] : memref<?xf32>
  %b = memref.alloc(%m, %n) : memref<?x?xf32>
  memref.store %one, %b[%zero, %zero] : memref<?x?xf32>
  memref.dealloc %b : memref<?x?xf32>
  memref.dealloc %a : memref<?xf32>
  return
}

func.func @entry_error(%n: index, %m: index) attributes {
    langone_resource.memory_budget = #langone_resource.memory_budget<4 KiB>, llvm.emit_c_interface} {
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0 : index
  %a = memref.alloc(%n, %m) : memref<?x?xf32>
  memref.store %one, %a[%zero, %zero] : memref<?x?xf32>
  memref.dealloc %a : memref<?x?xf32>
  return
}

func.func @entry_warn(%n: index, %m: index) attributes {
    langone_resource.memory_budget = #langone_resource.memory_budget<4 KiB, on_exceed = warn>, llvm.emit_c_interface} {
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0 : index
  %a = memref.alloc(%n, %m) : memref<?x?xf32>
  memref.store %one, %a[%zero, %zero] : memref<?x?xf32>
  memref.dealloc %a : memref<?x?xf32>
  return
}

func.func @scope_error(%n: index, %m: index) attributes {
    langone_resource.memory_budget = #langone_resource.memory_budget<4 KiB>, llvm.emit_c_interface} {
  call @use(%n, %m) : (index, index) -> ()
  return
}

func.func @scope_warn(%n: index, %m: index) attributes {
    langone_resource.memory_budget = #langone_resource.memory_budget<4 KiB, on_exceed = warn>, llvm.emit_c_interface} {
  call @use(%n, %m) : (index, index) -> ()
  return
}

func.func @scope_fallback(%n: index, %m: index) attributes {
    langone_resource.memory_budget = #langone_resource.memory_budget<4 KiB, on_exceed = fallback>, llvm.emit_c_interface} {
  call @use(%n, %m) : (index, index) -> ()
  return
}

func.func @recursive(%n: index) attributes {langone_resource.recursion_depth = 5 : i64,
    langone_resource.memory_budget = #langone_resource.memory_budget<80>, llvm.emit_c_interface} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %x = arith.constant 1.0 : f32
  %a = memref.alloc() : memref<4xf32>
  memref.store %x, %a[%zero] : memref<4xf32>
  %more = arith.cmpi ugt, %n, %zero : index
  scf.if %more {
    %less = arith.subi %n, %one : index
    func.call @recursive(%less) : (index) -> ()
  }
  memref.dealloc %a : memref<4xf32>
  return
}
