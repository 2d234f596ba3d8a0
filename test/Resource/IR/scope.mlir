// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s | FileCheck %s
// RUN: langone-opt %s | langone-opt | FileCheck %s
// RUN: langone-opt %s --mlir-print-op-generic | langone-opt | FileCheck %s
// RUN: langone-opt %s --inline | FileCheck %s --check-prefix=INLINED
// RUN: langone-opt %s --canonicalize | FileCheck %s --check-prefix=FOLDED

// CHECK-LABEL: func.func @scopes
// FOLDED-LABEL: func.func @scopes
func.func @scopes(%c: i1, %n: index) -> f32 {
  // CHECK: langone_resource.scope "outer" budget(<64 KiB>) {
  // FOLDED: langone_resource.scope "outer"
  langone_resource.scope "outer" budget(#langone_resource.memory_budget<64 KiB>) {
    %b = memref.alloc(%n) : memref<?xf32>
    %z = arith.constant 0 : index
    %v = memref.load %b[%z] : memref<?xf32>
    memref.store %v, %b[%n] : memref<?xf32>
    memref.dealloc %b : memref<?xf32>
    // CHECK: langone_resource.yield{{$}}
    langone_resource.yield
  }
  // Several blocks, several ways out.
  // CHECK: %{{.*}}:2 = langone_resource.scope "f" budget(<1 KiB, soft = 16 B, on_exceed = warn>) predicted(512) sites(["f#0", "f#1"]) -> f32, index {
  // CHECK: langone_resource.yield %{{.*}}, %{{.*}} : f32, index
  // CHECK: langone_resource.yield %{{.*}}, %{{.*}} : f32, index
  // CHECK: } attributes {test.note}
  %r:2 = langone_resource.scope "f" budget(#langone_resource.memory_budget<1 KiB, soft = 16, on_exceed = warn>) predicted(512) sites(["f#0", "f#1"]) -> f32, index {
    cf.cond_br %c, ^a, ^b
  ^a:
    %one = arith.constant 1.0 : f32
    langone_resource.yield %one, %n : f32, index
  ^b:
    %two = arith.constant 2.0 : f32
    langone_resource.yield %two, %n : f32, index
  } attributes {test.note}
  return %r#0 : f32
}

// A scope without effects whose results nobody uses enforces nothing.
// FOLDED-LABEL: func.func @unused
// FOLDED-NEXT: return
func.func @unused(%n: index) {
  %r = langone_resource.scope "unused" budget(#langone_resource.memory_budget<1 KiB>) -> index {
    langone_resource.yield %n : index
  }
  return
}

func.func private @callee(%n: index) -> f32 {
  %r = langone_resource.scope "callee" budget(#langone_resource.memory_budget<1 KiB>) -> f32 {
    %b = memref.alloc(%n) : memref<?xf32>
    %z = arith.constant 0 : index
    %v = memref.load %b[%z] : memref<?xf32>
    memref.dealloc %b : memref<?xf32>
    langone_resource.yield %v : f32
  }
  return %r : f32
}

// Calls are inlined into scopes, and scopes into callers.
// INLINED-LABEL: func.func @caller
// INLINED: langone_resource.scope "caller"
// INLINED-NEXT: langone_resource.scope "callee"
// INLINED-NOT: call
func.func @caller(%n: index) -> f32 {
  %r = langone_resource.scope "caller" budget(#langone_resource.memory_budget<2 KiB>) -> f32 {
    %v = func.call @callee(%n) : (index) -> f32
    langone_resource.yield %v : f32
  }
  return %r : f32
}
