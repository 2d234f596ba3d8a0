// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rm -f %t.json
// RUN: langone-opt %s --langone-check-budget="certificate=%t.json" > %t.mlir
// RUN: langone-plan --check %t.json | FileCheck %s
// RUN: sed 's/"bytes": 64/"bytes": 65/' %t.json > %t.forged.json
// RUN: not langone-plan --check %t.forged.json 2>&1 | FileCheck %s --check-prefix=FORGED
// A digest that fits does not help: the peaks are derived again.
// RUN: %python %S/Inputs/reseal.py %t.json '"bytes": 64' '"bytes": 65' > %t.larger.json
// RUN: not langone-plan --check %t.larger.json 2>&1 | FileCheck %s --check-prefix=LARGER
// RUN: %python %S/Inputs/reseal.py %t.json '"budget_bytes": 192' '"budget_bytes": 191' > %t.less.json
// RUN: not langone-plan --check %t.less.json 2>&1 | FileCheck %s --check-prefix=LESS

// CHECK: accepted: the peaks of 2 functions, 1 budgets proven
// FORGED: rejected: the digest does not fit the text: it has been changed
// LARGER: rejected: 'callee': the peak is 65 bytes, not 64
// LESS: rejected: 'caller': the peak of 192 bytes is above the budget of 191

func.func private @callee() {
  %a = memref.alloc() : memref<64xi8>
  memref.dealloc %a : memref<64xi8>
  return
}

func.func @caller(%c: i1) attributes {
  langone_resource.memory_budget = #langone_resource.memory_budget<192>
} {
  %a = memref.alloc() : memref<128xi8>
  scf.if %c {
    func.call @callee() : () -> ()
  }
  memref.dealloc %a : memref<128xi8>
  return
}
