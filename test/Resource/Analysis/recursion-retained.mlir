// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What recursion leaves behind, where its peak has no bound either.
// RUN: langone-opt %s --langone-analyze-resources="report=- table=false" -o /dev/null | FileCheck %s

// Each activation leaves a buffer, and starts three others at once.
// CHECK: "name": "leaves_in_parallel"
// CHECK: "retained_bytes": null
func.func @leaves_in_parallel(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %a = memref.alloc() : memref<4xf32>
  scf.parallel (%i) = (%c0) to (%c3) step (%c1) {
    %goes_on = arith.cmpi ugt, %n, %c0 : index
    scf.if %goes_on {
      %m = arith.subi %n, %c1 : index
      func.call @leaves_in_parallel(%m) : (index) -> ()
    }
    scf.reduce
  }
  return
}

// CHECK: "name": "leaves_nothing"
// CHECK: "retained_bytes": 0
func.func @leaves_nothing(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %a = memref.alloc() : memref<4xf32>
  scf.parallel (%i) = (%c0) to (%c3) step (%c1) {
    %goes_on = arith.cmpi ugt, %n, %c0 : index
    scf.if %goes_on {
      %m = arith.subi %n, %c1 : index
      func.call @leaves_nothing(%m) : (index) -> ()
    }
    scf.reduce
  }
  memref.dealloc %a : memref<4xf32>
  return
}

// Nobody awaits the task: it may be anywhere when the function is left, also
// inside another activation, whose peak is not known.
// CHECK: "name": "goes_on"
// CHECK: "retained_bytes": null
func.func @goes_on(%n: index) attributes {langone_resource.recursion_depth = 3 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %t = async.execute {
    %goes_on = arith.cmpi ugt, %n, %c0 : index
    scf.if %goes_on {
      %m = arith.subi %n, %c1 : index
      %a = memref.alloc() : memref<4xf32>
      memref.dealloc %a : memref<4xf32>
      func.call @goes_on(%m) : (index) -> ()
    }
    async.yield
  }
  %b = memref.alloc() : memref<4xf32>
  memref.dealloc %b : memref<4xf32>
  return
}
