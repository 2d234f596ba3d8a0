#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Breaks the analyses in each way that langone-fuzz-mutants knows: `mutations_test.py PROGRAM`.

The campaign has to find each mistake within 1,000 programs. Prints after how many it did; exit code 1
if one is not found.
"""
import re
import subprocess
import sys

PROGRAMS = 1000


def programs_needed(fuzz: str, mutation: str) -> int | None:
    """How many programs it took to find the mistake; None if it was not found."""
    done = subprocess.run([fuzz, f"--mutate={mutation}", f"--programs={PROGRAMS}", "--max-failures=1"],
                          capture_output=True, text=True)
    checked = re.search(r"(\d+) programs from seed", done.stdout)
    assert checked, done.stdout + done.stderr
    return int(checked[1]) if done.returncode == 1 else None


def main(fuzz: str) -> int:
    names = subprocess.run([fuzz, "--list-mutations"], check=True, capture_output=True, text=True).stdout.split()
    assert len(names) >= 17, names
    missed = 0
    for name in names:
        needed = programs_needed(fuzz, name)
        missed += needed is None
        print(f"{name:28} {'NOT FOUND' if needed is None else f'found after {needed} programs'}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
