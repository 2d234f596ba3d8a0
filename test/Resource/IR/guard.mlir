// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s | FileCheck %s
// RUN: langone-opt %s | langone-opt | FileCheck %s
// RUN: langone-opt %s --mlir-print-op-generic | langone-opt | FileCheck %s
// RUN: langone-opt %s --canonicalize | FileCheck %s --check-prefix=FOLDED
// RUN: langone-opt %s --cse --loop-invariant-code-motion | FileCheck %s --check-prefix=KEPT

// CHECK-LABEL: func.func @guards
// CHECK-SAME: %[[N:.*]]: index, %[[M:.*]]: index
func.func @guards(%n: index, %m: index) {
  // CHECK: langone_resource.guard size %[[N]] at_most %[[M]], "dimension 0 of argument 1"{{$}}
  langone_resource.guard size %n at_most %m, "dimension 0 of argument 1"
  // CHECK: langone_resource.guard footprint %[[N]] at_most %[[M]], "memory of '@f'" on_exceed(warn) {test.note}
  langone_resource.guard footprint %n at_most %m, "memory of '@f'" on_exceed(warn) {test.note}
  // CHECK: langone_resource.guard depth %[[N]] at_most %[[M]], "calls of '@f'" on_exceed(fallback)
  langone_resource.guard depth %n at_most %m, "calls of '@f'" on_exceed(fallback)
  // The default is not written.
  // CHECK: langone_resource.guard depth %[[N]] at_most %[[M]], "calls of '@f'"{{$}}
  langone_resource.guard depth %n at_most %m, "calls of '@f'" on_exceed(error)
  return
}

// FOLDED-LABEL: func.func @holds
// FOLDED-NEXT: return
func.func @holds(%n: index) {
  %c0 = arith.constant 0 : index
  %c63 = arith.constant 63 : index
  %c64 = arith.constant 64 : index
  %huge = arith.constant -1 : index
  langone_resource.guard size %c63 at_most %c64, "below"
  langone_resource.guard size %c64 at_most %c64, "at the bound"
  langone_resource.guard size %n at_most %n, "the same value"
  langone_resource.guard size %c0 at_most %n, "nothing"
  langone_resource.guard size %c64 at_most %huge, "unsigned"
  return
}

// FOLDED-LABEL: func.func @fails_or_is_not_known
// FOLDED-COUNT-3: langone_resource.guard
func.func @fails_or_is_not_known(%n: index) {
  %c64 = arith.constant 64 : index
  %c65 = arith.constant 65 : index
  %huge = arith.constant -1 : index
  langone_resource.guard size %c65 at_most %c64, "above"
  langone_resource.guard size %huge at_most %c64, "unsigned"
  langone_resource.guard size %c64 at_most %n, "not known"
  return
}

// A guard that does not hold ends the execution: it is neither removed nor
// executed where it was not.
// KEPT-LABEL: func.func @stays_in_place
// KEPT: scf.for
// KEPT-NEXT: langone_resource.guard
// KEPT-NEXT: langone_resource.guard
func.func @stays_in_place(%n: index, %m: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    langone_resource.guard size %n at_most %m, "twice"
    langone_resource.guard size %n at_most %m, "twice"
  }
  return
}
