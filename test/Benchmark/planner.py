#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures langone-plan: one row an instance, as Markdown.

Instances are the published packing files where the data folder has them, and generated families, so
that nothing is tuned to a handful of files. Whole-process time, the minimum of several runs.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
Run = collections.namedtuple("Run", "code report seconds cpu_seconds megabytes")


# -- generated families: each yields (lower, upper, size) -----------------------------------------


def cut(seed, count, horizon=4096, height=1 << 20, unit=1024):
    """A rectangle of time and address cut at random into `count` buffers: the optimum is known to
    be `height`, no byte is ever free, and no section has slack."""
    rng = random.Random(seed)
    parts = [(0, horizon, height)]
    while len(parts) < count:
        index = max(range(len(parts)), key=lambda i: (parts[i][1] - parts[i][0]) * parts[i][2] * rng.random())
        lower, upper, size = parts.pop(index)
        if (rng.random() < 0.5 and upper - lower > 1) or size <= unit:
            if upper - lower == 1:
                parts.append((lower, upper, size))
                continue
            at = rng.randrange(lower + 1, upper)
            parts += [(lower, at, size), (at, upper, size)]
        else:
            at = unit * rng.randrange(1, size // unit)
            parts += [(lower, upper, at), (lower, upper, size - at)]
    rng.shuffle(parts)
    return parts


def training(seed, layers):
    """A forward and a backward pass: activations live from their layer forward to backward, weights'
    gradients to the end, workspace briefly."""
    rng = random.Random(seed)
    end = 2 * layers
    for layer in range(layers):
        back = end - layer - 1
        size = 1 << rng.randrange(12, 24)
        yield layer, back + 1, size
        yield layer, layer + 1, rng.randrange(1, 1 << 22)
        yield back, back + 1, rng.randrange(1, 1 << 22)
        yield back, end + 1, rng.randrange(1, 1 << 16)
        yield back, min(back + 2, end + 1), size


def scratchpad(seed, count):
    """Like a compiler's on-chip memory: many short buffers of few sizes, some that live long."""
    rng = random.Random(seed)
    for _ in range(count):
        length = 1 + int(rng.expovariate(1 / 8)) if rng.random() < 0.9 else rng.randrange(20, count // 2)
        lower = rng.randrange(count)
        yield lower, lower + length, 256 * rng.choice((1, 2, 4, 8, 16, 64)) * rng.randrange(1, 9)


def staircase(_, count):
    """Each buffer overlaps the next ones, sizes rise and fall: hard for orders by size."""
    for i in range(count):
        yield i, i + 12, 1000 + 37 * (i % 29) * (i % 7)


def uniform(seed, count, lifetime):
    """Independent random buffers with exponential lifetimes."""
    rng = random.Random(seed)
    for _ in range(count):
        lower = rng.randrange(count)
        yield lower, lower + 1 + int(rng.expovariate(1 / lifetime)), rng.randrange(1, 100000)


def generated(huge):
    yield "cut-100", cut(1, 100), 1 << 20
    yield "cut-200", cut(2, 200), 1 << 20
    yield "cut-300", cut(3, 300), 1 << 20
    yield "cut-200-minimize", cut(4, 200), None
    yield "training-200", training(5, 200), None
    yield "training-4000", training(6, 4000), None
    yield "scratchpad-500", scratchpad(7, 500), None
    yield "scratchpad-20000", scratchpad(8, 20000), None
    yield "staircase-2000", staircase(0, 2000), None
    yield "uniform-300", uniform(9, 300, 20), None
    yield "uniform-10000", uniform(10, 10000, 200), None
    if huge:
        yield "uniform-1000000", uniform(11, 1000000, 1000), None


# -- measuring ------------------------------------------------------------------------------------


def run(tool, path, capacity, effort):
    command = [str(tool), str(path), "--json", f"--effort={effort}"]
    if capacity:
        command.append(f"--capacity={capacity}")
    with tempfile.TemporaryFile() as out:
        begin = time.monotonic()
        pid = os.posix_spawn(tool, command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, out.fileno(), 1)])
        _, status, usage = os.wait4(pid, 0)
        seconds = time.monotonic() - begin
        out.seek(0)
        text = out.read()
    code = os.waitstatus_to_exitcode(status)
    report = json.loads(text) if text else None
    return Run(code, report, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measure(tool, name, path, capacity, arguments):
    runs = [run(tool, path, capacity, arguments.effort) for _ in range(arguments.runs)]
    best = min(runs, key=lambda r: r.seconds)
    report = best.report
    if report is None:
        print(f"| {name} | failed with exit code {best.code} |")
        return False
    bound, height = report["lower_bound_bytes"], report["height_bytes"]
    gap = f"{100 * report['gap_bytes'] / max(1, bound):.3f}" if height is not None else ""
    cpu = min(r.cpu_seconds for r in runs)
    print(
        f"| {name} | {report['buffers']} | {capacity or 'minimize'} | {bound} | "
        f"{height if height is not None else ''} | {gap} | {best.seconds:.2f} | {cpu:.2f} | "
        f"{best.megabytes:.0f} | {report['status']} |",
        flush=True,
    )
    return True


def published(folder):
    for path in sorted(folder.glob("*.csv")):
        parts = path.name.split(".")
        capacity = int(parts[-2]) if len(parts) > 2 and parts[-2].isdigit() else None
        yield path.name.removesuffix(".csv"), path, capacity
        if capacity:
            yield parts[0] + " minimize", path, None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    build = pathlib.Path(os.environ.get("LANGONE_BUILD_DIR", ROOT / "build"))
    data = pathlib.Path(os.environ.get("LANGONE_DATA_DIR", ROOT.parent / "shared" / "data"))
    parser.add_argument("--tool", type=pathlib.Path, default=build / "bin" / "langone-plan")
    parser.add_argument("--data", type=pathlib.Path, default=data / "packing")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--effort", default="standard")
    parser.add_argument("--huge", action="store_true", help="also a million buffers")
    parser.add_argument("--only", default="", help="instances whose name contains this")
    arguments = parser.parse_args()

    print("| instance | buffers | capacity | bound | height | gap % | seconds | CPU s | MB | status |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    good = True
    if arguments.data.is_dir():
        for name, path, capacity in published(arguments.data):
            if arguments.only in name:
                good &= measure(arguments.tool, name, path, capacity, arguments)
    else:
        print(f"skipped: no folder {arguments.data}; set LANGONE_DATA_DIR", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        for name, buffers, capacity in generated(arguments.huge):
            if arguments.only not in name:
                continue
            path = pathlib.Path(folder) / "instance.csv"
            with path.open("w") as out:
                out.write("id,lower,upper,size\n")
                for index, (lower, upper, size) in enumerate(buffers):
                    out.write(f"{index},{lower},{upper},{size}\n")
            good &= measure(arguments.tool, name, path, capacity, arguments)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
