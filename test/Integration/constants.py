# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Takes the large constants out of LLVM-dialect text, so that no tool has to print or parse them.

mlir-translate writes every element of a splat (alexnet: two minutes). Each constant becomes an external
symbol that the driver defines: hexadecimal blobs from a file, splats filled at start. Published models
come without their weights, which get seeded substitutes, the same in every build of a network:

* elided weights of two or more dimensions: He-uniform, so that activations keep their scale;
* elided vectors (biases, norms' scales and variances): uniform in [0.5, 1.5): a variance is positive;
* elided integers: 0..7, so that they are valid as indices;
* floats of two or more dimensions that are one splat, not zero: weights whose values were lost (a net of
  equal negative weights is zero after its first ReLU, and would prove nothing): as the elided ones.
"""
import re
from dataclasses import dataclass
from math import prod, sqrt
from pathlib import Path
from typing import Optional

from signature import ELEMENT_BYTES, FLOATS, Type

_SMALLEST = 1024  # bytes; smaller constants stay, the compiler may want to fold them

_GLOBAL = re.compile(
    r"llvm\.mlir\.global \w+ constant @(?P<symbol>[\w.$]+)\("
    r"(?P<kind>dense|dense_resource)<(?P<value>[^>]*)> : tensor<(?P<shape>(?:\d+x)*)(?P<element>\w+)>\)"
)


@dataclass(frozen=True)
class Constant:
    """A constant that the driver defines: `blob` names a file of its bytes, else center and radius."""

    symbol: str
    type: Type
    blob: Optional[Path] = None
    center: float = 0.0
    radius: float = 0.0


def _extents(type: Type) -> list[int]:
    """The dimensions that are not of size one."""
    return [dim for dim in type.shape if dim > 1]


def _substitute(symbol: str, type: Type) -> Constant:
    """Stands in for weights that the file does not have."""
    shape = _extents(type)
    if len(shape) < 2:
        return Constant(symbol, type, center=1.0, radius=0.5)
    fan_in = shape[0] if len(shape) == 2 else prod(shape[1:])
    return Constant(symbol, type, radius=sqrt(6.0 / fan_in))


def _hexadecimal_blob(symbol: str, type: Type, digits: str, folder: Path) -> Optional[Constant]:
    data = bytes.fromhex(digits)
    if len(data) != type.bytes:  # i1 is packed into bits here
        return None
    path = folder / f"{symbol}.bin"
    path.write_bytes(data)
    return Constant(symbol, type, blob=path)


def _splat(symbol: str, type: Type, value: str) -> Optional[Constant]:
    try:
        number = float(value)
    except ValueError:  # a list, true or false, or the bits of a special float
        return None
    if type.element in FLOATS and number != 0.0 and len(_extents(type)) > 1:
        return _substitute(symbol, type)
    return Constant(symbol, type, center=number)


def _take(match: re.Match, folder: Path) -> Optional[Constant]:
    symbol, kind, value, element = match.group("symbol", "kind", "value", "element")
    if element not in ELEMENT_BYTES:
        return None
    type = Type(element, tuple(int(dim) for dim in match.group("shape").split("x")[:-1]))
    if kind == "dense_resource":
        return _substitute(symbol, type) if value == "__elided__" else None
    if type.bytes < _SMALLEST:
        return None
    if value.startswith('"0x'):
        return _hexadecimal_blob(symbol, type, value[3:-1], folder)
    return _splat(symbol, type, value)


def externalize(ir: str, folder: Path) -> tuple[str, list[Constant]]:
    """The text with external symbols in place of the constants, and the constants; blobs go to `folder`."""
    taken: list[Constant] = []

    def replace(match: re.Match) -> str:
        constant = _take(match, folder)
        if constant is None:
            return match.group(0)
        taken.append(constant)
        return f"llvm.mlir.global external constant @{constant.symbol}()"

    return _GLOBAL.sub(replace, ir), taken
