// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --convert-to-llvm=dynamic=true | FileCheck %s

// The runtime counts in 64 bits, whatever an index is.
module attributes {dlti.dl_spec = #dlti.dl_spec<index = 32>} {
  // CHECK: llvm.func @langone_rt_pool_allocate_or_raise(i64, i64) -> !llvm.ptr
  // CHECK-LABEL: llvm.func @f
  // CHECK: %[[BYTES:.*]] = llvm.zext %{{.*}} : i32 to i64
  // CHECK: llvm.call @langone_rt_pool_allocate_or_raise(%[[BYTES]]
  func.func @f(%n: index) {
    %a = langone_resource.pool.alloc(%n) : memref<?xf32>
    return
  }
}
