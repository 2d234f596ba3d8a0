// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-pool-allocations | FileCheck %s

// Code outside any function is not followed.

// CHECK: memref.alloc
// CHECK: memref.dealloc
%a = memref.alloc() : memref<4xf32>
memref.dealloc %a : memref<4xf32>
