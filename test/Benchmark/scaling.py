#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How the time of each pass grows with straight-line code: microseconds for one allocation.

A column that stays level is linear; the growth of n log n between 1,000 and 100,000 is 1.7. Each
program allocates buffers of 4 to 16,384 bytes, up to eight of which live at once.
"""
import argparse
import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Integration"))
import pass_timing  # noqa: E402

PASSES = {
    "AnalyzeResources": ["--langone-analyze-resources=table=false"],
    "CheckBudget": ["--langone-check-budget"],
    "PlanMemory": ["--langone-plan-memory"],
    "PoolAllocations": ["--langone-pool-allocations"],
}


def straight_line(count: int, seed: int) -> str:
    """A function with `count` allocations, each freed after a while."""
    choose = random.Random(seed)
    budget = "langone_resource.memory_budget = #langone_resource.memory_budget<1 GiB>"
    lines = [f"func.func @straight_line() attributes {{{budget}}} {{"]
    live: list[tuple[int, int]] = []
    for index in range(count):
        size = choose.randint(1, 4096)
        lines.append(f"  %b{index} = memref.alloc() : memref<{size}xf32>")
        live.append((index, size))
        if len(live) > 8:
            freed, freed_size = live.pop(choose.randrange(len(live)))
            lines.append(f"  memref.dealloc %b{freed} : memref<{freed_size}xf32>")
    lines += [f"  memref.dealloc %b{index} : memref<{size}xf32>" for index, size in live]
    return "\n".join(lines + ["  return", "}", ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counts", type=int, nargs="+", default=[1000, 10000, 100000])
    parser.add_argument("--runs", type=int, default=3, help="the least of so many runs counts")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    print("| allocations | " + " | ".join(PASSES) + " |")
    print("|---:|" + "---:|" * len(PASSES))
    with tempfile.TemporaryDirectory() as folder:
        for count in arguments.counts:
            source = Path(folder, f"{count}.mlir")
            source.write_text(straight_line(count, arguments.seed), encoding="utf-8")
            cells = []
            for name, flags in PASSES.items():
                seconds = pass_timing.pass_seconds(source, flags, arguments.runs)[name]
                cells.append(f"{seconds:.3f} s, {seconds / count * 1e6:.1f} us")
            print(f"| {count:,} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
