#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Time of verdict and plan for programs that are large in one way each: seconds, least of some runs.

The targets are those of the design: 1 s for a function with 10,000 allocations in nested control
flow, 2 s for 1,000 functions with 10 calls each. The others were quadratic once: a chain of calls
copied its witnesses, blocks in reverse order took a round of the fixpoint each.
"""
import argparse
import sys
import tempfile
from pathlib import Path
from typing import Callable, Optional

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Integration"))
import pass_timing  # noqa: E402

PASSES = {"CheckBudget": ["--langone-check-budget"], "PlanMemory": ["--langone-plan-memory"]}
BUDGET = "attributes {langone_resource.memory_budget = #langone_resource.memory_budget<1 GiB>}"


def buffer(name: str, size: int, indent: int) -> tuple[str, str]:
    """The allocation and the deallocation of one buffer."""
    space = " " * indent
    return (f"{space}%{name} = memref.alloc() : memref<{size}xf32>",
            f"{space}memref.dealloc %{name} : memref<{size}xf32>")


def nested(count: int) -> str:
    """`count` allocations in loops with branches inside."""
    lines = [f"func.func @nested(%c: i1, %n: index) {BUDGET} {{",
             "  %c0 = arith.constant 0 : index", "  %c1 = arith.constant 1 : index"]
    for i in range(count // 10):
        outer, outer_end = buffer(f"o{i}", 8 + i % 7, 4)
        after, after_end = buffer(f"t{i}", 16, 2)
        then = [buffer(f"a{i}_{j}", 4 + j, 6) for j in range(4)]
        otherwise = [line for j in range(4) for line in buffer(f"b{i}_{j}", 5 + j, 6)]
        lines += [f"  scf.for %i{i} = %c0 to %n step %c1 {{", outer, "    scf.if %c {",
                  *(alloc for alloc, _ in then), *(free for _, free in then), "    } else {",
                  *otherwise, "    }", outer_end, "  }", after, after_end]
    return "\n".join(lines + ["  return", "}", ""])


def deep(count: int) -> str:
    """`count` allocations in loops that are 100 deep."""
    lines = [f"func.func @deep(%n: index) {BUDGET} {{",
             "  %c0 = arith.constant 0 : index", "  %c1 = arith.constant 1 : index"]
    ends: list[str] = []
    for i in range(100):
        lines.append(f"  scf.for %i{i} = %c0 to %n step %c1 {{")
        for j in range(count // 100):
            alloc, free = buffer(f"a{i}_{j}", 4 + j % 9, 4)
            lines.append(alloc)
            ends.append(free)
        ends.append("  }")
    # Each loop frees what it allocated after the loop inside it.
    groups: list[list[str]] = [[]]
    for line in ends:
        if line == "  }":
            groups.append([])
        else:
            groups[-1].append(line)
    for group in reversed(groups[:100]):
        lines += [*group, "  }"]
    return "\n".join(lines + ["  return", "}", ""])


def calls(count: int) -> str:
    """`count` functions that call ten others each, which others share."""
    lines = []
    for i in range(count):
        alloc, free = buffer("a", 4 + i % 9, 2)
        lines += [f"func.func {'private ' if i else ''}@f{i}() {'' if i else BUDGET} {{", alloc]
        for j in range(10):
            callee = min(i + 1 + (i * 7 + j * 13) % 50, count)
            lines.append(f"  call @f{callee}() : () -> ()")
        lines += [free, "  return", "}"]
    return "\n".join(lines + [f"func.func private @f{count}() {{", "  return", "}", ""])


def chain(count: int) -> str:
    """A chain of calls; the peak is at its end."""
    lines = []
    for i in range(count):
        alloc, free = buffer("a", 4, 2)
        lines += [f"func.func {'private ' if i else ''}@f{i}() {'' if i else BUDGET} {{", alloc,
                  *([f"  call @f{i + 1}() : () -> ()"] if i + 1 < count else []), free, "  return", "}"]
    return "\n".join(lines + [""])


def blocks(count: int) -> str:
    """A buffer that passes through `count` blocks, listed last one first."""
    lines = [f"func.func @blocks() {BUDGET} {{", "  %a = memref.alloc() : memref<4xf32>",
             "  cf.br ^b0(%a : memref<4xf32>)"]
    for i in reversed(range(count)):
        lines.append(f"^b{i}(%x{i}: memref<4xf32>):")
        lines += ([f"  cf.br ^b{i + 1}(%x{i} : memref<4xf32>)"] if i + 1 < count else
                  [f"  memref.dealloc %x{i} : memref<4xf32>", "  return"])
    return "\n".join(lines + ["}", ""])


PROGRAMS: dict[str, tuple[Callable[[int], str], int, Optional[float]]] = {
    "10,000 allocations in loops and branches": (nested, 10000, 1.0),
    "10,000 allocations in loops 100 deep": (deep, 10000, 1.0),
    "1,000 functions with 10 calls each": (calls, 1000, 2.0),
    "20,000 calls in a chain": (chain, 20000, None),
    "8,000 blocks, last one first": (blocks, 8000, None),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="the least of so many runs counts")
    arguments = parser.parse_args()
    print("| program | " + " | ".join(PASSES) + " | target |")
    print("|:---|" + "---:|" * (len(PASSES) + 1))
    with tempfile.TemporaryDirectory() as folder:
        for name, (generate, count, target) in PROGRAMS.items():
            source = Path(folder, "program.mlir")
            source.write_text(generate(count), encoding="utf-8")
            cells = [f"{pass_timing.pass_seconds(source, flags, arguments.runs)[each]:.3f} s"
                     for each, flags in PASSES.items()]
            print(f"| {name} | " + " | ".join(cells) + f" | {f'{target:g} s' if target else ''} |", flush=True)


if __name__ == "__main__":
    main()
