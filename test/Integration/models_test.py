#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Analysis, plan and running code on published networks that nobody in this project wrote.

For each model in LANGONE_DATA_DIR/models, on the output of the plain upstream pipeline:

* the reported peak equals our own count over the text (textual_peak.py), to the byte; that count holds
  the clones of results too, which a count of memref.alloc alone overlooks (one model has some);
* the plan's arena equals its lower bound at alignment 1, and stays within 1 % of that by default; the
  bound is at most the largest load of our own count;
* no allocation is left, but results that escape to the caller;
* where it runs in time: pooled and planned code give the bytes of the stock build, and their
  high-water marks are the predicted ones (compare_network.py).

Without the folder the test is skipped, and says so. --markdown prints the table of docs/Benchmarks.md.
"""
import argparse
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

import compare_network
import run_network
import signature
import textual_peak
import toolchain
from compare_network import Comparison, Effort
from toolchain import ToolError, ToolTimeout

COMMAND = "python3 test/Integration/models_test.py --markdown"
LEAST_RUNS = 10  # of all models, how many have to run to the end
SLACK = 0.01  # of the lower bound, at the default alignment
NOT_RUN = {
    "buddy_llama2_7b_prefill_tosa": "26 GB of weights; 270 G multiply-adds in naive loops",
}


@dataclass
class Outcome:
    """What was found for one model; `problems` are failures, `not_run` says why code was not run."""

    name: str
    load: textual_peak.Load = field(default_factory=textual_peak.Load)
    peak_bytes: int = 0
    bound_bytes: int = 0  # lower bound of the plan at alignment 1
    arena_bytes: dict[str, int] = field(default_factory=dict)  # by alignment: "1", "default"
    comparison: Optional[Comparison] = None
    not_run: str = ""
    problems: list[str] = field(default_factory=list)


def check_peak(outcome: Outcome, memrefs: Path, entry: str, folder: Path) -> None:
    record, _ = compare_network.analyze(memrefs, folder / "analyzed.mlir", entry)
    outcome.peak_bytes = record["peak_bytes"]
    if outcome.peak_bytes != outcome.load.peak_bytes:
        outcome.problems.append(f"reported peak {outcome.peak_bytes} B, counted {outcome.load.peak_bytes} B")


def check_plan(outcome: Outcome, memrefs: Path, entry: str, folder: Path) -> None:
    """Alignment 1 comes first: its lower bound is the measure for both."""
    for alignment, options in (("1", "=alignment=1"), ("default", "")):
        planned = folder / f"aligned-{alignment}.mlir"
        record, _ = compare_network.analyze(memrefs, planned, entry, [f"--langone-plan-memory{options}"])
        arena = outcome.arena_bytes[alignment] = record["plan"]["arena_bytes"]
        if alignment == "1":
            check_exact(outcome, arena, record["plan"]["lower_bound_bytes"])
        elif arena > outcome.bound_bytes * (1 + SLACK):
            outcome.problems.append(f"arena {arena} B at the default alignment, lower bound {outcome.bound_bytes} B")
        left = textual_peak.count_allocs(planned.read_text(encoding="utf-8"))
        if left != outcome.load.escaping:
            outcome.problems.append(f"alignment {alignment}: {left} allocations left, {outcome.load.escaping} escape")


def check_exact(outcome: Outcome, arena: int, bound: int) -> None:
    outcome.bound_bytes = bound
    if arena != bound:
        outcome.problems.append(f"arena {arena} B at alignment 1, lower bound {bound} B")
    if bound > outcome.load.planned_bytes:
        outcome.problems.append(f"lower bound {bound} B, but only {outcome.load.planned_bytes} B are live at once")


def check_run(outcome: Outcome, memrefs: Path, entry: str, folder: Path, seconds: float) -> None:
    if outcome.name in NOT_RUN:
        outcome.not_run = NOT_RUN[outcome.name]
        return
    try:
        outcome.comparison = compare_network.compare(outcome.name, memrefs, folder, Effort(timeout=seconds), entry)
    except ToolTimeout as late:
        outcome.not_run = str(late).split(":", 1)[0]
        return
    outcome.problems += outcome.comparison.problems


def test_model(source: Path, folder: Path, run: bool, seconds: float) -> Outcome:
    outcome = Outcome(source.stem)
    memrefs = folder / "memrefs.mlir"
    try:
        run_network.bufferize(source, memrefs)
        ir = memrefs.read_text(encoding="utf-8")
        entry = signature.entry_name(ir)
        outcome.load = textual_peak.loads(ir)[entry]
        check_peak(outcome, memrefs, entry, folder)
        check_plan(outcome, memrefs, entry, folder)
        if run:
            check_run(outcome, memrefs, entry, folder, seconds)
        else:
            outcome.not_run = "--no-run"
    except (ToolError, signature.SignatureError) as error:
        outcome.problems.append(str(error))
    return outcome


# -- text -------------------------------------------------------------------------------------
def line(outcome: Outcome) -> str:
    arenas = " ".join(f"{arena:>13,}" for arena in outcome.arena_bytes.values())
    text = f"{outcome.name:32} peak {outcome.peak_bytes:>13,} arena {arenas}"
    if outcome.comparison:
        stock, planned = outcome.comparison.stock, outcome.comparison.planned
        text += f" | ran, stock {stock.run.call_seconds:.3f} s, planned {planned.run.call_seconds:.3f} s"
    elif outcome.not_run:
        text += f" | not run: {outcome.not_run}"
    return text + (f" | FAILED: {'; '.join(outcome.problems)}" if outcome.problems else " | ok")


def _cells(outcome: Outcome) -> list[str]:
    cells = [outcome.name, f"{outcome.peak_bytes:,}", f"{outcome.load.alloc_bytes:,}", f"{outcome.bound_bytes:,}"]
    cells += [f"{outcome.arena_bytes.get(alignment, 0):,}" for alignment in ("1", "default")]
    if outcome.comparison:
        pool, planned, stock = outcome.comparison.pool, outcome.comparison.planned, outcome.comparison.stock
        cells += [f"{pool.run.high_water_bytes:,}", f"{planned.run.high_water_bytes:,}",
                  str(outcome.comparison.differing_bytes),
                  *(f"{variant.run.call_seconds:.3f}" for variant in (stock, pool, planned))]
    else:
        cells += [f"not run: {outcome.not_run}", "", "", "", "", ""]
    return cells


def markdown(outcomes: list[Outcome]) -> str:
    heads = ["model", "peak", "memref.alloc alone", "lower bound", "arena, alignment 1", "arena, default",
             "measured: pool", "measured: planned", "differing bytes", "stock, s", "pool, s", "planned, s"]
    rows = [heads, ["---"] + ["---:"] * (len(heads) - 1), *map(_cells, outcomes)]
    return f"`{COMMAND}`; bytes, and seconds of one call:\n\n" + "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def main() -> int:
    parser = argparse.ArgumentParser(description="Tests on published networks.")
    parser.add_argument("--only", action="append", metavar="NAME", help="this model; may be repeated")
    parser.add_argument("--no-run", action="store_true", help="analyze and plan, run nothing")
    parser.add_argument("--seconds", type=float, default=120.0, help="limit for each run")
    parser.add_argument("--markdown", action="store_true", help="print the table at the end")
    arguments = parser.parse_args()
    models = sorted((toolchain.DATA_DIR / "models").glob("*.mlir"))
    if not models:
        print(f"skipped: no models in {toolchain.DATA_DIR / 'models'} (set LANGONE_DATA_DIR)")
        return 0
    chosen = [model for model in models if not arguments.only or model.stem in arguments.only]
    if not chosen:
        parser.error(f"no such model; there are: {', '.join(model.stem for model in models)}")
    outcomes = []
    for model in chosen:
        with tempfile.TemporaryDirectory() as folder:
            outcomes.append(test_model(model, Path(folder), not arguments.no_run, arguments.seconds))
        print(line(outcomes[-1]), flush=True)
    if arguments.markdown:
        print(markdown(outcomes))
    ran = sum(outcome.comparison is not None for outcome in outcomes)
    if not arguments.no_run and not arguments.only and ran < LEAST_RUNS:
        print(f"only {ran} models ran; {LEAST_RUNS} have to")
        return 1
    return 1 if any(outcome.problems for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
