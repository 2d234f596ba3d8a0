// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-analyze-resources 2>&1 | FileCheck %s

// An arena that is acquired counts where it is acquired; one from outside counts
// where it belongs: a static one in every caller, an argument in none.

// CHECK-LABEL: {{^}}@runtime 64 64
func.func private @runtime() attributes {langone_resource.plan = #langone_resource.plan<arena = 64, alignment = 64, lower_bound = 64, placement = runtime, status = optimal>} {
  %a = langone_resource.arena.acquire : memref<64xi8>
  langone_resource.arena.release %a : memref<64xi8>
  return
}

// CHECK-LABEL: {{^}}@argument 32 32
// CHECK: 32 argument#arena
func.func private @argument(%a: memref<32xi8>) attributes {langone_resource.plan = #langone_resource.plan<arena = 32, alignment = 64, lower_bound = 32, placement = argument, status = optimal>} {
  return
}

memref.global "private" @static_arena : memref<128xi8> = uninitialized
// CHECK-LABEL: {{^}}@static 128 128
// CHECK: 128 static#arena
func.func private @static() attributes {langone_resource.plan = #langone_resource.plan<arena = 128, alignment = 64, lower_bound = 128, placement = static, status = optimal>} {
  %a = memref.get_global @static_arena : memref<128xi8>
  return
}

// CHECK-LABEL: {{^}}@calls_runtime 64 64
func.func @calls_runtime() {
  call @runtime() : () -> ()
  return
}

// CHECK-LABEL: {{^}}@calls_argument 0 0
func.func @calls_argument(%a: memref<32xi8>) {
  call @argument(%a) : (memref<32xi8>) -> ()
  return
}

// CHECK-LABEL: {{^}}@calls_static 128 128
func.func @calls_static() {
  call @static() : () -> ()
  return
}
