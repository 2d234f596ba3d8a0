#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the commands that a page shows: `run_commands.py --build-dir BUILD PAGE...`.

What a block is for stands behind its language:

    ```sh run             is run, after those before it, in a folder that looks like the repository's
                          root: its entries are links, `build` is BUILD, new files vanish with it
    ```text output        must stand in the output of the block run before it: these lines in this
                          order, others between them allowed, `...` for any text within a line
    ```mlir file=NAME     is written to the file NAME before anything is run (any language)

Other blocks are for the eye only.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

SOURCE_DIR = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(?P<info>[^\n`]+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Step:
    """One run block and what its output has to hold."""

    line: int
    script: str
    expected: str = ""


def write_file(root: Path, name: str, body: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(body, encoding="utf-8")


def steps(page: Path, root: Path) -> Iterator[Step]:
    """The steps of a page; writes its files on the way."""
    text = page.read_text(encoding="utf-8")
    step = None
    for block in BLOCK.finditer(text):
        info, body = block["info"].split(), block["body"]
        if info == ["sh", "run"]:
            if step:
                yield step
            step = Step(text.count("\n", 0, block.start()) + 1, body)
        elif info == ["text", "output"]:
            assert step, f"{page}: output before any command"
            step.expected = body
        elif len(info) == 2 and info[1].startswith("file="):
            write_file(root, info[1].removeprefix("file="), body)
    if step:
        yield step


def missing_line(expected: str, output: str) -> str:
    """The first expected line that the output does not have at or after its place; empty if none."""
    remaining = iter(output.splitlines())
    for line in filter(str.strip, expected.splitlines()):
        pattern = re.compile(".*".join(map(re.escape, line.strip().split("..."))))
        if not any(pattern.search(candidate) for candidate in remaining):
            return line
    return ""


def link_root(build_dir: Path, root: Path) -> None:
    for entry in SOURCE_DIR.iterdir():
        if not entry.name.startswith((".", "build")):
            (root / entry.name).symlink_to(entry)
    (root / "build").symlink_to(build_dir)


def run_page(page: Path, build_dir: Path) -> int:
    """Number of blocks run; raises RuntimeError with what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        link_root(build_dir, root)
        todo = list(steps(page, root))
        environment = {**os.environ, "PATH": f"{build_dir / 'bin'}:{os.environ['PATH']}"}
        for step in todo:
            done = subprocess.run(["bash", "-euo", "pipefail", "-c", step.script], cwd=root, env=environment,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            where = f"{page.relative_to(SOURCE_DIR)}:{step.line}"
            if done.returncode:
                raise RuntimeError(f"{where}: exit code {done.returncode}\n{done.stdout}")
            if line := missing_line(step.expected, done.stdout):
                raise RuntimeError(f"{where}: the output lacks: {line}\n{done.stdout}")
        return len(todo)


def main() -> int:
    parser = argparse.ArgumentParser(description="Runs the commands that pages show.")
    parser.add_argument("--build-dir", type=Path, required=True)
    parser.add_argument("pages", type=Path, nargs="+")
    arguments = parser.parse_args()
    failed = False
    for page in arguments.pages:
        try:
            print(f"{page.name}: {run_page(page.resolve(), arguments.build_dir.resolve())} blocks ran", flush=True)
        except RuntimeError as problem:
            print(problem, flush=True)
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
