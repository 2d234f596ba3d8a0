// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: langone-opt %s -split-input-file -verify-diagnostics

// expected-error@+1 {{expected one of [FP16, BF16, FP32, FP64, INT8, INT16, INT32]}}
func.func private @f() attributes {langone_resource.precision = #langone_resource.precision<FP8>}

// -----

// expected-error@+1 {{max_error must not be negative}}
func.func private @f() attributes {langone_resource.precision = #langone_resource.precision<FP16, max_error = -1.0e-3>}

// -----

// expected-error@+1 {{expected a finite decimal number}}
func.func private @f() attributes {langone_resource.precision = #langone_resource.precision<FP16, max_error = 1.0e400>}

// -----

// expected-error@+1 {{unknown option 'error', expected accumulate, max_error, allow_downgrade}}
func.func private @f() attributes {langone_resource.precision = #langone_resource.precision<FP16, error = 1.0>}

// -----

// expected-error@+1 {{option 'accumulate' given twice}}
func.func private @f() attributes {langone_resource.precision = #langone_resource.precision<FP16, accumulate = FP32, accumulate = FP32>}

// -----

// expected-error@+1 {{expected integer value}}
func.func private @f() attributes {langone_resource.precision = #langone_resource.precision<FP16, allow_downgrade = maybe>}
