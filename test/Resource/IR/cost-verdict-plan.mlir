// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s | FileCheck %s
// RUN: langone-opt %s | langone-opt | FileCheck %s

// CHECK-LABEL: @memory_only
// CHECK-SAME: cost<memory = 4096>
func.func private @memory_only() attributes {langone_resource.cost = #langone_resource.cost<memory = 4096>}

// CHECK-LABEL: @all_costs
// CHECK-SAME: cost<memory = 0, gpu_memory = 18446744073709551615, cpu_cycles = 100000, gpu_operations = 7>
func.func private @all_costs() attributes {langone_resource.cost = #langone_resource.cost<memory = 0, gpu_memory = 18446744073709551615, cpu_cycles = 100000, gpu_operations = 7>}

// CHECK-LABEL: @costs_in_any_order
// CHECK-SAME: cost<memory = 1, cpu_cycles = 2>
func.func private @costs_in_any_order() attributes {langone_resource.cost = #langone_resource.cost<cpu_cycles = 2, memory = 1>}

// CHECK-LABEL: @proven
// CHECK-SAME: verdict<proven, peak = 40960>
func.func private @proven() attributes {langone_resource.verdict = #langone_resource.verdict<proven, peak = 40960>}

// CHECK-LABEL: @refuted
// CHECK-SAME: verdict<refuted, peak = 18446744073709551615>
func.func private @refuted() attributes {langone_resource.verdict = #langone_resource.verdict<refuted, peak = 18446744073709551615>}

// CHECK-LABEL: @guarded
// CHECK-SAME: verdict<guarded>
func.func private @guarded() attributes {langone_resource.verdict = #langone_resource.verdict<guarded>}

// CHECK-LABEL: @plan_runtime
// CHECK-SAME: plan<arena = 40960, alignment = 64, lower_bound = 40960, placement = runtime, status = optimal>
func.func private @plan_runtime() attributes {langone_resource.plan = #langone_resource.plan<arena = 40960, alignment = 64, lower_bound = 40960, placement = runtime, status = optimal>}

// CHECK-LABEL: @plan_argument
// CHECK-SAME: plan<arena = 10, alignment = 1, lower_bound = 0, placement = argument, status = feasible>
func.func private @plan_argument() attributes {langone_resource.plan = #langone_resource.plan<arena = 10, alignment = 1, lower_bound = 0, placement = argument, status = feasible>}

// CHECK-LABEL: @plan_static
// CHECK-SAME: plan<arena = 10, alignment = 1, lower_bound = 0, placement = static, status = optimal>
func.func private @plan_static() attributes {langone_resource.plan = #langone_resource.plan<arena = 10, alignment = 1, lower_bound = 0, placement = static, status = optimal>}
