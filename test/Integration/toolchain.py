# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Finds the programs that the integration tests use, and runs them.

Every program can be replaced by an environment variable. This file owns process handling and
nothing else: what to run stands in `pipelines.py` and in the callers.
"""
import os
import shlex
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Sequence

SOURCE_DIR = Path(__file__).resolve().parents[2]
BUILD_DIR = Path(os.environ.get("LANGONE_BUILD_DIR", SOURCE_DIR / "build"))
LLVM_DIR = Path(os.environ.get("LANGONE_LLVM_DIR", "/usr/lib/llvm-22"))
DATA_DIR = Path(os.environ.get("LANGONE_DATA_DIR", SOURCE_DIR.parent / "shared" / "data"))


def _program(variable: str, default: Path) -> str:
    return os.environ.get(variable, str(default))


MLIR_OPT = _program("MLIR_OPT", LLVM_DIR / "bin" / "mlir-opt")
MLIR_TRANSLATE = _program("MLIR_TRANSLATE", LLVM_DIR / "bin" / "mlir-translate")
CLANG = _program("CLANG", LLVM_DIR / "bin" / "clang")
LANGONE_OPT = _program("LANGONE_OPT", BUILD_DIR / "bin" / "langone-opt")
LANGONE_RT_INCLUDE = _program("LANGONE_RT_INCLUDE", SOURCE_DIR / "runtime" / "include")
LANGONE_RT_LIBRARY = _program("LANGONE_RT_LIBRARY", BUILD_DIR / "lib" / "liblangone_rt.so")


class ToolError(RuntimeError):
    """A program failed; the text is what a person needs to reproduce it."""


class ToolTimeout(ToolError):
    """A program did not end in the time it was given."""


@dataclass(frozen=True)
class Finished:
    seconds: float
    returncode: int
    stdout: str
    stderr: str


def run(command: Sequence[str], timeout: Optional[float] = None, check: bool = True,
        folder: Optional[Path] = None) -> Finished:
    """Runs one program to its end; with `check`, any other exit code than 0 raises ToolError."""
    start = time.monotonic()
    try:
        done = subprocess.run(command, capture_output=True, timeout=timeout, check=False, cwd=folder)
    except subprocess.TimeoutExpired as late:
        raise ToolTimeout(f"no end after {timeout:.0f} s: {shlex.join(command)}") from late
    except OSError as missing:
        raise ToolError(f"cannot run {command[0]}: {missing.strerror}") from missing
    seconds = time.monotonic() - start
    stdout, stderr = (text.decode(errors="replace") for text in (done.stdout, done.stderr))
    finished = Finished(seconds, done.returncode, stdout, stderr)
    if check and finished.returncode != 0:
        excerpt = finished.stderr.strip()[:2000]
        raise ToolError(f"exit code {finished.returncode}: {shlex.join(command)}\n{excerpt}")
    return finished


def opt(program: str, source: Path, output: Path, arguments: Sequence[str],
        timeout: Optional[float] = None) -> Finished:
    """Runs an mlir-opt-like program from one file to another."""
    return run([program, str(source), "-o", str(output), *arguments], timeout)
