// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rm -f %t.json %t.again %t.none
// RUN: langone-opt %s --langone-analyze-resources="report=%t.json table=false suggestions=2" 2>&1 | FileCheck %s --check-prefix=IR
// RUN: langone-opt %s --langone-analyze-resources="report=%t.again table=false suggestions=2"
// RUN: cmp %t.json %t.again
// RUN: FileCheck %s < %t.json
// RUN: langone-report show %t.json | FileCheck %s --check-prefix=SHOWN
// RUN: langone-opt %s --langone-analyze-resources="report=%t.none table=false" 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not grep '"suggestions"' %t.none

// Sorted by what they save, at most as many as asked for, and the program stays as it is.
// IR: remark: suggestion: allocate f#1 here
// IR: remark: suggestion: store f#0 as f16
// IR-NOT: suggestion
// IR: func.func @f
// IR-NEXT: memref.alloc() : memref<64xf32>
// IR-NEXT: memref.alloc() : memref<80xf16>
// NONE-NOT: suggestion

// CHECK:      "suggestions": [
// CHECK-NEXT:   {
// CHECK-NEXT:     "location": "{{.*}}suggestions-report.mlir:[[#@LINE+24]]:3",
// CHECK-NEXT:     "message": "allocate f#1 here, right before its first use",
// CHECK-NEXT:     "new_peak_bytes": 288,
// CHECK-NEXT:     "saved_bytes": 160
// CHECK-NEXT:   },
// CHECK-NEXT:   {
// CHECK-NEXT:     "location": "{{.*}}suggestions-report.mlir:[[#@LINE+11]]:8",
// CHECK-NEXT:     "message": "store f#0 as f16 instead of f32, if its values bear that precision (which is yours to check)",
// CHECK-NEXT:     "new_peak_bytes": 320,
// CHECK-NEXT:     "saved_bytes": 128
// CHECK-NEXT:   }
// CHECK-NEXT: ],
// CHECK-NEXT: "timeline": [

// SHOWN: save 160 B
// SHOWN-SAME: allocate f#1 here
func.func @f(%x: f32, %h: f16, %i: index) {
  %a = memref.alloc() : memref<64xf32>
  %b = memref.alloc() : memref<80xf16>
  %c = memref.alloc() : memref<16xf16>
  memref.store %x, %a[%i] : memref<64xf32>
  memref.store %h, %c[%i] : memref<16xf16>
  memref.dealloc %a : memref<64xf32>
  memref.dealloc %c : memref<16xf16>
  memref.store %h, %b[%i] : memref<80xf16>
  memref.dealloc %b : memref<80xf16>
  return
}
