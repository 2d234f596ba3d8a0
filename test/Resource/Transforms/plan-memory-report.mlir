// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rm -rf %t && mkdir %t
// RUN: langone-opt %s --langone-check-budget="remarks=false" --langone-plan-memory=report=%t/report.json | FileCheck %s --check-prefix=IR
// RUN: FileCheck %s < %t/report.json
// RUN: not langone-opt %s --langone-plan-memory=report=%t/nowhere/report.json 2>&1 | FileCheck %s --check-prefix=UNWRITABLE

// The report is about the buffers as they were, with where each now lies; a slice
// is named by the call that hands it over.

// UNWRITABLE: error: cannot write '{{.*}}nowhere/report.json'
// UNWRITABLE-NOT: func.func

// IR: langone_resource.arena.acquire
// IR-NOT: memref.alloc

// CHECK:      "name": "outer",
// CHECK:      "live": [
// CHECK:        "site": "outer#0",
// CHECK:        "site": "inner#0",
// CHECK:      "plan": {
// CHECK-NEXT:   "alignment_bytes": 64,
// CHECK-NEXT:   "arena_bytes": 192,
// CHECK-NEXT:   "buffers": [
// CHECK-NEXT:     {
// CHECK-NEXT:       "alignment_bytes": 64,
// CHECK-NEXT:       "location": "{{.*}}plan-memory-report.mlir:[[#@LINE+25]]:8",
// CHECK-NEXT:       "lower": [[#LOWER:]],
// CHECK-NEXT:       "offset_bytes": 0,
// CHECK-NEXT:       "site": "outer#0",
// CHECK-NEXT:       "size_bytes": 128,
// CHECK-NEXT:       "upper": [[#LOWER+2]]
// CHECK-NEXT:     },
// CHECK-NEXT:     {
// CHECK-NEXT:       "alignment_bytes": 64,
// CHECK-NEXT:       "location": "{{.*}}plan-memory-report.mlir:[[#@LINE+17]]:3",
// CHECK-NEXT:       "lower": [[#LOWER+1]],
// CHECK-NEXT:       "offset_bytes": 128,
// CHECK-NEXT:       "site": "outer#inner",
// CHECK-NEXT:       "size_bytes": 64,
// CHECK-NEXT:       "upper": [[#LOWER+2]]
// CHECK-NEXT:     }
// CHECK-NEXT:   ],
// CHECK-NEXT:   "gap_bytes": 0,
// CHECK-NEXT:   "lower_bound_bytes": 192,
// CHECK-NEXT:   "placement": "runtime",
// CHECK-NEXT:   "status": "optimal"
// CHECK:      "verdict": "proven"
func.func @outer() attributes {
  langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB>
} {
  %a = memref.alloc() : memref<32xf32>
  call @inner() : () -> ()
  memref.dealloc %a : memref<32xf32>
  return
}

// CHECK:      "name": "inner",
// CHECK:        "placement": "argument",
func.func private @inner() {
  %a = memref.alloc() : memref<16xf32>
  memref.dealloc %a : memref<16xf32>
  return
}
