// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s | FileCheck %s
// RUN: langone-opt %s | langone-opt | FileCheck %s

// Sizes take every unit, and print with the largest that divides them.

// CHECK-LABEL: @bytes
// CHECK-SAME: memory_budget<65535 B>
func.func private @bytes() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<65535 B>}

// CHECK-LABEL: @no_unit
// CHECK-SAME: memory_budget<64 KiB>
func.func private @no_unit() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<65536>}

// CHECK-LABEL: @no_space
// CHECK-SAME: memory_budget<64 KiB>
func.func private @no_space() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<64KiB>}

// CHECK-LABEL: @kib
// CHECK-SAME: memory_budget<1 KiB>
func.func private @kib() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1024 B>}

// CHECK-LABEL: @mib
// CHECK-SAME: memory_budget<3 MiB>
func.func private @mib() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<3072 KiB>}

// CHECK-LABEL: @gib
// CHECK-SAME: memory_budget<2 GiB>
func.func private @gib() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<2048 MiB>}

// CHECK-LABEL: @gib_itself
// CHECK-SAME: memory_budget<7 GiB>
func.func private @gib_itself() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<7 GiB>}

// CHECK-LABEL: @kb
// CHECK-SAME: memory_budget<1 KB>
func.func private @kb() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1000>}

// CHECK-LABEL: @mb
// CHECK-SAME: memory_budget<5 MB>
func.func private @mb() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<5000 KB>}

// CHECK-LABEL: @gb
// CHECK-SAME: memory_budget<9 GB>
func.func private @gb() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<9000 MB>}

// CHECK-LABEL: @gb_itself
// CHECK-SAME: memory_budget<9 GB>
func.func private @gb_itself() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<9 GB>}

// Both a power of 1024 and of 1000 divide: the larger unit wins.
// CHECK-LABEL: @both
// CHECK-SAME: memory_budget<1000 KiB>
func.func private @both() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1024 KB>}

// CHECK-LABEL: @hexadecimal
// CHECK-SAME: memory_budget<4 KiB>
func.func private @hexadecimal() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<0x1000>}

// CHECK-LABEL: @largest
// CHECK-SAME: memory_budget<18446744073709551615 B>
func.func private @largest() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<18446744073709551615>}

// CHECK-LABEL: @largest_gib
// CHECK-SAME: memory_budget<17179869183 GiB>
func.func private @largest_gib() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<17179869183 GiB>}
