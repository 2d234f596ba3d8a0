// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rm -f %t.svg
// RUN: langone-opt %s --langone-plan-memory=svg=%t.svg -verify-diagnostics
// RUN: not ls %t.svg

// expected-error@+1 {{there is no plan to draw}}
module {
  func.func @f() {
    return
  }
}
