// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s | FileCheck %s
// RUN: langone-opt %s | langone-opt | FileCheck %s

// CHECK-LABEL: @any_device
// CHECK-SAME: gpu_budget<512 MiB>
func.func private @any_device() attributes {langone_resource.gpu_budget = #langone_resource.gpu_budget<512 MiB>}

// CHECK-LABEL: @all_options
// CHECK-SAME: gpu_budget<512 MiB, soft = 384 MiB, device = 0>
func.func private @all_options() attributes {langone_resource.gpu_budget = #langone_resource.gpu_budget<512 MiB, device = 0, soft = 384 MiB>}

// CHECK-LABEL: @largest_device
// CHECK-SAME: gpu_budget<1 B, device = 18446744073709551615>
func.func private @largest_device() attributes {langone_resource.gpu_budget = #langone_resource.gpu_budget<1, device = 18446744073709551615>}
