// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s | FileCheck %s
// RUN: langone-opt %s | langone-opt | FileCheck %s

// CHECK-LABEL: @limit_only
// CHECK-SAME: memory_budget<64 KiB>
func.func private @limit_only() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<64 KiB>}

// CHECK-LABEL: @all_options
// CHECK-SAME: memory_budget<64 KiB, soft = 48 KiB, stack = 4 KiB, on_exceed = warn>
func.func private @all_options() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<64 KiB, soft = 48 KiB, stack = 4 KiB, on_exceed = warn>}

// Options come in any order, and print in one.
// CHECK-LABEL: @any_order
// CHECK-SAME: memory_budget<64 KiB, soft = 48 KiB, stack = 4 KiB, on_exceed = fallback>
func.func private @any_order() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<64 KiB, on_exceed = fallback, stack = 4 KiB, soft = 48 KiB>}

// The default is not printed.
// CHECK-LABEL: @default_on_exceed
// CHECK-SAME: memory_budget<64 KiB>
func.func private @default_on_exceed() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<64 KiB, on_exceed = error>}

// CHECK-LABEL: @soft_may_equal_hard
// CHECK-SAME: memory_budget<64 KiB, soft = 64 KiB>
func.func private @soft_may_equal_hard() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<64 KiB, soft = 64 KiB>}

// The stack is memory of its own: its limit may be above the heap's.
// CHECK-LABEL: @stack_above_limit
// CHECK-SAME: memory_budget<1 KiB, stack = 64 KiB>
func.func private @stack_above_limit() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 KiB, stack = 64 KiB>}

// CHECK-LABEL: @smallest
// CHECK-SAME: memory_budget<1 B, soft = 1 B>
func.func private @smallest() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1, soft = 1>}
