# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times of passes as `--mlir-timing` reports them; shared by the benchmarks, measures nothing itself."""
import re
from pathlib import Path

import toolchain

# Analyses are rows below the pass that asked for them, and part of its time.
_ROW = re.compile(r"^\s*(\d+\.\d+) \(\s*[\d.]+%\)( *)(.+?)\s*$")


def pass_seconds(source: Path, flags: list[str], runs: int) -> dict[str, float]:
    """Wall seconds by pass name over one module, the least of several runs; repeats add up."""
    best: dict[str, float] = {}
    for _ in range(runs):
        command = [toolchain.LANGONE_OPT, str(source), *flags, "--mlir-timing",
                   "--mlir-timing-display=tree", "--mlir-disable-threading", "-o", "/dev/null"]
        once: dict[str, float] = {}
        for line in toolchain.run(command).stderr.splitlines():
            row = _ROW.match(line)
            if row and not row[3].startswith("(A)"):
                once[row[3]] = once.get(row[3], 0.0) + float(row[1])
        for name, seconds in once.items():
            best[name] = min(best.get(name, seconds), seconds)
    return best
