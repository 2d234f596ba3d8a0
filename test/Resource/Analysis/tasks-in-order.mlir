// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tasks that wait for each other, and tasks that free what was there before.
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s
// RUN: langone-opt %s --langone-check-budget="certificate=%t.json" -o %t.out
// RUN: langone-plan --check %t.json | FileCheck %s --check-prefix=CERTIFIED

// CERTIFIED: accepted: the peaks of 5 functions, 5 budgets proven

// The second begins when the first is over: 100 or 60, not 160.
// CHECK-LABEL: {{^}}@one_after_the_other 100
func.func @one_after_the_other() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<100>} {
  %t = async.execute {
    %a = memref.alloc() : memref<100xi8>
    memref.dealloc %a : memref<100xi8>
    async.yield
  }
  %u = async.execute [%t] {
    %b = memref.alloc() : memref<60xi8>
    memref.dealloc %b : memref<60xi8>
    async.yield
  }
  async.await %u : !async.token
  return
}

// When the first is over, only the second may be under way: 60 and 30.
// CHECK-LABEL: {{^}}@first_awaited 100
func.func @first_awaited() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<100>} {
  %t = async.execute {
    %a = memref.alloc() : memref<100xi8>
    memref.dealloc %a : memref<100xi8>
    async.yield
  }
  %u = async.execute [%t] {
    %b = memref.alloc() : memref<60xi8>
    memref.dealloc %b : memref<60xi8>
    async.yield
  }
  async.await %t : !async.token
  %c = memref.alloc() : memref<30xi8>
  memref.dealloc %c : memref<30xi8>
  async.await %u : !async.token
  return
}

// What a task frees is gone when it was awaited: 100, then 80.
// CHECK-LABEL: {{^}}@frees_what_was_there 110
func.func @frees_what_was_there() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<110>} {
  %a = memref.alloc() : memref<100xi8>
  %t = async.execute {
    %b = memref.alloc() : memref<10xi8>
    memref.dealloc %b : memref<10xi8>
    memref.dealloc %a : memref<100xi8>
    async.yield
  }
  async.await %t : !async.token
  %c = memref.alloc() : memref<80xi8>
  memref.dealloc %c : memref<80xi8>
  return
}

// Until its turn has come, what it will free is there beside the first: 150, and
// 30 more. It is gone when it was awaited.
// CHECK-LABEL: {{^}}@not_its_turn 180
func.func @not_its_turn() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<180>} {
  %a = memref.alloc() : memref<50xi8>
  %t = async.execute {
    %b = memref.alloc() : memref<100xi8>
    memref.dealloc %b : memref<100xi8>
    async.yield
  }
  %u = async.execute [%t] {
    memref.dealloc %a : memref<50xi8>
    async.yield
  }
  %c = memref.alloc() : memref<30xi8>
  memref.dealloc %c : memref<30xi8>
  async.await %u : !async.token
  %d = memref.alloc() : memref<170xi8>
  memref.dealloc %d : memref<170xi8>
  return
}

// Two wait for the first: it counts with one of them, the other beside it.
// CHECK-LABEL: {{^}}@two_wait 120
func.func @two_wait() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<120>} {
  %t = async.execute {
    %a = memref.alloc() : memref<100xi8>
    memref.dealloc %a : memref<100xi8>
    async.yield
  }
  %u = async.execute [%t] {
    %b = memref.alloc() : memref<40xi8>
    memref.dealloc %b : memref<40xi8>
    async.yield
  }
  %v = async.execute [%t] {
    %b = memref.alloc() : memref<20xi8>
    memref.dealloc %b : memref<20xi8>
    async.yield
  }
  async.await %u : !async.token
  async.await %v : !async.token
  return
}
