# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a function over buffers of several independent sizes, none of whose orders fits all of them.

Each buffer is filled with a number of its own and summed up before it is freed: a buffer that lies over another
changes the sum that the function returns.
"""
import random

DIMENSIONS, STEPS, MOST_LIVE = 4, 24, 6


def generate(seed: int, longest: int) -> str:
    choose = random.Random(seed)
    lines, live = [], []

    def free(index: int) -> None:
        number, size = live.pop(index)
        lines.extend([
            f"%sum{number} = scf.for %i = %c0 to %s{size} step %c1 iter_args(%acc = %zero) -> (i64) {{",
            f"  %e = memref.load %b{number}[%i] : memref<?xi8>",
            "  %w = arith.extui %e : i8 to i64",
            "  %t = arith.addi %acc, %w : i64",
            "  scf.yield %t : i64",
            "}",
            f"memref.dealloc %b{number} : memref<?xi8>",
            f"%old{number} = memref.load %total[] : memref<i64>",
            f"%scaled{number} = arith.muli %old{number}, %prime : i64",
            f"%new{number} = arith.addi %scaled{number}, %sum{number} : i64",
            f"memref.store %new{number}, %total[] : memref<i64>",
        ])

    for number in range(STEPS):
        if live and choose.random() < 0.55:
            free(choose.randrange(len(live)))
        size = choose.randrange(DIMENSIONS)
        lines.extend([
            f"%b{number} = memref.alloc(%s{size}) : memref<?xi8>",
            f"%v{number} = arith.constant {number * 7 % 120 + 1} : i8",
            f"linalg.fill ins(%v{number} : i8) outs(%b{number} : memref<?xi8>)",
        ])
        live.append((number, size))
        if len(live) > MOST_LIVE:
            free(choose.randrange(len(live)))
    while live:
        free(len(live) - 1)
    sizes = ", ".join(f"%n{i}: i32 {{langone_resource.range = #langone_resource.range<1.0, {longest}.0>}}"
                      for i in range(DIMENSIONS))
    head = ["%c0 = arith.constant 0 : index", "%c1 = arith.constant 1 : index", "%zero = arith.constant 0 : i64",
            "%prime = arith.constant 31 : i64", "%total = memref.alloca() : memref<i64>",
            "memref.store %zero, %total[] : memref<i64>"]
    head += [f"%s{i} = arith.index_cast %n{i} : i32 to index" for i in range(DIMENSIONS)]
    body = "".join(f"  {line}\n" for line in head + lines)
    return (f"func.func @mixed({sizes}) -> i64 {{\n{body}"
            "  %result = memref.load %total[] : memref<i64>\n  return %result : i64\n}\n")
