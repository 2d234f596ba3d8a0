// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-check-budget=suggestions=0 -split-input-file -verify-diagnostics

// REFUTED: limit and need, and where the memory goes.

// expected-error@+1 {{REFUTED: memory budget of 79 bytes cannot hold, 80 bytes are needed}}
func.func @two_buffers(%i: index) attributes {langone_resource.memory_budget = #langone_resource.memory_budget<79>} {
  // expected-note@+1 {{16 bytes: 'memref<4xf32>' allocated here (two_buffers#0)}}
  %a = memref.alloc() : memref<4xf32>
  // expected-note@+2 {{the peak is reached here, with 2 buffers live}}
  // expected-note@+1 {{64 bytes: 'memref<16xf32>' allocated here (two_buffers#1)}}
  %b = memref.alloc() : memref<16xf32>
  // expected-note@+1 {{last use of two_buffers#1 is here}}
  memref.prefetch %b[%i], read, locality<3>, data : memref<16xf32>
  // expected-note@+1 {{last use of two_buffers#0 is here}}
  %x = memref.load %a[%i] : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  memref.dealloc %b : memref<16xf32>
  return
}

// -----

func.func private @leaf() {
  // expected-note@+2 {{the peak is reached here, with 2 buffers live}}
  // expected-note@+1 {{64 bytes: 'memref<16xf32>' allocated here (leaf#0)}}
  %a = memref.alloc() : memref<16xf32>
  memref.dealloc %a : memref<16xf32>
  return
}

func.func private @middle() {
  // expected-note@+1 {{called from here}}
  call @leaf() : () -> ()
  return
}

// expected-error@+1 {{REFUTED: memory budget of 64 bytes cannot hold, 80 bytes are needed}}
func.func @call_chain() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<64 B>} {
  // expected-note@+1 {{16 bytes: 'memref<4xf32>' allocated here (call_chain#0)}}
  %a = memref.alloc() : memref<4xf32>
  // expected-note@+1 {{called from here}}
  call @middle() : () -> ()
  memref.dealloc %a : memref<4xf32>
  return
}

// -----

// expected-error@+1 {{REFUTED: memory budget of 100 bytes cannot hold, 160 bytes are needed}}
func.func @leak() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<100>} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  // expected-note@+1 {{144 bytes: leak#iterations}}
  scf.for %i = %c0 to %c10 step %c1 {
    // expected-note@+2 {{the peak is reached here, with 2 buffers live}}
    // expected-note@+1 {{16 bytes: 'memref<4xf32>' allocated here (leak#0)}}
    %a = memref.alloc() : memref<4xf32>
  }
  return
}

// -----

// Branches count as reachable.
// expected-error@+1 {{REFUTED: memory budget of 32 bytes cannot hold, 64 bytes are needed}}
func.func @in_one_branch(%c: i1) attributes {langone_resource.memory_budget = #langone_resource.memory_budget<32>} {
  scf.if %c {
    // expected-note@+2 {{the peak is reached here, with 1 buffers live}}
    // expected-note@+1 {{64 bytes: 'memref<16xf32>' allocated here (in_one_branch#0)}}
    %a = memref.alloc() : memref<16xf32>
    memref.dealloc %a : memref<16xf32>
  }
  return
}

// -----

func.func @scope(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error@+1 {{REFUTED: memory budget of 8 bytes cannot hold, 16 bytes are needed}}
  scf.for %i = %c0 to %n step %c1 {
    // expected-note@+2 {{the peak is reached here, with 1 buffers live}}
    // expected-note@+1 {{16 bytes: 'memref<4xf32>' allocated here (scope#0)}}
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
  } {langone_resource.memory_budget = #langone_resource.memory_budget<8>}
  return
}

// -----

// expected-error@+1 {{REFUTED: memory budget of 8 bytes cannot hold, 16 bytes are needed}}
module attributes {langone_resource.memory_budget = #langone_resource.memory_budget<8>} {
  func.func private @f() {
    // expected-note@+2 {{the peak is reached here, with 1 buffers live}}
    // expected-note@+1 {{16 bytes: 'memref<4xf32>' allocated here (f#0)}}
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
    return
  }
}

// -----

// Also where no finite upper bound is known: the lower one is enough.
// expected-error@+1 {{REFUTED: memory budget of 8 bytes cannot hold, 16 bytes are needed}}
func.func @unbounded(%n: index) attributes {langone_resource.memory_budget = #langone_resource.memory_budget<8>} {
  // expected-note@+2 {{the peak is reached here, with 1 buffers live}}
  // expected-note@+1 {{16 bytes: 'memref<4xf32>' allocated here (unbounded#0)}}
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc(%n) : memref<?xf32>
  return
}

// -----

// Every budget is checked, not only the first that fails.
// expected-error@+1 {{REFUTED: memory budget of 1 bytes cannot hold, 4 bytes are needed}}
func.func @first() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1>} {
  // expected-note@+2 {{the peak is reached here}}
  // expected-note@+1 {{4 bytes}}
  %a = memref.alloc() : memref<f32>
  return
}
// expected-error@+1 {{REFUTED: memory budget of 2 bytes cannot hold, 4 bytes are needed}}
func.func @second() attributes {langone_resource.memory_budget = #langone_resource.memory_budget<2>} {
  // expected-note@+2 {{the peak is reached here}}
  // expected-note@+1 {{4 bytes}}
  %a = memref.alloc() : memref<f32>
  return
}

// -----

// expected-error@+2 {{REFUTED: memory budget of 100 bytes cannot hold, 128 bytes are needed}}
// expected-note@+1 {{the plan takes an arena of 128 bytes, no plan takes less than 96 bytes}}
func.func @planned() attributes {
    langone_resource.memory_budget = #langone_resource.memory_budget<100>,
    langone_resource.plan = #langone_resource.plan<arena = 128, alignment = 64, lower_bound = 96, placement = runtime, status = feasible>} {
  // expected-note@+2 {{the peak is reached here, with 1 buffers live}}
  // expected-note@+1 {{128 bytes: 'memref<128xi8>' allocated here (planned#0)}}
  %a = langone_resource.arena.acquire : memref<128xi8>
  langone_resource.arena.release %a : memref<128xi8>
  return
}

// -----

// A module within a function is still about its functions.
func.func @outer() {
  // expected-error@+1 {{REFUTED: memory budget of 10 bytes cannot hold, 64 bytes are needed}}
  builtin.module attributes {langone_resource.memory_budget = #langone_resource.memory_budget<10 B>} {
    func.func @inner() {
      // expected-note@+2 {{the peak is reached here, with 1 buffers live}}
      // expected-note@+1 {{64 bytes: 'memref<16xf32>' allocated here (inner#0)}}
      %a = memref.alloc() : memref<16xf32>
      memref.dealloc %a : memref<16xf32>
      return
    }
  }
  return
}
