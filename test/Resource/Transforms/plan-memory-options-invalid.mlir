// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-plan-memory=alignment=48 -verify-diagnostics -split-input-file
// RUN: not langone-opt %s --langone-plan-memory=arena=heap 2>&1 | FileCheck %s
// RUN: not langone-opt %s --langone-plan-memory=alignment=-1 2>&1 | FileCheck %s --check-prefix=NEGATIVE

// CHECK: 'heap'
// NEGATIVE: '-1'

// expected-error@+1 {{alignment of 48 bytes is not a power of two}}
module {
}
