// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-budget-pipeline 2> %t.err | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t.err
// RUN: langone-opt %s --langone-budget-pipeline="arena=static alignment=16" | FileCheck %s --check-prefix=STATIC
// RUN: langone-opt %s --langone-budget-pipeline=arena=argument | FileCheck %s --check-prefix=ARGUMENT
// RUN: langone-opt %s --langone-budget-pipeline="report=%t.json" | FileCheck %s --check-prefix=PLANNED
// RUN: FileCheck %s --check-prefix=REPORT < %t.json

// From linalg on tensors to planned code.

// REMARK: remark: PROVEN: at most 128 bytes of 1024
// CHECK-LABEL: func.func @two_steps
// CHECK-SAME: plan<arena = 64, alignment = 64, lower_bound = 64, placement = runtime, status = optimal>
// CHECK-SAME: verdict<proven, peak = 128>
// CHECK: %[[ARENA:.*]] = langone_resource.arena.acquire : memref<64xi8>
// CHECK: memref.view %[[ARENA]]
// CHECK: linalg.generic
// CHECK: %[[RESULT:.*]] = langone_resource.pool.alloc() {{.*}}: memref<16xf32>
// CHECK: linalg.generic
// CHECK: langone_resource.arena.release %[[ARENA]]
// CHECK: return %[[RESULT]]

// STATIC: memref.global "private" @two_steps_arena : memref<64xi8> = uninitialized
// STATIC: placement = static

// ARGUMENT: func.func @two_steps({{.*}}memref<16xf32>, {{.*}}memref<64xi8>)
// ARGUMENT: func.func @two_steps_arena_requirements

// The report is about the user's buffers.
// PLANNED: langone_resource.arena.acquire
// REPORT: "name": "two_steps"
// REPORT: "peak_bytes": 128,
// REPORT-NEXT: "peak_symbolic": null,
// REPORT-NEXT: "plan": {
// REPORT-NEXT: "alignment_bytes": 64,
// REPORT-NEXT: "arena_bytes": 64,
// REPORT-NEXT: "buffers": [
// REPORT-NEXT: {
// REPORT-NEXT: "alignment_bytes": 64,
// REPORT-NEXT: "location": "{{.*}}linalg.mlir:[[#@LINE+10]]:8",
// REPORT-NEXT: "lower": {{[0-9]+}},
// REPORT-NEXT: "offset_bytes": 0,
// REPORT-NEXT: "site": "two_steps#0",
// REPORT-NEXT: "size_bytes": 64,
// REPORT:      "verdict": "proven"

#id = affine_map<(d0) -> (d0)>
#fixed = affine_map<(d0) -> (0)>
func.func @two_steps(%x: tensor<16xf32>) -> tensor<16xf32> attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB>} {
  %e = tensor.empty() : tensor<16xf32>
  %a = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%x : tensor<16xf32>) outs(%e : tensor<16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = arith.addf %in, %in : f32
    linalg.yield %s : f32
  } -> tensor<16xf32>
  %f = tensor.empty() : tensor<16xf32>
  %b = linalg.generic {indexing_maps = [#id, #fixed, #id], iterator_types = ["parallel"]} ins(%a, %a : tensor<16xf32>, tensor<16xf32>) outs(%f : tensor<16xf32>) {
  ^bb0(%in: f32, %first: f32, %out: f32):
    %s = arith.mulf %in, %first : f32
    linalg.yield %s : f32
  } -> tensor<16xf32>
  return %b : tensor<16xf32>
}
