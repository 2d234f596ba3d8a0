// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// Bytes of a buffer, as the lowering to LLVM allocates them.

// CHECK-LABEL: {{^}}@i1 10 10
func.func @i1() {
  %a = memref.alloc() : memref<10xi1>
  memref.dealloc %a : memref<10xi1>
  return
}

// CHECK-LABEL: {{^}}@i4 10 10
func.func @i4() {
  %a = memref.alloc() : memref<10xi4>
  memref.dealloc %a : memref<10xi4>
  return
}

// CHECK-LABEL: {{^}}@i24 40 40
func.func @i24() {
  %a = memref.alloc() : memref<10xi24>
  memref.dealloc %a : memref<10xi24>
  return
}

// CHECK-LABEL: {{^}}@i128 160 160
func.func @i128() {
  %a = memref.alloc() : memref<10xi128>
  memref.dealloc %a : memref<10xi128>
  return
}

// CHECK-LABEL: {{^}}@index 80 80
func.func @index() {
  %a = memref.alloc() : memref<10xindex>
  memref.dealloc %a : memref<10xindex>
  return
}

// CHECK-LABEL: {{^}}@bf16 20 20
func.func @bf16() {
  %a = memref.alloc() : memref<10xbf16>
  memref.dealloc %a : memref<10xbf16>
  return
}

// CHECK-LABEL: {{^}}@f8 10 10
func.func @f8() {
  %a = memref.alloc() : memref<10xf8E4M3FN>
  memref.dealloc %a : memref<10xf8E4M3FN>
  return
}

// CHECK-LABEL: {{^}}@f80 160 160
func.func @f80() {
  %a = memref.alloc() : memref<10xf80>
  memref.dealloc %a : memref<10xf80>
  return
}

// CHECK-LABEL: {{^}}@complex 160 160
func.func @complex() {
  %a = memref.alloc() : memref<10xcomplex<f64>>
  memref.dealloc %a : memref<10xcomplex<f64>>
  return
}

// CHECK-LABEL: {{^}}@vector 160 160
func.func @vector() {
  %a = memref.alloc() : memref<10xvector<4xf32>>
  memref.dealloc %a : memref<10xvector<4xf32>>
  return
}

// Vectors are padded to a power of two.
// CHECK-LABEL: {{^}}@vector_of_three 160 160
func.func @vector_of_three() {
  %a = memref.alloc() : memref<10xvector<3xf32>>
  memref.dealloc %a : memref<10xvector<3xf32>>
  return
}

// CHECK-LABEL: {{^}}@no_dimensions 4 4
func.func @no_dimensions() {
  %a = memref.alloc() : memref<f32>
  memref.dealloc %a : memref<f32>
  return
}

// CHECK-LABEL: {{^}}@zero_sized 0 0
func.func @zero_sized() {
  %a = memref.alloc() : memref<4x0x9223372036854775807xf32>
  memref.dealloc %a : memref<4x0x9223372036854775807xf32>
  return
}

// CHECK-LABEL: {{^}}@largest 18446744073709551612 18446744073709551612
func.func @largest() {
  %a = memref.alloc() : memref<4611686018427387903xf32>
  memref.dealloc %a : memref<4611686018427387903xf32>
  return
}

// CHECK-LABEL: {{^}}@overflow unbounded 0
// CHECK: unbounded: a buffer has no known size: its size does not fit into 64 bits
func.func @overflow() {
  %a = memref.alloc() : memref<4611686018427387904xf32>
  memref.dealloc %a : memref<4611686018427387904xf32>
  return
}

// CHECK-LABEL: {{^}}@overflow_of_dimensions unbounded 0
// CHECK: unbounded: a buffer has no known size: its size does not fit into 64 bits
func.func @overflow_of_dimensions() {
  %a = memref.alloc() : memref<4294967296x4294967296xi8>
  memref.dealloc %a : memref<4294967296x4294967296xi8>
  return
}

// The lower bound stays at the largest number.
// CHECK-LABEL: {{^}}@overflow_of_sum unbounded 18446744073709551615
// CHECK: unbounded: the bytes live here do not fit into 64 bits ({{.*}}sizes.mlir:[[#@LINE+3]]:8)
func.func @overflow_of_sum() {
  %a = memref.alloc() : memref<4611686018427387903xf32>
  %b = memref.alloc() : memref<4611686018427387903xf32>
  return
}

// CHECK-LABEL: {{^}}@overflow_of_rounds unbounded
// CHECK: unbounded: the bytes live here do not fit into 64 bits
func.func @overflow_of_rounds() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 9223372036854775807 : index
  scf.for %i = %c0 to %n step %c1 {
    %a = memref.alloc() : memref<4xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@overflow_of_parallel unbounded {{(0|16) }}
// More rounds than 64 bits can count are no known count.
// CHECK: unbounded: the body of 'scf.forall' allocates, and how many run
func.func @overflow_of_parallel() {
  scf.forall (%i, %j) in (9223372036854775807, 9) {
    %a = memref.alloc() : memref<4xf32>
    memref.dealloc %a : memref<4xf32>
  }
  return
}

// CHECK-LABEL: {{^}}@dynamic unbounded 0
// CHECK: unbounded: a buffer has no known size: its shape is dynamic
func.func @dynamic(%n: index) {
  %a = memref.alloc(%n) : memref<4x?xf32>
  memref.dealloc %a : memref<4x?xf32>
  return
}

// CHECK-LABEL: {{^}}@strided unbounded 0
// CHECK: unbounded: a buffer has no known size: its layout is not the identity
func.func @strided() {
  %a = memref.alloc() : memref<4x4xf32, strided<[8, 1]>>
  memref.dealloc %a : memref<4x4xf32, strided<[8, 1]>>
  return
}

// CHECK-LABEL: {{^}}@memref_of_memref unbounded 0
// CHECK: unbounded: a buffer has no known size: its element type has no known size
func.func @memref_of_memref() {
  %a = memref.alloc() : memref<4xmemref<4xf32>>
  memref.dealloc %a : memref<4xmemref<4xf32>>
  return
}

// CHECK-LABEL: {{^}}@scalable_vector unbounded 0
// CHECK: unbounded: a buffer has no known size: its element type has no known size
func.func @scalable_vector() {
  %a = memref.alloc() : memref<4xvector<[4]xf32>>
  memref.dealloc %a : memref<4xvector<[4]xf32>>
  return
}

// Types whose size in LLVM is another than the data layout's have none.
// CHECK-LABEL: {{^}}@packed_vector unbounded 0
// CHECK: unbounded: a buffer has no known size: its element type has no known size
func.func @packed_vector() {
  %a = memref.alloc() : memref<10xvector<8xi1>>
  memref.dealloc %a : memref<10xvector<8xi1>>
  return
}

// CHECK-LABEL: {{^}}@odd_integer unbounded 0
// CHECK: unbounded: a buffer has no known size: its element type has no known size
func.func @odd_integer() {
  %a = memref.alloc() : memref<10xi65>
  memref.dealloc %a : memref<10xi65>
  return
}

// CHECK-LABEL: {{^}}@vector_without_dimension {{(unbounded|40)}} {{(0|40)}}
func.func @vector_without_dimension() {
  %a = memref.alloc() : memref<10xvector<f32>>
  memref.dealloc %a : memref<10xvector<f32>>
  return
}

// Memory of another space may or may not be the host's.
// CHECK-LABEL: {{^}}@memory_space 16 0
func.func @memory_space() {
  %a = memref.alloc() : memref<4xf32, 1>
  memref.dealloc %a : memref<4xf32, 1>
  return
}
