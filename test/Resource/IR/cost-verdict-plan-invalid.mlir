// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s -split-input-file -verify-diagnostics

// expected-error@+2 {{expected a number that is not negative}}
// expected-error@+1 {{failed to parse Resource_CostAttr parameter 'memory'}}
func.func private @f() attributes {langone_resource.cost = #langone_resource.cost<memory = -1>}

// -----

// expected-error@+2 {{number does not fit into 64 bits}}
// expected-error@+1 {{failed to parse Resource_CostAttr parameter 'memory'}}
func.func private @f() attributes {langone_resource.cost = #langone_resource.cost<memory = 18446744073709551616>}

// -----

// expected-error@+1 {{unknown struct parameter name: bytes}}
func.func private @f() attributes {langone_resource.cost = #langone_resource.cost<bytes = 1>}

// -----

// expected-error@+1 {{unknown struct parameter name: memory}}
func.func private @f() attributes {langone_resource.cost = #langone_resource.cost<memory = 1, memory = 2>}

// -----

// expected-error@+2 {{expected one of [proven, refuted, guarded]}}
// expected-error@+1 {{failed to parse Resource_VerdictAttr parameter 'kind'}}
func.func private @f() attributes {langone_resource.verdict = #langone_resource.verdict<maybe>}

// -----

// expected-error@+2 {{expected one of [runtime, argument, static]}}
// expected-error@+1 {{failed to parse Resource_PlanAttr parameter 'placement'}}
func.func private @f() attributes {langone_resource.plan = #langone_resource.plan<arena = 9, alignment = 1, lower_bound = 9, placement = heap, status = optimal>}

// -----

// expected-error@+2 {{expected one of [optimal, feasible]}}
// expected-error@+1 {{failed to parse Resource_PlanAttr parameter 'status'}}
func.func private @f() attributes {langone_resource.plan = #langone_resource.plan<arena = 9, alignment = 1, lower_bound = 9, placement = static, status = best>}

// -----

// expected-error@+1 {{unknown attribute 'nonsense' in dialect 'langone_resource'}}
func.func private @f() attributes {test.x = #langone_resource.nonsense<1>}

// -----

// expected-error@+2 {{expected a number}}
// expected-error@+1 {{failed to parse Resource_CostAttr parameter 'memory'}}
func.func private @f() attributes {langone_resource.cost = #langone_resource.cost<memory = >}

// -----

// expected-error@+2 {{expected a number}}
// expected-error@+1 {{failed to parse Resource_VerdictAttr parameter 'peak'}}
func.func private @f() attributes {langone_resource.verdict = #langone_resource.verdict<proven, peak = >}

// -----

// expected-error@+2 {{expected a number that is not negative}}
// expected-error@+1 {{failed to parse Resource_PlanAttr parameter 'arena'}}
func.func private @f() attributes {langone_resource.plan = #langone_resource.plan<arena = -1, alignment = 1, lower_bound = 0, placement = runtime, status = optimal>}

// -----

// expected-error@+1 {{alignment of 3 bytes is not a power of two}}
func.func private @f() attributes {langone_resource.plan = #langone_resource.plan<arena = 99, alignment = 3, lower_bound = 0, placement = runtime, status = optimal>}

// -----

// expected-error@+1 {{alignment of 0 bytes is not a power of two}}
func.func private @f() attributes {langone_resource.plan = #langone_resource.plan<arena = 99, alignment = 0, lower_bound = 0, placement = runtime, status = optimal>}

// -----

// expected-error@+1 {{arena of 9 bytes is below its lower bound of 10 bytes}}
func.func private @f() attributes {langone_resource.plan = #langone_resource.plan<arena = 9, alignment = 1, lower_bound = 10, placement = runtime, status = optimal>}
