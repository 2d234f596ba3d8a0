#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The runtime beside what people link today: Markdown for docs/Benchmarks.md.

Allocators: runtime/benchmark, every pattern with every contestant in one process, interleaved; the
least of several repetitions. Programs: xz and sqlite3 with each library preloaded, alternating.
"""

import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("LANGONE_BUILD_DIR", ROOT / "build"))
DEBIAN = pathlib.Path("/usr/lib/x86_64-linux-gnu")
OURS = "langone"

# pattern: (whose time, the reference, what the ratio must not exceed)
TARGETS = {
    "lifo 4 KiB": ("langone", "tcmalloc", 0.7),
    "256 outstanding 4 KiB": ("langone", "the fastest other", 1.0),
    "bump 64 B and reset": ("langone", "the fastest other", 1.1),
    "churn 16..1024 B, 10,000 live": ("langone", "tcmalloc", 1.1),
    "producer/consumer 64 B": ("langone", "mimalloc", 1.0),
    "producer/consumer 1 KiB": ("langone", "mimalloc", 1.0),
}


def measure(program, repetitions, only):
    """Least nanoseconds by pattern and contestant."""
    done = subprocess.run(
        [
            program,
            f"--benchmark_filter={only}",
            "--benchmark_min_time=0.05",
            f"--benchmark_repetitions={repetitions}",
            "--benchmark_enable_random_interleaving=true",
            "--benchmark_format=json",
        ],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    table = {}
    for run in json.loads(done.stdout)["benchmarks"]:
        if run["run_type"] != "iteration":
            continue
        name = run["run_name"].removesuffix("/real_time")
        # A pattern's name may have a slash, as a contestant's.
        pattern = next((p for p in PATTERNS if name.startswith(p + "/")), name.split("/")[0])
        row = table.setdefault(pattern, {})
        contestant = name[len(pattern) + 1 :]
        row[contestant] = min(run["ns"], row.get(contestant, float("inf")))
    return table


PATTERNS = [*TARGETS, "256 outstanding 64 B", "larson, two threads", "tensor 1 MiB", "tensor 16 MiB", "charge and uncharge 64 B"]


def print_table(table):
    print("| pattern | contestant | ns | of the fastest |")
    print("|---|---|---:|---:|")
    for pattern in [p for p in PATTERNS if p in table]:
        row = table[pattern]
        best = min(row.values())
        for contestant, ns in sorted(row.items(), key=lambda item: item[1]):
            print(f"| {pattern} | {contestant} | {ns:.2f} | {ns / best:.2f} |")


def print_targets(table):
    print("\n| pattern | ours | ns | beside | ns | ratio | must be |")
    print("|---|---|---:|---|---:|---:|---:|")
    for pattern, (_, beside, limit) in TARGETS.items():
        row = table.get(pattern, {})
        others = {name: ns for name, ns in row.items() if not name.startswith(OURS)}
        if not others or (beside in TARGETS and beside not in others):
            continue
        name, ns = (beside, others[beside]) if beside in others else min(others.items(), key=lambda item: item[1])
        for ours, own in sorted(row.items(), key=lambda item: item[1]):
            if ours.startswith(OURS):
                print(f"| {pattern} | {ours} | {own:.2f} | {name} | {ns:.2f} | {own / ns:.2f} | {limit} |")


# -- whole programs -------------------------------------------------------------------------------

SQL = """
create table t(a integer primary key, b text, c real);
with recursive n(x) as (select 1 union all select x + 1 from n where x < 200000)
insert into t select x, hex(x * 7919 % 100003) || '-' || x, x * 1.5 from n;
create index tb on t(b);
select count(*), sum(length(b)) from t where b like '%7%';
select substr(b, 1, 2) p, count(*), group_concat(substr(b, 1, 3)) from t where a % 50 = 0 group by p order by 2 desc limit 3;
update t set b = b || 'x' where a % 3 = 0;
select count(distinct substr(b, 1, 4)) from t;
with recursive n(x) as (select 1 union all select x + 1 from n where x < 200000)
select sum(json_extract('{"a":' || x || ',"b":[1,2,3]}', '$.b[1]')), max(printf('%d-%s', x, x)) from n;
delete from t where a % 2 = 0;
"""


def text(megabytes):
    rng = random.Random(1)
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randrange(3, 10))) for _ in range(5000)]
    return " ".join(rng.choices(words, k=megabytes * 145_000))


def programs(folder):
    script = folder / "script.sql"
    script.write_text(SQL)
    data = folder / "text"
    data.write_text(text(10))
    return {
        "sqlite3": (["sqlite3", ":memory:"], script),
        "xz -2": (["xz", "-2", "--stdout", "--threads=1"], data),
    }


def run_once(command, standard_input, library):
    environment = {**os.environ, **({"LD_PRELOAD": str(library)} if library else {})}
    begin = time.monotonic()
    with standard_input.open() as file:
        process = subprocess.Popen(command, stdin=file, stdout=subprocess.DEVNULL, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - begin
    if status:
        sys.exit(f"{command[0]} under {library} failed")
    return usage.ru_utime, usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


def print_programs(ours, runs):
    libraries = {
        "glibc": None,
        "mimalloc": DEBIAN / "libmimalloc.so.2",
        "tcmalloc": DEBIAN / "libtcmalloc_minimal.so.4",
        "jemalloc": DEBIAN / "libjemalloc.so.2",
        "liblangone_malloc": ours,
    }
    libraries = {name: path for name, path in libraries.items() if not path or path.exists()}
    print("\n| program | library | user s | CPU s | wall s | resident MB | CPU beside mimalloc |")
    print("|---|---|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for program, (command, standard_input) in programs(pathlib.Path(folder)).items():
            best = {}
            for _ in range(runs):
                for name, path in libraries.items():
                    now = run_once(command, standard_input, path)
                    best[name] = tuple(map(min, zip(now, best.get(name, now))))
            for name, (user, cpu, wall, megabytes) in best.items():
                ratio = f"{cpu / best['mimalloc'][1]:.3f}" if "mimalloc" in best else ""
                print(f"| {program} | {name} | {user:.3f} | {cpu:.3f} | {wall:.3f} | {megabytes:.0f} | {ratio} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runtime", type=pathlib.Path, default=BUILD / "runtime", help="build folder of the runtime")
    parser.add_argument("--library", type=pathlib.Path, help="liblangone_malloc.so")
    parser.add_argument("--repetitions", type=int, default=9)
    parser.add_argument("--runs", type=int, default=15, help="of each program")
    parser.add_argument("--only", default=".", help="patterns that match; none: programs alone")
    arguments = parser.parse_args()
    candidates = [*BUILD.glob("lib/liblangone_malloc.so"), *arguments.runtime.glob("**/liblangone_malloc.so")]
    program = next((p for p in (arguments.runtime / "benchmark" / "langone-rt-benchmark", BUILD / "bin" / "langone-rt-benchmark") if p.exists()), None)
    if not program or not (arguments.library or candidates):
        sys.exit("build langone-rt-benchmark and langone_malloc first (bash tools/dev.sh bench runtime does)")
    if arguments.only != "none":
        table = measure(program, arguments.repetitions, arguments.only)
        print_table(table)
        print_targets(table)
    if arguments.runs:
        print_programs(arguments.library or candidates[0], arguments.runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
