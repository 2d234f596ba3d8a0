// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s > %t.text
// RUN: langone-opt %s --emit-bytecode -o %t.bc
// RUN: langone-opt %t.bc > %t.again
// RUN: diff %t.text %t.again
// RUN: FileCheck %s < %t.again

// Everything of the dialect travels through bytecode unchanged.

// CHECK-LABEL: module attributes
// CHECK-SAME: memory_budget<18446744073709551615 B, soft = 1 KB, stack = 4 KiB, on_exceed = fallback>
module attributes {langone_resource.memory_budget = #langone_resource.memory_budget<18446744073709551615, soft = 1 KB, stack = 4 KiB, on_exceed = fallback>} {
  // CHECK-LABEL: func.func private @external
  // CHECK-SAME: range<-0.0, 1.7976931348623157e+308>
  // CHECK-SAME: dim_bounds<[1 .. 64, ?, 7]>
  // CHECK-SAME: cost<memory = 1, gpu_memory = 2, cpu_cycles = 3, gpu_operations = 18446744073709551615>
  func.func private @external(
      f32 {langone_resource.range = #langone_resource.range<-0.0, 1.7976931348623157e308>},
      memref<?x3x?xf32> {langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. 64, ?, 7]>})
      attributes {langone_resource.cost = #langone_resource.cost<memory = 1, gpu_memory = 2, cpu_cycles = 3, gpu_operations = 18446744073709551615>}

  // CHECK-LABEL: func.func @ops
  // CHECK-SAME: gpu_budget<1 GiB, device = 3>
  // CHECK-SAME: plan<arena = 1, alignment = 2, lower_bound = 1, placement = static, status = feasible>
  // CHECK-SAME: precision<BF16, accumulate = FP64, max_error = 0.1, allow_downgrade = true>
  // CHECK-SAME: verdict<refuted, peak = 7>
  func.func @ops(%n: index) attributes {
      langone_resource.gpu_budget = #langone_resource.gpu_budget<1 GiB, device = 3>,
      langone_resource.plan = #langone_resource.plan<arena = 1, alignment = 2, lower_bound = 1, placement = static, status = feasible>,
      langone_resource.precision = #langone_resource.precision<BF16, accumulate = FP64, max_error = 0.1, allow_downgrade = true>,
      langone_resource.verdict = #langone_resource.verdict<refuted, peak = 7>} {
    // CHECK: arena.acquire budget(<64 KiB>) alignment(16) : memref<40960xi8>
    %a = langone_resource.arena.acquire budget(#langone_resource.memory_budget<64 KiB>) alignment(16) : memref<40960xi8>
    // CHECK: pool.alloc(%{{.*}}) {alignment = 32 : i64} : memref<?x4xf32>
    %p = langone_resource.pool.alloc(%n) {alignment = 32} : memref<?x4xf32>
    // CHECK: pool.dealloc %{{.*}} : memref<?x4xf32>
    langone_resource.pool.dealloc %p : memref<?x4xf32>
    // CHECK: arena.release %{{.*}} : memref<40960xi8>
    langone_resource.arena.release %a : memref<40960xi8>
    return
  }
}
