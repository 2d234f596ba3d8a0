# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints the JSON of langone-stack, one line for each function: bytes, reasons."""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    result = json.load(file)
assert result["schema"] == "langone-stack/1"
for function in result["functions"]:
    upper, lower = function["upper_bytes"], function["lower_bytes"]
    # What is shown as the way to an estimate adds up to it.
    assert sum(link["bytes"] for link in function["chain"]) == (lower if upper is None else upper), function
    reasons = (f"{reason['name']}+{reason['offset']:#x}: {reason['message']}" for reason in function["reasons"])
    print(function["name"], "none" if upper is None else upper, lower, *reasons)
