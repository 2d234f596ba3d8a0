# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads the C interface of a function out of MLIR text: types of arguments and results.

Understands statically shaped memrefs (with or without strided layout) and scalars. Anything else
in the signature raises SignatureError. This file does not know what is done with a signature.
"""
import re
from dataclasses import dataclass
from math import prod
from typing import Iterator, Optional

# Bytes of an element in memory and as MLIR lowers it for the C interface.
ELEMENT_BYTES = {"f64": 8, "f32": 4, "f16": 2, "bf16": 2, "index": 8, "i64": 8, "i32": 4, "i16": 2, "i8": 1, "i1": 1}
FLOATS = frozenset({"f64", "f32", "f16", "bf16"})

_OPEN, _CLOSE = "(<[{", ")>]}"


class SignatureError(ValueError):
    """The function is missing, or its signature cannot be called from C."""


@dataclass(frozen=True)
class Type:
    """A scalar (`shape` is None) or a memref of an element type."""

    element: str
    shape: Optional[tuple[int, ...]] = None

    @property
    def is_memref(self) -> bool:
        return self.shape is not None

    @property
    def count(self) -> int:
        return prod(self.shape or ())

    @property
    def bytes(self) -> int:
        return self.count * ELEMENT_BYTES[self.element]


@dataclass(frozen=True)
class Signature:
    name: str
    arguments: tuple[Type, ...]
    results: tuple[Type, ...]


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    """(position, character) outside of strings; an arrow counts as one character."""
    position = 0
    while position < len(text):
        if text[position] == '"':
            position = re.compile(r'"(?:[^"\\]|\\.)*"').match(text, position).end()
        elif text.startswith("->", position):
            yield position, "->"
            position += 2
        else:
            yield position, text[position]
            position += 1


def _close(text: str) -> int:
    """The position of the bracket that closes the one at position 0."""
    depth = 0
    for position, token in _tokens(text):
        depth += (token in _OPEN) - (token in _CLOSE)
        if depth == 0:
            return position
    raise SignatureError("unbalanced brackets")


def _split(text: str) -> list[str]:
    """Splits at the commas outside of all brackets."""
    parts, depth, start = [], 0, 0
    for position, token in _tokens(text):
        depth += (token in _OPEN) - (token in _CLOSE)
        if token == "," and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def parse_type(text: str) -> Type:
    """A type, or an argument with a name before and attributes after it."""
    text = re.sub(r"^%[\w$.-]+\s*:\s*", "", text.strip())
    memref = re.match(r"memref<((?:\d+x)*)(\w+)\s*[,>]", text)
    scalar = re.match(r"\w+", text)
    element = memref.group(2) if memref else scalar.group(0) if scalar else ""
    if element not in ELEMENT_BYTES:
        raise SignatureError(f"no C interface for the type {text!r}")
    return Type(element, tuple(int(dim) for dim in memref.group(1).split("x")[:-1]) if memref else None)


def _results(text: str) -> tuple[Type, ...]:
    """The result types at the start of what follows the arguments."""
    text = text.lstrip()
    if not text.startswith("->"):
        return ()
    text = text[2:].lstrip()
    if text.startswith("("):
        return tuple(parse_type(part) for part in _split(text[1 : _close(text)]))
    return (parse_type(text),)


def entry_name(ir: str) -> str:
    """`forward` where there is one, else the first public function with a body."""
    names = re.findall(r"^\s*func\.func (?:public )?@([\w$.-]+)\(", ir, re.MULTILINE)
    if not names:
        raise SignatureError("no public function")
    return "forward" if "forward" in names else names[0]


def parse(ir: str, name: str) -> Signature:
    head = re.search(rf"func\.func (?:\w+ )?@{re.escape(name)}\(", ir)
    if not head:
        raise SignatureError(f"no function @{name}")
    text = ir[head.end() - 1 :]
    close = _close(text)
    arguments = tuple(parse_type(part) for part in _split(text[1:close]))
    line = text[close + 1 :].split("\n", 1)[0]
    return Signature(name, arguments, _results(line))
