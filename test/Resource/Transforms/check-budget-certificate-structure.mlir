// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What takes more than one walk along the code is derived by the checker as well.
// RUN: rm -f %t.json
// RUN: langone-opt %s --langone-check-budget="certificate=%t.json" > %t.mlir
// RUN: langone-plan --check %t.json | FileCheck %s
// The depth of the recursion, the functions that a value may be, and the task count.
// RUN: %python %S/Inputs/reseal.py %t.json '"depth": 5' '"depth": 6' > %t.deeper.json
// RUN: not langone-plan --check %t.deeper.json 2>&1 | FileCheck %s --check-prefix=DEEPER
// RUN: %python %S/Inputs/reseal.py %t.json '"bytes": 48' '"bytes": 49' > %t.larger.json
// RUN: not langone-plan --check %t.larger.json 2>&1 | FileCheck %s --check-prefix=LARGER

// CHECK: accepted: the peaks of 8 functions, 4 budgets proven
// CHECK-NEXT: assumed: 'external': the peak is 100 bytes
// CHECK-NEXT: assumed: 'external': its cost is declared, it has no body
// CHECK-NEXT: assumed: 'parallel': at most 4 bodies run at once at {{.*}}:[[#]]:3, as is declared
// CHECK-NEXT: assumed: 'recursive': at most 5 activations at once, as is declared
// CHECK-NOT: assumed

// DEEPER: rejected: 'recursive': the peak is 192 bytes, not 160
// LARGER: rejected: 'small': the peak is 49 bytes, not 48

func.func private @external() attributes {langone_resource.cost = #langone_resource.cost<memory = 100>}

// 4 * 32 + 32
func.func @recursive(%c: i1) attributes {langone_resource.recursion_depth = 5 : i64} {
  %a = memref.alloc() : memref<32xi8>
  scf.if %c {
    func.call @recursive(%c) : (i1) -> ()
  }
  memref.dealloc %a : memref<32xi8>
  return
}

func.func private @small() {
  %a = memref.alloc() : memref<48xi8>
  memref.dealloc %a : memref<48xi8>
  return
}

func.func private @large() {
  %a = memref.alloc() : memref<80xi8>
  memref.dealloc %a : memref<80xi8>
  return
}

func.func @indirect(%c: i1) attributes {
  langone_resource.memory_budget = #langone_resource.memory_budget<80>
} {
  %small = constant @small : () -> ()
  %large = constant @large : () -> ()
  %f = arith.select %c, %small, %large : () -> ()
  call_indirect %f() : () -> ()
  return
}

func.func @tasks() attributes {
  langone_resource.memory_budget = #langone_resource.memory_budget<48>
} {
  %t = async.execute {
    %a = memref.alloc() : memref<40xi8>
    memref.dealloc %a : memref<40xi8>
    async.yield
  }
  async.await %t : !async.token
  %b = memref.alloc() : memref<44xi8>
  memref.dealloc %b : memref<44xi8>
  return
}

// 16 bytes are replaced by 64 in each round: 128 by family.
func.func @rotation(%n: index, %c: i1) attributes {
  langone_resource.memory_budget = #langone_resource.memory_budget<228>
} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %small = memref.alloc() : memref<16xi8>
  %first = memref.cast %small : memref<16xi8> to memref<?xi8>
  %last = scf.for %i = %c0 to %n step %c1 iter_args(%old = %first) -> memref<?xi8> {
    %new = memref.alloc() : memref<64xi8>
    %next = memref.cast %new : memref<64xi8> to memref<?xi8>
    memref.dealloc %old : memref<?xi8>
    scf.yield %next : memref<?xi8>
  }
  func.call @external() : () -> ()
  memref.dealloc %last : memref<?xi8>
  return
}

func.func @parallel(%n: index) attributes {
  langone_resource.memory_budget = #langone_resource.memory_budget<64>,
  langone_resource.parallelism = 4 : i64
} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    %a = memref.alloc() : memref<16xi8>
    memref.dealloc %a : memref<16xi8>
  }
  return
}
