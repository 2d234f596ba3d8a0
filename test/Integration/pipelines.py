# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The pipelines of upstream passes that networks go through; each pass says why it is there.

`plain` brings a network from tensors to memrefs the way a user of stock MLIR does; peaks are
reported on its output. `prepare` reduces that output to one entry function. `STOCK_LOWERING` is the
reference: no pass of ours, naive loops, one malloc an alloc. `LANGONE_LOWERING` ends our own ways.
"""
from pathlib import Path

# TOSA to linalg, arith and tensor; only for files that hold TOSA.
TOSA = [
    "func.func(tosa-to-linalg-named)",  # convolutions, matmuls and pools keep their names
    "func.func(tosa-to-linalg)",  # the rest becomes linalg.generic
    "func.func(tosa-to-arith)",  # constants
    "func.func(tosa-to-tensor)",  # reshape, slice, pad, concat
]

BUFFERIZE = [
    "func.func(convert-elementwise-to-linalg)",  # arith and math on whole tensors
    "empty-tensor-to-alloc-tensor",  # each tensor.empty is an allocation of its own
    "one-shot-bufferize{bufferize-function-boundaries=1 function-boundary-type-conversion=identity-layout-map}",
    "cse",
    "canonicalize",
    "buffer-deallocation-pipeline",  # ownership; a dealloc for each alloc
    "canonicalize",
    "func.func(optimize-allocation-liveness)",  # each dealloc moves up to just after the last use
]

C_WRAPPERS = "func.func(llvm-request-c-wrappers)"  # _mlir_ciface_<function>, callable from C

STOCK_LOWERING = [
    C_WRAPPERS,
    "convert-linalg-to-loops",  # naive scf loops in the order of the op: the order of float additions is fixed here
    "func.func(convert-vector-to-scf)",  # transfers and prints of more than one dimension
    "expand-strided-metadata",  # subview, expand and collapse become reinterpret_cast and affine.apply ...
    "lower-affine",  # ... so this comes after it; also affine.for of networks that bring their own
    "convert-scf-to-cf",
    "func.func(arith-expand)",  # ceildiv, floordiv, bf16 conversions
    "convert-vector-to-llvm",
    "convert-math-to-llvm",  # what has an LLVM intrinsic: sqrt, exp, powi, ...
    "convert-math-to-libm",  # what has none: erf, ...
    "convert-index-to-llvm",
    "convert-arith-to-llvm",
    "finalize-memref-to-llvm",  # alloc is malloc, copy of a strided view is memrefCopy of libmlir_c_runner_utils
    "convert-func-to-llvm",
    "convert-cf-to-llvm",  # cf.assert is puts and abort
    "convert-ub-to-llvm",  # ub.poison, where canonicalize met undefined values
    "canonicalize",
    "cse",
    "reconcile-unrealized-casts",  # fails if anything above left something behind
]

# Flags of langone-opt.
LANGONE_LOWERING = ["--llvm-request-c-wrappers", "--langone-lower-to-llvm"]
POOL = ["--langone-pool-allocations"]  # every allocation is a block of the runtime's pool
PLAN = ["--langone-plan-memory", *POOL]  # an arena, and the pool for what escapes to the caller
BUDGET = ["--langone-budget-pipeline"]  # from tensors with a budget to planned memrefs


def module(passes: list[str]) -> str:
    """The argument of mlir-opt."""
    return f"--pass-pipeline=builtin.module({','.join(passes)})"


def plain(source: Path) -> list[str]:
    """From the tensors of `source` to memrefs with explicit deallocations."""
    return (TOSA if "tosa." in source.read_text(encoding="utf-8") else []) + BUFFERIZE


def prepare(entry: str) -> list[str]:
    """From `plain` to a program whose only public function is `entry`."""
    return [
        f"symbol-privatize{{exclude={entry}}}",  # test mains of the models call printing helpers
        "symbol-dce",
        "convert-bufferization-to-memref",  # a clone of a result is an allocation: visible from here on
    ]
