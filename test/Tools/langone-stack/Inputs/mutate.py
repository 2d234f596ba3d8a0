# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a program on changed copies of files: `mutate.py PROGRAM FILE...`.

The program must end with one of its exit codes, and for bad input with an error and nothing else.
"""
import os
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SEED = os.environ.get("LANGONE_SEED", "1")
MUTATIONS = int(os.environ.get("LANGONE_PROGRAMS", "150"))


def mutate(rng: random.Random, original: bytes) -> bytes:
    changed = bytearray(original)
    for _ in range(rng.choice([1, 1, 1, 2, 4, 16])):
        at = rng.randrange(len(changed))
        changed[at] = rng.choice([0, 255, changed[at] ^ (1 << rng.randrange(8)), rng.randrange(256)])
    return bytes(changed[:rng.randrange(len(changed))] if rng.random() < 0.1 else changed)


def run_one(program: str, source: Path, number: int, folder: str) -> str:
    """What is wrong with the program's answer to one mutation; empty if nothing is."""
    mutated = Path(folder) / f"{number}-{source.name}"
    mutated.write_bytes(mutate(random.Random(f"{SEED}/{source.name}/{number}"), source.read_bytes()))
    done = subprocess.run([program, str(mutated), "--limit=4KiB", "--json"], capture_output=True, timeout=60,
                          check=False)
    mutated.unlink()
    fine = done.returncode in (0, 1, 4) and done.stdout and not done.stderr
    refused = done.returncode == 2 and not done.stdout and b"error: " in done.stderr
    return "" if fine or refused else (f"seed {SEED}, {source.name}, mutation {number}: exit code "
                                       f"{done.returncode}\n{done.stderr.decode(errors='replace')[-2000:]}")


def main() -> None:
    program, *sources = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        tasks = [pool.submit(run_one, program, Path(source), number, folder)
                 for source in sources for number in range(MUTATIONS)]
        problems = [task.result() for task in tasks if task.result()]
    if problems:
        sys.exit("\n".join(problems[:3]))


if __name__ == "__main__":
    main()
