#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs clang-tidy over our sources: `tools/tidy.py BUILD_DIR`, after a build.

Files in parallel. A file that was found clean is not checked again until something that the finding
depends on has changed: the program, a configuration, its compile command, or one of our files that
it includes. Exit code 1 if there are findings.
"""
import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

CLANG_TIDY = os.environ.get("CLANG_TIDY", "clang-tidy-22")
SOURCE_DIR = Path(__file__).resolve().parents[1]


@cache
def digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest() if path.exists() else b""


@cache
def version() -> str:
    return subprocess.run([CLANG_TIDY, "--version"], check=True, capture_output=True, text=True).stdout


def dependences(build_dir: Path) -> dict[str, list[Path]]:
    """By object file, what it was built from, but for the system's headers."""
    listing = subprocess.run(["ninja", "-C", build_dir, "-t", "deps"], check=True, capture_output=True, text=True)
    found: dict[str, list[Path]] = {}
    for line in listing.stdout.splitlines():
        if not line.startswith(" "):
            files = found.setdefault(line.split(":", 1)[0], [])
        elif (path := build_dir / line.strip()).is_relative_to(SOURCE_DIR) or path.is_relative_to(build_dir):
            files.append(path)
    return found


def configurations(files: list[Path]) -> set[Path]:
    """Every .clang-tidy that may apply: naming rules are looked up for each header."""
    return {folder / ".clang-tidy" for file in files for folder in file.parents if folder.is_relative_to(SOURCE_DIR)}


def key(command: dict[str, str], files: list[Path]) -> str:
    parts = [version().encode(), json.dumps(command).encode()]
    for path in sorted({*files, *configurations(files)}):
        parts += [str(path).encode(), digest(path)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def check(build_dir: Path, source: Path) -> str:
    """The findings in one file; empty if it is clean."""
    done = subprocess.run([CLANG_TIDY, "--quiet", "-p", build_dir, source], capture_output=True, text=True)
    return f"{done.stdout}{done.stderr}" if done.returncode else ""


def main() -> int:
    build_dir = Path(sys.argv[1]).resolve()
    clean = build_dir / "tidy-cache"
    clean.mkdir(exist_ok=True)
    includes = dependences(build_dir)
    todo: dict[Path, Path] = {}  # source: the file that says it is clean
    commands = json.loads((build_dir / "compile_commands.json").read_text())
    ours = [command for command in commands if Path(command["file"]).is_relative_to(SOURCE_DIR)]
    for command in ours:
        source = Path(command["file"])
        output = command["command"].partition(" -o ")[2].split(" ", 1)[0]
        mark = clean / key(command, [source, *includes.get(output, [])])
        if not mark.exists():
            todo[source] = mark
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        found = 0
        for mark, findings in zip(todo.values(), pool.map(lambda source: check(build_dir, source), todo)):
            if findings:
                found += 1
                print(findings, flush=True)
            else:
                mark.touch()
    print(f"clang-tidy: {len(ours)} files, {len(todo)} checked, {found} with findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
