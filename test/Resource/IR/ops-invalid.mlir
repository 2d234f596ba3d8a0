// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s -split-input-file -verify-diagnostics

func.func @f() {
  // expected-error@+1 {{needs a size for an arena of dynamic size}}
  %a = langone_resource.arena.acquire : memref<?xi8>
  return
}

// -----

func.func @f(%n: index) {
  // expected-error@+1 {{has a size for an arena of static size}}
  %a = langone_resource.arena.acquire size(%n) : memref<4xi8>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{must be one-dimensional memref of i8 with identity layout and the default memory space}}
  %a = langone_resource.arena.acquire : memref<4x4xi8>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{must be one-dimensional memref of i8 with identity layout and the default memory space}}
  %a = langone_resource.arena.acquire : memref<4xf32>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{must be one-dimensional memref of i8 with identity layout and the default memory space}}
  %a = langone_resource.arena.acquire : memref<4xi8, strided<[2]>>
  return
}

// -----

func.func @f(%a: memref<4xi8, strided<[1], offset: 1>>) {
  // expected-error@+1 {{must be one-dimensional memref of i8 with identity layout and the default memory space}}
  langone_resource.arena.release %a : memref<4xi8, strided<[1], offset: 1>>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{attribute 'alignment' failed to satisfy constraint}}
  %a = langone_resource.arena.acquire alignment(0) : memref<4xi8>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{attribute 'alignment' failed to satisfy constraint}}
  %a = langone_resource.arena.acquire alignment(48) : memref<4xi8>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{attribute 'alignment' failed to satisfy constraint}}
  %a = langone_resource.pool.alloc() {alignment = -64} : memref<4xi8>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{budget must be positive}}
  %a = langone_resource.arena.acquire budget(#langone_resource.memory_budget<0>) : memref<4xi8>
  return
}

// -----

func.func @f() {
  // pool_alloc_c1
  // expected-error@+1 {{has 0 sizes for 1 dynamic dimensions}}
  %a = langone_resource.pool.alloc() : memref<?xf32>
  return
}

// -----

func.func @f(%n: index) {
  // pool_alloc_c1
  // expected-error@+1 {{has 2 sizes for 1 dynamic dimensions}}
  %a = langone_resource.pool.alloc(%n, %n) : memref<4x?xf32>
  return
}

// -----

func.func @f() {
  // pool_alloc_c2
  // expected-error@+1 {{needs an identity layout, not 'memref<4xf32, strided<[2]>>'}}
  %a = langone_resource.pool.alloc() : memref<4xf32, strided<[2]>>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{invalid kind of type specified}}
  %a = langone_resource.pool.alloc() : memref<*xf32>
  return
}

// -----

func.func @f(%t: tensor<4xf32>) {
  // expected-error@+1 {{invalid kind of type specified}}
  langone_resource.pool.dealloc %t : tensor<4xf32>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{default memory space}}
  %a = langone_resource.arena.acquire : memref<4xi8, 1>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{default memory space}}
  %a = langone_resource.pool.alloc() : memref<4xi8, 1>
  return
}

// -----

func.func @f(%n: index) {
  // expected-error@+1 {{needs two ends of a lifetime and one alignment for each size}}
  %bytes, %offset = langone_resource.arena.plan sizes(%n) lifetimes([0, 3]) alignments([64, 64])
  return
}

// -----

func.func @f(%n: index) {
  // expected-error@+1 {{has an empty lifetime for buffer 0}}
  %bytes, %offset = langone_resource.arena.plan sizes(%n) lifetimes([3, 3]) alignments([64])
  return
}

// -----

func.func @f(%n: index) {
  // expected-error@+1 {{has an alignment of 48 bytes, which is not a power of two}}
  %bytes, %offset = langone_resource.arena.plan sizes(%n) lifetimes([0, 3]) alignments([48])
  return
}

// -----

// expected-error@+1 {{arena of at most 64 bytes is below its least of 65 bytes}}
func.func @f() attributes {langone_resource.plan = #langone_resource.plan<arena = 64, alignment = 64, lower_bound = 64, placement = runtime, status = optimal, least = 65>} {
  return
}
