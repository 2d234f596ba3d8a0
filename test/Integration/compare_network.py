#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Builds a network three times, runs all three, and checks what the analysis promised.

    stock    stock mlir-opt only, one malloc an allocation
    pool     every allocation a block of the runtime's pool: its high-water must be the reported peak
    planned  an arena and the pool for results: its high-water must be the peak reported after planning

The bytes of the results must be equal in all three. Prints a row a network; --json writes everything.
Exit code 1 if a check fails, 2 if a tool does.
"""
import argparse
import json
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Optional, Sequence

import pipelines
import run_network
import signature
import toolchain
from run_network import Run
from toolchain import ToolError


@dataclass(frozen=True)
class Variant:
    """One way of building a network. `report` is the entry function's record; the stock way has none."""

    run: Run
    opt_seconds: float  # all opt programs from the source to the LLVM dialect
    report: dict[str, Any] = field(default_factory=dict)

    @property
    def compile_seconds(self) -> float:
        return self.opt_seconds + self.run.compile_seconds


@dataclass(frozen=True)
class Effort:
    """How long a run may take, in seconds, and how often to call."""

    calls: int = 1
    timeout: Optional[float] = None


@dataclass(frozen=True)
class Comparison:
    name: str
    stock: Variant
    pool: Optional[Variant] = None
    planned: Optional[Variant] = None
    differing_bytes: int = 0  # of the results, against stock: the larger of the two
    problems: tuple[str, ...] = ()


def function_record(report: Path, entry: str) -> dict[str, Any]:
    """The record of one function in a report of langone-analyze-resources."""
    records = json.loads(report.read_text(encoding="utf-8"))["functions"]
    matching = [record for record in records if record["name"] == entry]
    if len(matching) != 1:
        raise ToolError(f"{report}: {len(matching)} records of @{entry}")
    if matching[0]["peak_bytes"] is None:
        raise ToolError(f"{report}: the peak of @{entry} is not bounded")
    return matching[0]


def analyze(source: Path, output: Path, entry: str, passes: Sequence[str] = ()) -> tuple[dict[str, Any], float]:
    """Runs `passes` and then the analysis; returns the entry's record and the seconds."""
    report = output.with_suffix(".report.json")
    flags = [*passes, f"--langone-analyze-resources=report={report}"]
    done = toolchain.opt(toolchain.LANGONE_OPT, source, output, flags)
    return function_record(report, entry), done.seconds


def run_stock(memrefs: Path, folder: Path, entry: str, effort: Effort) -> Variant:
    """The reference: memref-level IR through the stock lowering."""
    called = signature.parse(memrefs.read_text(encoding="utf-8"), entry)
    lowered = folder / "stock.llvm.mlir"
    lowering = [pipelines.module(pipelines.STOCK_LOWERING)]
    opt = toolchain.opt(toolchain.MLIR_OPT, memrefs, lowered, lowering)
    program = run_network.build(lowered, called, "plain")
    return Variant(run_network.execute(program, effort.calls, effort.timeout), opt.seconds)


def run_langone(name: str, source: Path, passes: Sequence[str], folder: Path, entry: str, effort: Effort) -> Variant:
    """Through `passes` of langone-opt down to memrefs, then its lowering and the runtime."""
    memrefs, lowered = folder / f"{name}.mlir", folder / f"{name}.llvm.mlir"
    report, passes_seconds = analyze(source, memrefs, entry, passes)
    called = signature.parse(memrefs.read_text(encoding="utf-8"), entry)
    opt = toolchain.opt(toolchain.LANGONE_OPT, memrefs, lowered, pipelines.LANGONE_LOWERING)
    program = run_network.build(lowered, called, "rt")
    run = run_network.execute(program, effort.calls, effort.timeout)
    return Variant(run, passes_seconds + opt.seconds, report)


def difference(a: Run, b: Run) -> int:
    """Bytes in which the results differ."""
    if a.results_sha256 == b.results_sha256:
        return 0
    left, right = Path(a.results).read_bytes(), Path(b.results).read_bytes()
    return sum(x != y for x, y in zip(left, right)) + abs(len(left) - len(right))


