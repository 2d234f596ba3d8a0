#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Builds a network from MLIR, runs it, and reports what it measured.

The way: lower with an opt program -> take large constants out -> mlir-translate -> clang -> link with
a generated driver (plain: malloc and free; rt: the LangOne runtime) -> run -> bytes of the results.

    run_network.py NETWORK.mlir                              stock lowering of memref-level IR
    run_network.py NETWORK.mlir --tensors                    ... of IR on tensors
    run_network.py NETWORK.mlir --link rt --opt langone-opt --pipeline=--langone-lower-to-llvm

Prints one JSON object; exit code 1 if a tool or the network fails.
"""
import argparse
import hashlib
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Optional, Sequence

import constants
import network_driver
import pipelines
import signature
import toolchain
from toolchain import ToolError

HERE = Path(__file__).resolve().parent
CLANG_FLAGS = ["-O2", "-Wno-override-module"]  # no -march: results are the same on every machine
COMPILE_LIMIT = 900.0  # seconds; only ends what hangs, on a busy machine too


@dataclass(frozen=True)
class Program:
    """A linked network."""

    path: Path
    compile_seconds: float


@dataclass(frozen=True)
class Run:
    """What one run of a network gave; byte counts of the runtime are None without it."""

    results: str  # file of the result bytes
    results_sha256: str
    compile_seconds: float
    call_seconds: float
    calls: int
    rss_bytes: int
    finite_results: int
    nonzero_results: int
    high_water_bytes: Optional[int] = None
    left_bytes: Optional[int] = None  # still charged after the caller freed the results
    arena_acquires: Optional[int] = None
    pool_allocations: Optional[int] = None


def bufferize(source: Path, output: Path) -> float:
    """The plain pipeline: from tensors to memrefs. Returns seconds."""
    return toolchain.opt(toolchain.MLIR_OPT, source, output, [pipelines.module(pipelines.plain(source))]).seconds


def prepare(memrefs: Path, output: Path, entry: Optional[str] = None) -> str:
    """Leaves `entry` as the only public function; returns its name."""
    name = entry or signature.entry_name(memrefs.read_text(encoding="utf-8"))
    toolchain.opt(toolchain.MLIR_OPT, memrefs, output, [pipelines.module(pipelines.prepare(name))])
    return name


def build(llvm_dialect: Path, called: signature.Signature, link: str) -> Program:
    """From the LLVM dialect to a program; `link` is "plain" or "rt". Files go beside the input."""
    folder, stem = llvm_dialect.resolve().parent, llvm_dialect.name.split(".")[0]
    text, taken = constants.externalize(llvm_dialect.read_text(encoding="utf-8"), folder)
    small, ir, network, driver, program = (
        folder / f"{stem}.{kind}" for kind in ("external.mlir", "ll", "o", "driver.c", "exe")
    )
    small.write_text(text, encoding="utf-8")
    driver.write_text(network_driver.write(called, taken), encoding="utf-8")
    translate = toolchain.run([toolchain.MLIR_TRANSLATE, "--mlir-to-llvmir", str(small), "-o", str(ir)], COMPILE_LIMIT)
    compile = toolchain.run([toolchain.CLANG, *CLANG_FLAGS, "-c", str(ir), "-o", str(network)], COMPILE_LIMIT)
    toolchain.run([toolchain.CLANG, *CLANG_FLAGS, f"-I{HERE}", *_link_flags(link), str(driver), str(network),
                   *_libraries(link), "-o", str(program)], COMPILE_LIMIT)
    return Program(program, translate.seconds + compile.seconds)


def _link_flags(link: str) -> list[str]:
    return ["-DLANGONE_RT", f"-I{toolchain.LANGONE_RT_INCLUDE}"] if link == "rt" else []


def _libraries(link: str) -> list[str]:
    libraries = [toolchain.LLVM_DIR / "lib" / "libmlir_c_runner_utils.so"]  # memrefCopy
    if link == "rt":
        libraries.append(Path(toolchain.LANGONE_RT_LIBRARY))
    run_paths = [f"-Wl,-rpath,{library.parent.resolve()}" for library in libraries]
    return [*map(str, libraries), *run_paths, "-lm"]


def execute(program: Program, calls: int = 1, timeout: Optional[float] = None) -> Run:
    """Runs it; the results lie beside the program."""
    results = program.path.with_suffix(".results")
    done = toolchain.run([str(program.path), str(results), str(calls)], timeout)
    measured = json.loads(done.stdout.strip().splitlines()[-1])
    measured.pop("results")
    with open(results, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Run(results=str(results), results_sha256=digest, compile_seconds=program.compile_seconds, **measured)


def _lowered(arguments: argparse.Namespace, folder: Path) -> tuple[Path, signature.Signature]:
    """The LLVM-dialect file to build, and the signature to call."""
    memrefs = arguments.network
    if arguments.tensors:
        memrefs = folder / "memrefs.mlir"
        bufferize(arguments.network, memrefs)
    prepared, lowered = folder / "prepared.mlir", folder / "network.llvm.mlir"
    if arguments.signature:  # the network is lowered already
        text = arguments.signature.read_text(encoding="utf-8")
        lowered.write_bytes(memrefs.read_bytes())
        return lowered, signature.parse(text, arguments.entry or signature.entry_name(text))
    name = prepare(memrefs, prepared, arguments.entry)
    passes: Sequence[str] = arguments.pipeline or [pipelines.module(pipelines.STOCK_LOWERING)]
    toolchain.opt(arguments.opt, prepared, lowered, passes)
    return lowered, signature.parse(prepared.read_text(encoding="utf-8"), name)


def main() -> int:
    parser = argparse.ArgumentParser(description="Builds and runs a network.")
    parser.add_argument("network", type=Path, help="MLIR file: memref level, or with --tensors above it")
    parser.add_argument("--tensors", action="store_true", help="run the plain pipeline first")
    parser.add_argument("--signature", type=Path, metavar="FILE",
                        help="NETWORK is LLVM dialect already; FILE is the memref-level IR it came from")
    parser.add_argument("--entry", help="function to call (default: forward, else the first public one)")
    parser.add_argument("--opt", default=toolchain.MLIR_OPT, help="program that lowers")
    parser.add_argument("--pipeline", action="append", help="its arguments (default: the stock lowering)")
    parser.add_argument("--link", choices=["plain", "rt"], default="plain", help="malloc, or the LangOne runtime")
    parser.add_argument("--calls", type=int, default=1, help="the time is the least of so many calls")
    parser.add_argument("--timeout", type=float, default=120.0, help="seconds that a run may take")
    parser.add_argument("--work", type=Path, help="folder for files (default: a temporary one)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.work or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lowered, called = _lowered(arguments, folder)
            program = build(lowered, called, arguments.link)
            measured = execute(program, arguments.calls, arguments.timeout)
        except (ToolError, signature.SignatureError) as error:
            print(f"run_network: {error}", file=sys.stderr)
            return 1
    print(json.dumps(asdict(measured), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
