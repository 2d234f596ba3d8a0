#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks a SARIF log against what version 2.1.0 requires, and lists its results: `check_sarif.py FILE`.

The clauses are those of https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html. Where the
package `jsonschema` and the official schema (SARIF_SCHEMA=FILE) are there, they are asked too.
"""
import json
import os
import re
import sys

URI = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*:)?([A-Za-z0-9._~/:@!$&'()*+,;=-]|%[0-9A-F]{2})*$")


def location_text(location: dict) -> str:
    physical = location["physicalLocation"]
    uri = physical["artifactLocation"]["uri"]
    assert URI.match(uri), uri
    region = physical["region"]
    # 3.30.5, 3.30.6: lines and columns count from 1.
    assert isinstance(region["startLine"], int) and region["startLine"] >= 1
    assert isinstance(region["startColumn"], int) and region["startColumn"] >= 1
    return f"{uri}:{region['startLine']}:{region['startColumn']}"


def check_rules(driver: dict) -> list:
    assert isinstance(driver["name"], str) and driver["name"]  # 3.19.8
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids))  # 3.19.23
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"].endswith(".")  # 3.49.9
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")  # 3.50.3
    return ids


def check_result(result: dict, rules: list) -> None:
    assert result["level"] in ("none", "note", "warning", "error")  # 3.27.10
    assert rules[result["ruleIndex"]] == result["ruleId"]  # 3.27.6
    assert result["message"]["text"]  # 3.27.11
    assert all(isinstance(value, str) for value in result["partialFingerprints"].values())  # 3.27.17
    (location,) = result["locations"]
    assert location["logicalLocations"][0]["name"]
    print(result["level"], result["ruleId"], location_text(location), result["message"]["text"])
    related = result.get("relatedLocations", [])
    ids = [place["id"] for place in related]
    assert len(ids) == len(set(ids)) and all(number >= 0 for number in ids)  # 3.28.2
    for place in related:
        print("related", location_text(place), place["message"]["text"])


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as file:
        log = json.load(file)
    assert log["version"] == "2.1.0"  # 3.13.2
    assert "sarif" in log["$schema"]
    (run,) = log["runs"]  # 3.13.4
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")  # 3.14.27
    rules = check_rules(run["tool"]["driver"])
    for result in run["results"]:
        check_result(result, rules)
    if schema := os.environ.get("SARIF_SCHEMA"):
        import jsonschema  # pylint: disable=import-outside-toplevel

        with open(schema, encoding="utf-8") as file:
            jsonschema.validate(log, json.load(file))
    return 0


if __name__ == "__main__":
    sys.exit(main())
