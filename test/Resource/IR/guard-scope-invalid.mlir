// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s -split-input-file -verify-diagnostics

func.func @f(%n: index) {
  // guard_c1
  // expected-error@+1 {{needs a message}}
  langone_resource.guard size %n at_most %n, ""
  return
}

// -----

func.func @f(%n: index) {
  // guard_c2
  // expected-error@+1 {{of a size can only be an error, not 'warn'}}
  langone_resource.guard size %n at_most %n, "size" on_exceed(warn)
  return
}

// -----

func.func @f(%n: i64) {
  // expected-error@+1 {{use of value '%n' expects different type than prior uses}}
  langone_resource.guard size %n at_most %n, "size"
  // expected-note@-3 {{prior use here}}
  return
}

// -----

func.func @f(%n: index) {
  // expected-error@+1 {{expected one of [size, footprint, depth] for what a guard checks, got: weight}}
  langone_resource.guard weight %n at_most %n, "weight"
  return
}

// -----

func.func @f(%n: index) {
  // scope_c1
  // expected-error@+1 {{region takes no arguments}}
  "langone_resource.scope"() <{name = "f", budget = #langone_resource.memory_budget<1 KiB>}> ({
  ^bb0(%x: index):
    langone_resource.yield
  }) : () -> ()
  return
}

// -----

func.func @f() {
  // scope_c2
  // expected-error@+1 {{needs a name}}
  langone_resource.scope "" budget(#langone_resource.memory_budget<1 KiB>) {
    langone_resource.yield
  }
  return
}

// -----

func.func @f(%n: index) {
  // expected-error@+1 {{along control flow edge from}}
  %r = langone_resource.scope "f" budget(#langone_resource.memory_budget<1 KiB>) -> f32 {
    // expected-note@+1 {{region branch point}}
    langone_resource.yield %n : index
  }
  return
}

// -----

func.func @f(%n: index) {
  // expected-error@+1 {{along control flow edge from}}
  langone_resource.scope "f" budget(#langone_resource.memory_budget<1 KiB>) {
    // expected-note@+1 {{region branch point}}
    langone_resource.yield %n : index
  }
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{expects parent op 'langone_resource.scope'}}
  langone_resource.yield
}

// -----

func.func @f() {
  // expected-error@+1 {{attribute 'predicted' failed to satisfy constraint}}
  langone_resource.scope "f" budget(#langone_resource.memory_budget<1 KiB>) predicted(-1) {
    langone_resource.yield
  }
  return
}
