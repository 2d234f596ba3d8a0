# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints what a report says about stacks: one line for each function, the reasons at its end."""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    report = json.load(file)
print("function upper lower budget verdict")
for function in report["functions"]:
    upper = function["stack_peak_bytes"]
    cells = [function["name"], "none" if upper is None else upper, function["stack_lower_bound_bytes"]]
    if function["stack_budget_bytes"] is not None:
        cells += [function["stack_budget_bytes"], function["stack_verdict"]]
    print(*cells, *(reason["message"] for reason in function["stack_unbounded"]))
