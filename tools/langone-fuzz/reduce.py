#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reduces a program with a finding: `tools/langone-fuzz/reduce.py SEED [FUZZ_OPTION...]`.

Prints the smallest program that langone-reduce finds which still has a finding of the same kind.
`LANGONE_BUILD_DIR` names the build tree. Exit code 1 if the seed has no finding.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BUILD_DIR = Path(os.environ.get("LANGONE_BUILD_DIR", Path(__file__).resolve().parents[2] / "build"))
FUZZ = BUILD_DIR / "bin/langone-fuzz"
REDUCE = BUILD_DIR / "bin/langone-reduce"

# langone-reduce takes any exit code but 0 for "still interesting".
INTERESTING = """#!/bin/sh
{fuzz} --file="$1" --seed={seed} --part-of-seed --kind={kind} {options} >/dev/null 2>&1
[ $? -eq 1 ] && exit 1
exit 0
"""


def reduce_program(seed: str, options: list[str]) -> int:
    found = subprocess.run([FUZZ, f"--seed={seed}", "--programs=1", *options], capture_output=True, text=True)
    kind = re.search(r"\b[A-Z]{4,}\b", found.stdout)
    if found.returncode != 1 or not kind:
        print(f"seed {seed} has no finding", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        program, test = Path(folder, "program.mlir"), Path(folder, "test.sh")
        program.write_text(subprocess.run([FUZZ, f"--seed={seed}", "--print"], check=True, capture_output=True,
                                          text=True).stdout)
        test.write_text(INTERESTING.format(fuzz=FUZZ, seed=seed, kind=kind[0], options=" ".join(options)))
        test.chmod(0o755)
        subprocess.run([REDUCE, program, f"--reduction-tree=traversal-mode=0 test={test}"], check=True)
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(reduce_program(sys.argv[1], sys.argv[2:]))
