# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Counts the memory of memref-level IR from its text: a second opinion that shares no code with the analysis.

Walks the lines of a function in order, adds what `memref.alloc` allocates, subtracts at `memref.dealloc`.
A `bufferization.clone` (of a result that would alias an argument) allocates like an alloc of its type. Right for straight-line code with static shapes, which is what the plain pipeline makes of networks.
"""
import re
from dataclasses import dataclass
from typing import Callable, Iterator

from signature import parse_type

_FUNCTION = re.compile(r"\s*func\.func (?:public |private )?@([\w$.-]+)\(")
_ALLOC = re.compile(r"\s*(?P<name>%[\w#]+) = memref\.alloc\(\).*? : (?P<type>memref<.*>)")
_CLONE = re.compile(r"\s*(?P<name>%[\w#]+) = bufferization\.clone .* to (?P<type>memref<.*>)")
_DEALLOC = re.compile(r"\s*memref\.dealloc (%[\w#]+)")


@dataclass
class Load:
    """Bytes of one function that are live at once."""

    peak_bytes: int = 0  # all allocations
    alloc_bytes: int = 0  # memref.alloc alone: what a count that overlooks clones finds
    planned_bytes: int = 0  # those that are freed in the function
    escaping: int = 0  # memref.allocs that are never freed: results


def _functions(ir: str) -> Iterator[tuple[str, list[str]]]:
    name, lines = "", []
    for line in ir.splitlines():
        head = _FUNCTION.match(line)
        if head:
            yield name, lines
            name, lines = head.group(1), []
        lines.append(line)
    yield name, lines


def _peak(lines: list[str], counts: Callable[[re.Match], bool]) -> int:
    """The largest sum of the allocations that `counts` accepts."""
    live, total, highest = {}, 0, 0
    for line in lines:
        if (alloc := _ALLOC.match(line) or _CLONE.match(line)) and counts(alloc):
            live[alloc["name"]] = parse_type(alloc["type"]).bytes
            total += live[alloc["name"]]
            highest = max(highest, total)
        elif dealloc := _DEALLOC.match(line):
            total -= live.pop(dealloc.group(1), 0)
    return highest


def _load(lines: list[str]) -> Load:
    freed = {match.group(1) for match in map(_DEALLOC.match, lines) if match}
    allocs = [match for match in map(_ALLOC.match, lines) if match]
    return Load(
        peak_bytes=_peak(lines, lambda alloc: True),
        alloc_bytes=_peak(lines, lambda alloc: alloc.re is _ALLOC),
        planned_bytes=_peak(lines, lambda alloc: alloc["name"] in freed),
        escaping=sum(alloc["name"] not in freed for alloc in allocs),
    )


def loads(ir: str) -> dict[str, Load]:
    """Per function; calls are not followed."""
    return {name: _load(lines) for name, lines in _functions(ir) if name}


def count_allocs(ir: str) -> int:
    return len(re.findall(r" = memref\.alloc\(", ir))
