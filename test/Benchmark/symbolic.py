#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The transformer block with a dynamic sequence length: its symbolic arena against a plan for each length.

Prints a row for each length: the arena that the emitted size function computes, the arena of the same block
planned for this length alone, and the bytes that no plan can beat. Ends with 1 if one is more than 2 % above.
"""
import argparse
import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Integration"))
import dynamic_network as network  # noqa: E402

TOLERANCE = 0.02


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lengths", type=int, nargs="+", default=[1, 7, 64, 511, 512])
    parser.add_argument("--longest", type=int, default=512)
    parser.add_argument("--budget", default="16 MiB")
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = network.dynamic_transformer.generate(longest=arguments.longest, budget=arguments.budget)
        planned = network.optimized(text, folder, "symbolic", network.planned("symbolic"))
        body = planned[planned.index("func.func @forward("):planned.index("func.func @forward_arena_bytes")]
        entry, _, rest = body.partition("arena.acquire")
        print(f"verdict: {re.search(r'verdict<([^>]*)>', body).group(1)}")
        print(f"guards at entry: {entry.count('langone_resource.guard')}, inside: {rest.count('langone_resource.guard')}")
        symbolic = network.Network(network.build(text, folder, "symbolic", network.planned("symbolic")), 128)
        print("| length | symbolic, bytes | static, bytes | lower bound, bytes | above static |")
        print("|---:|---:|---:|---:|---:|")
        worst = 0.0
        for length in arguments.lengths:
            fixed = network.dynamic_transformer.generate(length=length)
            static = network.optimized(fixed, folder, f"static{length}", ["--langone-budget-pipeline"])
            arena, bound = network.arena_of(static), int(re.search(r"lower_bound = (\d+)", static).group(1))
            above = symbolic.arena_bytes(length) / arena - 1
            worst = max(worst, above)
            print(f"| {length} | {symbolic.arena_bytes(length):,} | {arena:,} | {bound:,} | {above:.2%} |", flush=True)
    print(f"worst: {worst:.2%}")
    return int(worst > TOLERANCE)


if __name__ == "__main__":
    sys.exit(main())