def check(name: str, variant: Variant, predicted: int, stock: Variant) -> list[str]:
    """What is wrong with a variant, in words; nothing is an empty list."""
    run, problems = variant.run, []
    if (differing := difference(run, stock.run)) != 0:
        problems.append(f"{name}: {differing} bytes of the results differ from stock")
    if run.high_water_bytes != predicted:
        problems.append(f"{name}: high-water {run.high_water_bytes} B, predicted {predicted} B")
    if run.left_bytes != 0:
        problems.append(f"{name}: {run.left_bytes} B still charged after the results were freed")
    return problems


def compare(name: str, memrefs: Path, folder: Path, effort: Effort, entry: Optional[str] = None,
            stock_only: bool = False) -> Comparison:
    """All three ways of one network at memref level (the output of the plain pipeline)."""
    prepared = folder / "prepared.mlir"
    entry = run_network.prepare(memrefs, prepared, entry)
    stock = run_stock(prepared, folder, entry, effort)
    if stock_only:
        return Comparison(name, stock)
    unplanned, _ = analyze(prepared, folder / "analyzed.mlir", entry)
    pool = run_langone("pool", prepared, pipelines.POOL, folder, entry, effort)
    planned = run_langone("planned", prepared, pipelines.PLAN, folder, entry, effort)
    problems = check("pool", pool, unplanned["peak_bytes"], stock)
    problems += check("planned", planned, planned.report["peak_bytes"], stock)
    if stock.run.finite_results == 0 or stock.run.nonzero_results == 0:
        problems.append("stock: the results are all zero or not finite, so equality proves nothing")
    differing = max(difference(variant.run, stock.run) for variant in (pool, planned))
    return Comparison(name, stock, pool, planned, differing, tuple(problems))


def row(result: Comparison) -> str:
    """One line for people."""
    stock = result.stock
    text = f"{result.name:32} stock {stock.compile_seconds:6.1f} s + {stock.run.call_seconds:8.3f} s"
    for name, variant in (("pool", result.pool), ("planned", result.planned)):
        if variant:
            text += f" | {name} {variant.run.high_water_bytes:>13,} B {variant.run.call_seconds:8.3f} s"
    return text + (" | " + "; ".join(result.problems) if result.problems else " | ok")


def compare_file(source: Path, folder: Path, arguments: argparse.Namespace) -> Comparison:
    folder.mkdir(parents=True, exist_ok=True)
    memrefs = source
    if not arguments.memrefs:
        memrefs = folder / "memrefs.mlir"
        run_network.bufferize(source, memrefs)
    effort = Effort(arguments.calls, arguments.timeout)
    return compare(source.stem, memrefs, folder, effort, arguments.entry, arguments.stock_only)


def main() -> int:
    parser = argparse.ArgumentParser(description="Compares stock, pooled and planned builds of networks.")
    parser.add_argument("networks", nargs="+", type=Path, help="MLIR files on tensors")
    parser.add_argument("--memrefs", action="store_true", help="the files are at memref level already")
    parser.add_argument("--entry", help="function to call (default: forward, else the first public one)")
    parser.add_argument("--calls", type=int, default=1, help="the time is the least of so many calls")
    parser.add_argument("--timeout", type=float, default=120.0, help="seconds that a run may take")
    parser.add_argument("--stock-only", action="store_true", help="only the reference; needs nothing of ours")
    parser.add_argument("--json", type=Path, help="file for everything that was measured")
    parser.add_argument("--work", type=Path, help="folder for files (default: a temporary one)")
    arguments = parser.parse_args()
    results, code = [], 0
    with tempfile.TemporaryDirectory() as temporary:
        for source in arguments.networks:
            try:
                result = compare_file(source, (arguments.work or Path(temporary)) / source.stem, arguments)
            except (ToolError, signature.SignatureError) as error:
                print(f"{source.stem:32} {error}", file=sys.stderr)
                code = 2
                continue
            print(row(result), flush=True)
            results.append(asdict(result))
            code = max(code, 1 if result.problems else 0)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
