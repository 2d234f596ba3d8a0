// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rm -f %t.json
// RUN: langone-opt %s --langone-analyze-resources="report=%t.json table=false" 2>&1 | FileCheck %s --check-prefix=IR
// RUN: %python -m json.tool %t.json > %t.valid
// RUN: FileCheck %s < %t.json

// The table is off, and the IR unchanged.
// IR-NOT: lower bound
// IR: func.func @infer

// CHECK:      "functions": [
// CHECK:          "argument_bytes": 56,
// CHECK-NEXT:     "assumptions": [],
// CHECK-NEXT:     "budget_bytes": 65536,
// CHECK-NEXT:     "constant_bytes": 40,
// CHECK-NEXT:     "location": "{{.*}}report.mlir:[[#@LINE+38]]:3",
// CHECK-NEXT:     "lower_bound_bytes": 96,
// CHECK-NEXT:     "name": "infer",
// CHECK-NEXT:     "peak": {
// CHECK-NEXT:       "call_chain": [],
// CHECK-NEXT:       "live": [
// CHECK-NEXT:         {
// CHECK-NEXT:           "allocated_at": "{{.*}}report.mlir:[[#@LINE+35]]:10",
// CHECK-NEXT:           "bytes": 64,
// CHECK-NEXT:           "last_used_at": "{{.*}}report.mlir:[[#@LINE+37]]:5",
// CHECK-NEXT:           "site": "infer#0",
// CHECK-NEXT:           "type": "memref<16xf32>"
// CHECK-NEXT:         },
// CHECK-NEXT:         {
// CHECK-NEXT:           "allocated_at": "{{.*}}report.mlir:[[#@LINE+29]]:10",
// CHECK-NEXT:           "bytes": 32,
// CHECK-NEXT:           "last_used_at": null,
// CHECK-NEXT:           "site": "infer#1",
// CHECK-NEXT:           "type": "memref<8xf32>"
// CHECK-NEXT:         }
// CHECK-NEXT:       ],
// CHECK-NEXT:       "location": "{{.*}}report.mlir:[[#@LINE+22]]:10"
// CHECK-NEXT:     },
// CHECK-NEXT:     "peak_bytes": 96,
// CHECK-NEXT:     "peak_symbolic": null,
// CHECK-NEXT:     "plan": {
// CHECK-NEXT:       "alignment_bytes": 64,
// CHECK-NEXT:       "arena_bytes": 128,
// CHECK-NEXT:       "lower_bound_bytes": 96,
// CHECK-NEXT:       "placement": "runtime",
// CHECK-NEXT:       "status": "feasible"
// CHECK-NEXT:     },
// CHECK-NEXT:     "retained_bytes": 64,
// CHECK-NEXT:     "unbounded": [],
// CHECK-NEXT:     "verdict": "proven"
// CHECK-NEXT:   },
module {
  memref.global "private" constant @weights : memref<10xf32> = dense<1.0>
  func.func @infer(%x: memref<4xf32>, %y: memref<5xf64>) -> memref<16xf32> attributes {
      langone_resource.memory_budget = #langone_resource.memory_budget<64 KiB>,
      langone_resource.plan = #langone_resource.plan<arena = 128, alignment = 64, lower_bound = 96, placement = runtime, status = feasible>,
      langone_resource.verdict = #langone_resource.verdict<proven, peak = 96>} {
    %a = memref.alloc() : memref<16xf32>
    %b = memref.alloc() : memref<8xf32>
    %w = memref.get_global @weights : memref<10xf32>
    memref.dealloc %b : memref<8xf32>
    return %a : memref<16xf32>
  }

// CHECK:          "argument_bytes": null,
// CHECK-NEXT:     "assumptions": [],
// CHECK-NEXT:     "budget_bytes": null,
// CHECK:          "lower_bound_bytes": 0,
// CHECK-NEXT:     "name": "dynamic",
// CHECK-NEXT:     "peak": null,
// CHECK-NEXT:     "peak_bytes": null,
// CHECK-NEXT:     "peak_symbolic": null,
// CHECK-NEXT:     "plan": null,
// CHECK-NEXT:     "retained_bytes": null,
// CHECK-NEXT:     "unbounded": [
// CHECK-NEXT:       {
// CHECK-NEXT:         "location": "{{.*}}report.mlir:[[#@LINE+7]]:10",
// CHECK-NEXT:         "message": "a buffer has no known size: its shape is dynamic"
// CHECK-NEXT:       }
// CHECK-NEXT:     ],
// CHECK-NEXT:     "verdict": null
// CHECK-NEXT:   },
  func.func @dynamic(%n: index, %x: memref<?xf32>) {
    %a = memref.alloc(%n) : memref<?xf32>
    memref.dealloc %a : memref<?xf32>
    return
  }

// CHECK:          "name": "caller",
// CHECK-NEXT:     "peak": {
// CHECK-NEXT:       "call_chain": [
// CHECK-NEXT:         "{{.*}}report.mlir:[[#@LINE+5]]:10"
// CHECK-NEXT:       ],
  func.func @caller(%x: memref<4xf32>, %y: memref<5xf64>) {
    %c = memref.alloc() : memref<1xi8>
    memref.dealloc %c : memref<1xi8>
    %r = call @infer(%x, %y) : (memref<4xf32>, memref<5xf64>) -> memref<16xf32>
    memref.dealloc %r : memref<16xf32>
    return
  }
}
// CHECK:      "module": {
// CHECK-NEXT:   "constant_bytes": 40,
// CHECK-NEXT:   "lower_bound_bytes": 96,
// CHECK-NEXT:   "peak_bytes": null
// CHECK-NEXT: },
// CHECK-NEXT: "schema": "langone-report/1"
