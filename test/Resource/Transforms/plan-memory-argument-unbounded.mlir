// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A function whose arena has no bound takes none from its callers, and so has
// none that its own callees could take theirs from.
// RUN: langone-opt %s --langone-plan-memory="arena=argument dynamic=symbolic" | FileCheck %s
// RUN: langone-opt %s --langone-plan-memory="arena=runtime dynamic=symbolic" | FileCheck %s --check-prefix=RUNTIME

func.func private @use(memref<16xf32>) attributes {langone_resource.cost = #langone_resource.cost<memory = 0>}

// CHECK-LABEL: func.func private @leaf() {
// CHECK:         memref.alloc
// RUNTIME-LABEL: func.func private @leaf(%{{.*}}: memref<64xi8>)
func.func private @leaf() {
  %a = memref.alloc() : memref<16xf32>
  call @use(%a) : (memref<16xf32>) -> ()
  memref.dealloc %a : memref<16xf32>
  return
}

// CHECK-LABEL: func.func private @unbounded(%{{.*}}: index) {
// CHECK:         memref.alloc
// CHECK:         call @leaf() : () -> ()
// RUNTIME-LABEL: func.func private @unbounded(
// RUNTIME:         arena.acquire
// RUNTIME:         call @leaf(%{{.*}}) : (memref<64xi8>) -> ()
func.func private @unbounded(%n: index) {
  %a = memref.alloc(%n) : memref<?xf32>
  call @leaf() : () -> ()
  memref.dealloc %a : memref<?xf32>
  return
}

// Its arena had a slice for the callee.
// CHECK-LABEL: func.func @bounded(%{{.*}}: memref<{{[0-9]+}}xi8>)
// CHECK:         call @leaf() : () -> ()
func.func @bounded() {
  %a = memref.alloc() : memref<16xf32>
  call @use(%a) : (memref<16xf32>) -> ()
  call @leaf() : () -> ()
  memref.dealloc %a : memref<16xf32>
  return
}

// CHECK-LABEL: func.func @top(
// CHECK:         call @unbounded(%{{.*}}) : (index) -> ()
func.func @top(%n: index) {
  call @unbounded(%n) : (index) -> ()
  call @bounded() : () -> ()
  return
}
