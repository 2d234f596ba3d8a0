// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s --langone-check-budget -split-input-file -verify-diagnostics
// RUN: langone-opt %s --langone-insert-guards -split-input-file -verify-diagnostics
// RUN: langone-opt %s --langone-analyze-resources -split-input-file -verify-diagnostics

// expected-error@+1 {{attribute 'langone_resource.recursion_depth' stands on '@straight', which never calls itself}}
func.func @straight() attributes {langone_resource.recursion_depth = 3 : i64} {
  return
}

// -----

// expected-note@+1 {{declared here}}
func.func @even(%c: i1) attributes {langone_resource.recursion_depth = 3 : i64} {
  scf.if %c {
    func.call @odd(%c) : (i1) -> ()
  }
  return
}
// expected-error@+1 {{'@odd' declares a recursion depth of 4, but a function of the same cycle declares 3}}
func.func @odd(%c: i1) attributes {langone_resource.recursion_depth = 4 : i64} {
  scf.if %c {
    func.call @even(%c) : (i1) -> ()
  }
  return
}

// -----

// placement_c6
// expected-error@+1 {{attribute 'langone_resource.recursion_depth' must be positive, not 0}}
func.func @zero() attributes {langone_resource.recursion_depth = 0 : i64} {
  return
}

// -----

// expected-error@+1 {{attribute 'langone_resource.recursion_depth' must be a number of type i64, not 3 : i32}}
func.func @narrow() attributes {langone_resource.recursion_depth = 3 : i32} {
  return
}

// -----

func.func @loop(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // placement_c3
  // expected-error@+1 {{attribute 'langone_resource.recursion_depth' needs a function}}
  scf.for %i = %c0 to %n step %c1 {
  } {langone_resource.recursion_depth = 3 : i64}
  return
}

// -----

// placement_c6
// expected-error@+1 {{attribute 'langone_resource.parallelism' must be positive, not -2}}
func.func @negative() attributes {langone_resource.parallelism = -2 : i64} {
  return
}
