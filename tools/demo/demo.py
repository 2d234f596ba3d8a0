#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The demo: five networks under a memory budget, proven, planned, compiled, run and measured.

For each network: one `memory_budget` on its function, the budget pipeline, the lowering, a run; beside
it the same network through stock MLIR. Then one network under a budget that is too small, with the
refusal that a user sees, and a drawing of one plan over time.

How networks are built and compared stands in test/Integration; this file only chooses and prints.
Exit code 1 if a network misses its budget or differs from stock, 2 if a tool fails.
"""
import argparse
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import networks

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "test" / "Integration"))

import compare_network  # noqa: E402  (found through the line above)
import pipelines  # noqa: E402
import run_network  # noqa: E402
import toolchain  # noqa: E402
from compare_network import Effort, Variant  # noqa: E402

ENTRY = "forward"
BUDGETS = {
    "mobilenet_v1": "320 KiB",
    "resnet8": "256 KiB",
    "ds_cnn": "128 KiB",
    "unet": "1536 KiB",
    "transformer": "320 KiB",
}
TOO_SMALL = ("mobilenet_v1", "64 KiB")
DRAWN = "unet"
EFFORT = Effort(calls=5, timeout=300.0)
WIDTH, LINES = 110, 40  # of the refusal on the screen


@dataclass(frozen=True)
class Shown:
    """One network of the table."""

    name: str
    stock: Variant
    planned: Variant
    unplanned_peak: int  # of the plain upstream pipeline
    problems: list[str]


def write(name: str, folder: Path, budget: str = "") -> Path:
    path = folder / f"{name}{'.' + budget.replace(' ', '') if budget else ''}.mlir"
    path.write_text(networks.generate(name, budget=budget or None), encoding="ascii")
    return path


def show(name: str, folder: Path) -> Shown:
    """Builds and runs one network both ways."""
    folder.mkdir(parents=True, exist_ok=True)
    memrefs = folder / "memrefs.mlir"
    bufferize_seconds = run_network.bufferize(write(name, folder), memrefs)
    stock = compare_network.run_stock(memrefs, folder, ENTRY, EFFORT)
    stock = Variant(stock.run, stock.opt_seconds + bufferize_seconds)
    plain, _ = compare_network.analyze(memrefs, folder / "analyzed.mlir", ENTRY)
    source = write(name, folder, BUDGETS[name])
    planned = compare_network.run_langone("planned", source, pipelines.BUDGET, folder, ENTRY, EFFORT)
    problems = compare_network.check(name, planned, planned.report["peak_bytes"], stock)
    if planned.report["verdict"] != "proven":
        problems.append(f"{name}: verdict {planned.report['verdict']}, not proven")
    if (planned.run.high_water_bytes or 0) > (planned.report["budget_bytes"] or 0):
        problems.append(f"{name}: {planned.run.high_water_bytes} B used, over the budget")
    return Shown(name, stock, planned, plain["peak_bytes"], problems)


ROWS: list[tuple[str, Callable[[Shown], str]]] = [
    ("budget", lambda s: BUDGETS[s.name]),
    ("verdict", lambda s: str(s.planned.report["verdict"]).upper()),
    ("peak, bytes", lambda s: f"{s.planned.report['peak_bytes']:,}"),
    ("  measured high-water", lambda s: f"{s.planned.run.high_water_bytes:,}"),
    ("  without planning", lambda s: f"{s.unplanned_peak:,}"),
    ("arena, bytes", lambda s: f"{s.planned.report['plan']['arena_bytes']:,}"),
    ("  lower bound", lambda s: f"{s.planned.report['plan']['lower_bound_bytes']:,}"),
    ("constants, bytes", lambda s: f"{s.planned.report['constant_bytes']:,}"),
    ("result bytes that differ", lambda s: str(compare_network.difference(s.planned.run, s.stock.run))),
    ("compile, s: stock", lambda s: f"{s.stock.compile_seconds:.2f}"),
    ("            planned", lambda s: f"{s.planned.compile_seconds:.2f}"),
    ("run, ms:    stock", lambda s: f"{s.stock.run.call_seconds * 1e3:.2f}"),
    ("            planned", lambda s: f"{s.planned.run.call_seconds * 1e3:.2f}"),
]


def table(shown: list[Shown]) -> str:
    lines = [" " * 26 + "".join(f"{s.name:>14}" for s in shown)]
    lines += [f"{title:26}" + "".join(f"{cell(s):>14}" for s in shown) for title, cell in ROWS]
    return "\n".join(line.rstrip() for line in lines)


def trimmed(text: str) -> str:
    """As the user sees it, fitted to the screen: messages wrapped, quoted source cut."""
    lines: list[str] = []
    for line in text.rstrip().splitlines():
        if ": error: " in line or ": note: " in line:
            lines += textwrap.wrap(line, WIDTH, subsequent_indent="    ")
        else:
            lines.append(line if len(line) <= WIDTH else f"{line[:WIDTH - 3]}...")
    rest = len(lines) - LINES
    return "\n".join(lines[:LINES] + ([f"... and {rest} more lines"] if rest > 0 else []))


def show_refusal(folder: Path) -> list[str]:
    """One network under a budget that is too small; what is wrong if it is not refused."""
    name, budget = TOO_SMALL
    source = write(name, folder, budget)
    flags = [*pipelines.BUDGET, "--mlir-print-op-on-diagnostic=false"]
    done = toolchain.run([str(Path(toolchain.LANGONE_OPT).resolve()), source.name, *flags], check=False, folder=folder)
    print(f"\n{name} under a budget of {budget}:\n\n$ langone-opt {source.name} {' '.join(flags)}")
    print(trimmed(done.stderr))
    if done.returncode == 0:
        return [f"{name} under {budget}: was not refused"]
    return [] if "error:" in done.stderr else [f"{name} under {budget}: no error was printed"]


def draw(folder: Path) -> list[str]:
    """The plan of one network over time."""
    picture = folder / f"{DRAWN}.svg"
    memrefs = folder / DRAWN / "memrefs.mlir"
    flags = [f"--langone-plan-memory=svg={picture}"]
    toolchain.opt(toolchain.LANGONE_OPT, memrefs, folder / f"{DRAWN}.drawn.mlir", flags)
    print(f"\nThe plan of {DRAWN} over time: {picture}")
    return [] if picture.exists() and picture.stat().st_size else [f"{picture} was not written"]


def demo(folder: Path, names: list[str]) -> list[str]:
    """Prints everything; returns what is wrong."""
    shown = []
    for name in names:
        print(f"{name}: {networks.NETWORKS[name].title}, budget {BUDGETS[name]} ...", flush=True)
        shown.append(show(name, folder / name))
    print(f"\n{table(shown)}")
    problems = [problem for s in shown for problem in s.problems]
    problems += show_refusal(folder)
    if DRAWN in names:
        problems += draw(folder)
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description="Five networks under a memory budget.")
    parser.add_argument("--only", action="append", choices=networks.NETWORKS, help="this network; may be repeated")
    parser.add_argument("--output", type=Path, default=toolchain.BUILD_DIR / "demo", help="folder for files")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    try:
        problems = demo(arguments.output, arguments.only or list(networks.NETWORKS))
    except toolchain.ToolError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    for problem in problems:
        print(f"WRONG: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
