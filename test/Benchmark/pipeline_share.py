#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What our passes take of the budget pipeline's time, on the decoder among the published networks."""
import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Integration"))
import pass_timing  # noqa: E402
import toolchain  # noqa: E402

# InsertDeallocations is upstream's deallocation pipeline run from a pass of ours.
OURS = ["AnalyzeResources", "CheckBudget", "PlanMemory", "PoolAllocations"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="buddy_deepseek_r1_decode")
    parser.add_argument("--runs", type=int, default=5, help="the least of so many runs counts")
    arguments = parser.parse_args()
    source = Path(toolchain.DATA_DIR, "models", f"{arguments.model}.mlir")
    if not source.exists():
        print(f"skipped: there is no {source.name} in the folder of the published networks")
        return
    seconds = pass_timing.pass_seconds(source, ["--langone-budget-pipeline"], arguments.runs)
    pipeline = seconds["Total"] - seconds.get("Parser", 0.0) - seconds.get("Output", 0.0)
    print("| pass | seconds | share of the pipeline |\n|---|---:|---:|")
    rows = [(name, seconds[name]) for name in OURS if name in seconds]
    rows.append(("ours together", sum(time for _, time in rows)))
    rows.append(("pipeline, without parsing and printing", pipeline))
    for name, time in rows:
        print(f"| {name} | {time:.4f} | {time / pipeline:.1%} |")


if __name__ == "__main__":
    main()
